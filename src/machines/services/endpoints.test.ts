import { request as askHttp, createServer as createHttp } from 'node:http';
import { Agent, request as ask } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { connect as connectTls } from 'node:tls';
import * as s3Api from '@aws-sdk/client-s3';
import { STS } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AwsUnderTest, startForTest } from '../../emulator/start-for-test.ts';
import { type Authority, newAuthority } from './authority.ts';
import { httpsServer, passToAws } from './endpoints.ts';
import { metadataServer } from './metadata.ts';

let aws: AwsUnderTest;
let authority: Authority;
let port = 0;
let agent: Agent;
const ends: (() => unknown)[] = [];

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  return (server.address() as AddressInfo).port;
};

beforeAll(async () => {
  [aws, authority] = await Promise.all([startForTest(), newAuthority()]);
  const pass = passToAws(aws.endpoint);
  const server = await httpsServer(authority, '198.18.0.1', pass.handle);
  port = await listen(createServer((client) => server.emit('connection', client)));
  // Every name leads to the server of this test.
  const lookup = ((_: string, options: { all?: boolean }, done: (...told: unknown[]) => void) =>
    options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)) as never;
  agent = new Agent({ ca: authority.certificatePem, lookup, keepAlive: false });
  ends.push(() => server.closeAllConnections(), pass.close);
});
afterAll(async () => {
  for (const end of ends.reverse()) end();
  await aws.stop();
});

const client = (host: string) => ({
  ...aws.settings(),
  endpoint: `https://${host}:${port}`,
  requestHandler: new NodeHttpHandler({ httpsAgent: agent }),
});

it('passes signed calls of the SDK on, under the name that they were signed for', async () => {
  const seen = await new STS(client('sts.us-east-1.amazonaws.com')).getCallerIdentity({});
  expect(seen.Arn).toMatch(/^arn:aws:iam::/);
  const wrong = new STS({
    ...client('sts.us-east-1.amazonaws.com'),
    credentials: { accessKeyId: aws.settings().credentials.accessKeyId, secretAccessKey: 'wrong' },
  });
  await expect(wrong.getCallerIdentity({})).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
});

it('passes large bodies both ways', async () => {
  const s3 = new s3Api.S3({ ...client('s3.us-east-1.amazonaws.com'), forcePathStyle: true });
  await s3.createBucket({ Bucket: 'keys' });
  const body = Buffer.alloc(12_000_000, 'quilla');
  await s3.putObject({ Bucket: 'keys', Key: 'large', Body: body });
  const read = await s3.getObject({ Bucket: 'keys', Key: 'large' });
  expect(Buffer.from(await read.Body!.transformToByteArray()).equals(body)).toBe(true);
  const virtual = new s3Api.S3(client('s3.us-east-1.amazonaws.com'));
  const head = await virtual.headObject({ Bucket: 'keys', Key: 'large' });
  expect(head.ContentLength).toBe(body.length);
});

const statusOf = (path: string, host = 'sts.amazonaws.com'): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    ask({ host, port, path, agent }, (answer) => resolve(answer.resume().statusCode))
      .on('error', reject)
      .end();
  });

it('passes nothing on to what is beside the calls of AWS', async () => {
  expect(await statusOf('/_embedded/imds/i-1/latest/meta-data/')).toBe(404);
  expect(await statusOf('/_embedded%2Fimds')).toBe(404);
});

it('has a certificate of the authority for each name that is asked for, and for its address', async () => {
  const namesAt = (servername?: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connectTls({
        port,
        host: '127.0.0.1',
        ca: authority.certificatePem,
        ...(servername && { servername }),
        ...(!servername && { checkServerIdentity: () => undefined }),
      });
      socket.once('error', reject);
      socket.once('secureConnect', () => {
        resolve(`${socket.authorized} ${socket.getPeerCertificate().subjectaltname}`);
        socket.destroy();
      });
    });
  expect(await namesAt('mirror.quilla.internal')).toBe('true DNS:mirror.quilla.internal');
  expect(await namesAt('bucket.s3.us-east-1.amazonaws.com')).toBe('true DNS:bucket.s3.us-east-1.amazonaws.com');
  expect(await namesAt()).toBe('true IP Address:198.18.0.1');
  const other = (await newAuthority()).certificatePem;
  const strange = connectTls({ port, host: '127.0.0.1', ca: other, servername: 'sts.amazonaws.com' });
  await expect(new Promise((_, reject) => strange.once('error', reject))).rejects.toThrow(/certificate|signature/);
});

it('says that AWS is not there where it is not', async () => {
  const gone = createHttp();
  const closed = await listen(gone);
  await new Promise((resolve) => gone.close(resolve));
  const pass = passToAws(`http://127.0.0.1:${closed}`);
  const at = await listen(createHttp(pass.handle));
  expect((await fetch(`http://127.0.0.1:${at}/`)).status).toBe(503);
});

it('passes metadata on for the instance of an address alone', async () => {
  const asked: string[] = [];
  const upstream = createHttp((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['x-forwarded-for'] ?? ''}`);
    response.writeHead(403, { 'x-seen': 'yes' }).end('refused');
  });
  const endpoint = `http://127.0.0.1:${await listen(upstream)}`;
  const known = metadataServer({ endpoint, instanceOf: (address) => (address === '127.0.0.1' ? 'i-1' : undefined) });
  const at = await listen(createServer((socket) => known.emit('connection', socket)));
  const answer = await fetch(`http://127.0.0.1:${at}/latest/api/token`, {
    method: 'PUT',
    headers: { 'x-forwarded-for': '1.2.3.4' },
  });
  expect([answer.status, answer.headers.get('x-seen'), await answer.text()]).toEqual([403, 'yes', 'refused']);
  const path = '/latest/../../i-2/latest/user-data';
  await new Promise((resolve) =>
    askHttp({ port: at, host: '127.0.0.1', path }, (told) => resolve(told.resume())).end(),
  );
  expect(asked.pop()).toBe('GET /_embedded/imds/i-1/latest/../../i-2/latest/user-data ');
  const unknown = metadataServer({ endpoint, instanceOf: () => undefined });
  const nobody = await listen(createServer((socket) => unknown.emit('connection', socket)));
  await expect(fetch(`http://127.0.0.1:${nobody}/latest/meta-data/`)).rejects.toThrow('fetch failed');
  expect(asked).toEqual(['PUT /_embedded/imds/i-1/latest/api/token 1.2.3.4']);
});
