import { createHash } from 'node:crypto';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { beforeEach, describe, expect, it } from 'vitest';
import { embeddedAccessKeyId, embeddedSecretAccessKey } from '../aws/iam/state.ts';
import { newWorld } from '../new-world.ts';
import { type AwsUnderTest, startForTest } from '../start-for-test.ts';
import { authenticate } from './authenticate.ts';
import { verifyPresignedGetCallerIdentity } from './presigned-identity.ts';

class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : undefined;
    this.#secret = secret;
  }
  readonly #secret;
  readonly #parts: Buffer[] = [];
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#parts.push(Buffer.from(data as string));
  }
  async digest(): Promise<Uint8Array> {
    const { createHmac } = await import('node:crypto');
    const hash = this.#hash ?? createHmac('sha256', Buffer.from(this.#secret as string));
    for (const part of this.#parts) hash.update(part);
    return hash.digest();
  }
  reset(): void {
    this.#parts.length = 0;
  }
}

const admin = { accessKeyId: embeddedAccessKeyId, secretAccessKey: embeddedSecretAccessKey };

/** A token's URL, made by the SDK's own signer as `aws eks get-token` makes it. */
async function presign(
  options: {
    readonly signingDate?: Date;
    readonly expiresIn?: number;
    readonly cluster?: string;
    readonly host?: string;
  } = {},
): Promise<string> {
  const signer = new SignatureV4({ service: 'sts', region: 'us-east-1', credentials: admin, sha256: Sha256 });
  const hostname = options.host ?? 'sts.us-east-1.amazonaws.com';
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, 'x-k8s-aws-id': options.cluster ?? 'k8s' },
    },
    {
      expiresIn: options.expiresIn ?? 60,
      unhoistableHeaders: new Set(['x-k8s-aws-id']),
      ...(options.signingDate && { signingDate: options.signingDate }),
    },
  );
  const query = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return `https://${hostname}/?${query.join('&')}`;
}

describe('signatures of requests', () => {
  let aws: AwsUnderTest;
  beforeEach(async () => {
    aws = await startForTest();
    return () => aws.stop();
  });

  it('must be of a known key', async () => {
    const stranger = new STSClient(aws.settings('us-east-1', { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' }));
    await expect(stranger.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid.',
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('must be made with its secret', async () => {
    const liar = new IAMClient(aws.settings('us-east-1', { accessKeyId: embeddedAccessKeyId, secretAccessKey: 'x' }));
    await expect(liar.send(new ListRolesCommand({}))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  });

  it('may be of a further key that the server was told of, as admin, and of no other', async () => {
    const fixed = { accessKeyId: 'test', secretAccessKey: 'of-a-test' };
    await using told = await startForTest({ furtherKey: fixed });
    const caller = new STSClient(told.settings('us-east-1', fixed));
    expect(await caller.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: 'arn:aws:iam::123456789012:user/admin',
    });
    expect(JSON.stringify(told.world)).not.toContain(fixed.secretAccessKey);
    const liar = new STSClient(told.settings('us-east-1', { ...fixed, secretAccessKey: 'x' }));
    await expect(liar.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    const untold = new STSClient(aws.settings('us-east-1', fixed));
    await expect(untold.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('must not be old', async () => {
    const late = new STSClient({ ...aws.settings(), systemClockOffset: -3_600_000 });
    await expect(late.send(new GetCallerIdentityCommand({}))).rejects.toThrow('Signature expired');
    const early = new STSClient({ ...aws.settings(), systemClockOffset: 3_600_000 });
    await expect(early.send(new GetCallerIdentityCommand({}))).rejects.toThrow('Signature not yet current');
  });

  it('must be there', async () => {
    const query = await fetch(`${aws.endpoint}/?Action=GetCallerIdentity&Version=2011-06-15`);
    expect([query.status, await query.text()]).toEqual([
      403,
      expect.stringContaining('<Code>MissingAuthenticationToken</Code>'),
    ]);
    const json = await fetch(aws.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'TrentService.ListKeys' },
      body: '{}',
    });
    expect(await json.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
    const bad = await fetch(`${aws.endpoint}/?Action=GetCallerIdentity`, { headers: { authorization: 'Basic x' } });
    expect(await bad.text()).toContain('<Code>IncompleteSignature</Code>');
  });

  it('count in the query as well, for the host that they were made for', async () => {
    const header = { 'x-k8s-aws-id': 'k8s' };
    const own = new URL(await presign({ host: new URL(aws.endpoint).host }));
    const answer = await fetch(`${aws.endpoint}/${own.search}`, { headers: header });
    expect([answer.status, await answer.text()]).toEqual([
      200,
      expect.stringContaining('<Arn>arn:aws:iam::123456789012:user/admin</Arn>'),
    ]);
    const other = await fetch(`${aws.endpoint}/${new URL(await presign()).search}`, { headers: header });
    expect(await other.text()).toContain('<Code>SignatureDoesNotMatch</Code>');
  });

  it('in the query are answered with JSON where a verifier of tokens asks for it', async () => {
    const own = new URL(await presign({ host: new URL(aws.endpoint).host }));
    const ask = async (cluster: string) => {
      const headers = { 'x-k8s-aws-id': cluster, accept: 'application/json' };
      const answer = await fetch(`${aws.endpoint}/${own.search}`, { headers });
      return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.json() };
    };
    const arn = 'arn:aws:iam::123456789012:user/admin';
    const json = 'application/json';
    expect(await ask('k8s')).toMatchObject({
      status: 200,
      type: json,
      body: { GetCallerIdentityResponse: { GetCallerIdentityResult: { Account: '123456789012', Arn: arn } } },
    });
    const told = { Code: 'SignatureDoesNotMatch', Type: 'Sender' };
    expect(await ask('other')).toMatchObject({ status: 403, type: json, body: { Error: told } });
  });

  it('cover the body', async () => {
    const captured = Promise.withResolvers<Parameters<typeof authenticate>[0]>();
    const sts = new STSClient(aws.settings());
    sts.config.requestHandler = {
      handle: async (request: { method: string; path: string; headers: Record<string, string>; body: string }) => {
        captured.resolve({
          method: request.method,
          path: request.path,
          query: '',
          headers: request.headers,
          body: Buffer.from(request.body),
        });
        throw new Error('captured');
      },
    } as unknown as typeof sts.config.requestHandler;
    await sts.send(new GetCallerIdentityCommand({})).catch(() => undefined);
    const request = await captured.promise;
    expect(authenticate(request, aws.world, Date.now())).toMatchObject({ service: 'sts', region: 'us-east-1' });
    const changed = { ...request, body: Buffer.from('Action=AssumeRole') };
    expect(authenticate(changed, aws.world, Date.now())).toHaveProperty('refused');
  });
});

describe('the example of the SigV4 documentation', () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html: GET Object
  it('is accepted to the letter', () => {
    const world = newWorld();
    world.iam.accessKeys.AKIAIOSFODNN7EXAMPLE = {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      userName: 'admin',
      status: 'Active',
      createDate: 0,
    };
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    const request = {
      method: 'GET',
      path: '/test.txt',
      query: '',
      headers: {
        host: 'examplebucket.s3.amazonaws.com',
        range: 'bytes=0-9',
        'x-amz-content-sha256': empty,
        'x-amz-date': '20130524T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
      },
      body: new Uint8Array(),
    };
    expect(authenticate(request, world, Date.UTC(2013, 4, 24))).toMatchObject({
      service: 's3',
      principal: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
    });
    expect(authenticate({ ...request, path: '/other.txt' }, world, Date.UTC(2013, 4, 24))).toMatchObject({
      refused: 'wrong-signature',
    });
    expect(authenticate(request, world, Date.UTC(2013, 4, 24, 1))).toMatchObject({ refused: 'too-old' });
  });
});

describe('presigned GetCallerIdentity URLs', () => {
  const world = newWorld();

  it('name their principal, with the header that the cluster adds', async () => {
    const url = await presign();
    expect(verifyPresignedGetCallerIdentity(url, { 'x-k8s-aws-id': 'k8s' }, world)).toMatchObject({
      principal: { arn: 'arn:aws:iam::123456789012:user/admin' },
    });
    expect(verifyPresignedGetCallerIdentity(url, { 'x-k8s-aws-id': 'other' }, world)).toMatchObject({
      error: { code: 'SignatureDoesNotMatch' },
    });
  });

  it('count for fifteen minutes, though they say one', async () => {
    const ago = (minutes: number) => presign({ signingDate: new Date(Date.now() - minutes * 60_000) });
    expect(verifyPresignedGetCallerIdentity(await ago(14), { 'x-k8s-aws-id': 'k8s' }, world)).toHaveProperty(
      'principal',
    );
    expect(verifyPresignedGetCallerIdentity(await ago(16), { 'x-k8s-aws-id': 'k8s' }, world)).toHaveProperty('error');
  });

  it('are for nothing else', async () => {
    const url = (await presign()).replace('GetCallerIdentity', 'AssumeRole');
    expect(verifyPresignedGetCallerIdentity(url, { 'x-k8s-aws-id': 'k8s' }, world)).toMatchObject({
      error: { message: expect.stringContaining('another action') },
    });
    expect(verifyPresignedGetCallerIdentity('nonsense', {}, world)).toHaveProperty('error');
  });
});
