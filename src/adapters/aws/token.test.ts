import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { eksToken, execCredential } from './token.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const now = Date.UTC(2026, 10, 23, 12, 0, 0, 250);

const urlIn = (token: string): URL =>
  new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString('utf8'));

/** Signature version 4 as AWS documents it, written out: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
function expectedSignature(url: URL, headers: Record<string, string>, secret: string): string {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams]
    .filter(([key]) => key !== 'X-Amz-Signature')
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .sort()
    .join('&');
  const names = Object.keys(headers).sort();
  const empty = createHash('sha256').update('').digest('hex');
  const canonical = ['GET', '/', query, ...names.map((n) => `${n}:${headers[n]}`), '', names.join(';'), empty].join(
    '\n',
  );
  const [, day, region, service] = url.searchParams.get('X-Amz-Credential')!.split('/');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const hash = createHash('sha256').update(canonical).digest('hex');
  const text = ['AWS4-HMAC-SHA256', url.searchParams.get('X-Amz-Date'), scope, hash].join('\n');
  const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
  const key = [day!, region!, service!, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, text).toString('hex');
}

describe('a token for an EKS cluster', () => {
  it('is a presigned GetCallerIdentity that is signed for the cluster and a minute', async () => {
    const { token } = await eksToken({ credentials, region: 'eu-west-1', cluster: 'k8s', now });
    expect(token).toMatch(/^k8s-aws-v1\.[A-Za-z0-9_-]+$/);
    const url = urlIn(token);
    expect(`${url.protocol}//${url.host}${url.pathname}`).toBe('https://sts.eu-west-1.amazonaws.com/');
    expect(url.searchParams.get('Action')).toBe('GetCallerIdentity');
    expect(url.searchParams.get('Version')).toBe('2011-06-15');
    expect(url.searchParams.get('X-Amz-Expires')).toBe('60');
    expect(url.searchParams.get('X-Amz-Date')).toBe('20261123T120000Z');
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host;x-k8s-aws-id');
    expect(url.searchParams.get('X-Amz-Signature')).toBe(
      expectedSignature(url, { host: url.host, 'x-k8s-aws-id': 'k8s' }, credentials.secretAccessKey),
    );
  });

  it('differs for another cluster, so that one cluster cannot use it at another', async () => {
    const [a, b] = await Promise.all(
      ['one', 'two'].map((cluster) => eksToken({ credentials, region: 'eu-west-1', cluster, now })),
    );
    expect(urlIn(a!.token).searchParams.get('X-Amz-Signature')).not.toBe(
      urlIn(b!.token).searchParams.get('X-Amz-Signature'),
    );
  });

  it('carries the session token of temporary credentials', async () => {
    const session = { ...credentials, sessionToken: 'a+b/c==' };
    const { token } = await eksToken({ credentials: session, region: 'us-east-1', cluster: 'k8s', now });
    const url = urlIn(token);
    expect(url.origin).toBe('https://sts.us-east-1.amazonaws.com');
    expect(url.searchParams.get('X-Amz-Security-Token')).toBe('a+b/c==');
    expect(url.searchParams.get('X-Amz-Signature')).toBe(
      expectedSignature(url, { host: url.host, 'x-k8s-aws-id': 'k8s' }, credentials.secretAccessKey),
    );
  });

  it('is given to kubectl as an ExecCredential that expires a minute before EKS would refuse it', async () => {
    const made = await eksToken({ credentials, region: 'eu-west-1', cluster: 'k8s', now });
    expect(execCredential(made)).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: { interactive: false },
      status: { token: made.token, expirationTimestamp: '2026-11-23T12:14:00Z' },
    });
  });
});
