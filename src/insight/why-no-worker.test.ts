import { describe, expect, it } from 'vitest';
import { minutes } from '../base/duration.ts';
import type { StrandedInstance } from './stranded-instance.ts';
import { type WorkerSurroundings, whyNoWorker } from './why-no-worker.ts';

const roleArn = 'arn:aws:iam::123456789012:role/quilla/us-east-1/k8s/workers';
const instance: StrandedInstance = {
  instanceId: 'i-1',
  group: 'auto-scaling-group/workers',
  state: 'running',
  age: minutes(20),
  subnetId: 'subnet-1',
  wayOut: { type: 'nat-gateway', publicAddresses: [] },
  securityGroupIds: ['sg-workers'],
  roleArn,
  userData: '{"api":"internal.elb","store":"k8s-store"}',
  console: undefined,
};
const surroundings: WorkerSurroundings = {
  apiName: 'internal.elb',
  apiAnswers: true,
  store: 'k8s-store',
  authority: { arn: 'arn:aws:s3:::k8s-store/cluster/keys/ca.crt', isThere: true },
  nodeRoles: new Set([roleArn]),
  apiSecurityGroupId: 'sg-api',
  apiIngress: [{ protocol: 'tcp', fromPort: 443, toPort: 443, peers: ['sg-workers'] }],
  egress: new Map([['sg-workers', [{ protocol: '-1', peers: ['0.0.0.0/0'] }]]]),
  endpoints: new Set(),
};
const why = (one: Partial<StrandedInstance>, around: Partial<WorkerSurroundings> = {}): string[] =>
  whyNoWorker({ ...instance, ...one }, { ...surroundings, ...around }).map(({ code }) => code);

describe('a worker is no node', () => {
  it.each<[string, Partial<StrandedInstance>, Partial<WorkerSurroundings>]>([
    ['node.role-not-listed', {}, { nodeRoles: new Set() }],
    ['node.no-role', { roleArn: undefined }, {}],
    ['node.no-route', { wayOut: { type: 'none', publicAddresses: [] } }, {}],
    ['node.no-public-address', { wayOut: { type: 'internet-gateway', publicAddresses: [] } }, {}],
    ['node.api-security-group', {}, { apiIngress: [] }],
    ['node.api-security-group', {}, { egress: new Map() }],
    ['node.user-data', { userData: '{"api":"internal.elb","store":"another"}' }, {}],
    ['node.user-data', { userData: '{"api":"another","store":"k8s-store"}' }, {}],
    ['node.authority-unread', { bootTag: 'failed 2026-11-01T00:00:00Z authority' }, {}],
    ['node.api-away', {}, { apiAnswers: false }],
    ['node.boot-failed', { bootTag: 'failed 2026-11-01T00:00:00Z files' }, {}],
    ['node.instance-not-running', { state: 'stopped' }, {}],
    ['node.unknown', {}, {}],
  ])('by %s', (code, one, around) => {
    expect(why(one, around)).toEqual([code]);
  });

  it('by a step that only its console names, where it could not set its tag', () => {
    const console =
      '[9.1] boot[204]: quilla: STEP files\n[9.2] boot[204]: curl: (28) Failed to connect\n[9.3] boot[204]: quilla: step files failed; it is tried again';
    const [problem] = whyNoWorker({ ...instance, console }, surroundings);
    expect(problem).toMatchObject({
      code: 'node.boot-failed',
      detail: 'instance i-1 of auto-scaling-group/workers failed at files: curl: (28) Failed to connect',
    });
  });

  // What S3 says is as in https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
  const user = 'User: arn:aws:sts::123456789012:assumed-role/workers/i-1 is not authorized to perform:';
  const gives = 'quilla: the store k8s-store gives no cluster/keys/ca.crt';
  const arn = 'arn:aws:s3:::k8s-store/cluster/keys/ca.crt';
  it.each<[string, string, boolean | undefined, RegExp]>([
    [
      'its role may not read',
      `${gives}: ${user} s3:GetObject on resource: "${arn}"`,
      true,
      /itself: allow \S+workers s3:GetObject on arn:aws:s3:::k8s-store\/cluster\/keys\/ca\.crt/,
    ],
    [
      'is not there',
      `${gives}: ${user} s3:ListBucket on resource: "arn:aws:s3:::k8s-store"`,
      false,
      /quilla apply, or quilla store fill, makes the keys .* quilla store recover ca\.crt/,
    ],
    [
      'is not seen from here, and S3 says that it is not there',
      `${gives}: The specified key does not exist.`,
      undefined,
      /quilla apply, or quilla store fill, makes the keys/,
    ],
    [
      'is out of reach',
      `curl: (28) Failed to connect to s3.us-east-1.amazonaws.com\n${gives}`,
      true,
      /give the instance a way to S3/,
    ],
  ])('by the certificate of the authority that %s, and what mends it is said', (_, said, isThere, fix) => {
    const lines = `quilla: STEP authority\n${said}\nquilla: step authority failed; it is tried again`;
    const console = lines.replaceAll(/^/gm, '[9.1] boot[204]: ');
    const [problem] = whyNoWorker({ ...instance, console }, { ...surroundings, authority: { arn, isThere } });
    expect(problem).toMatchObject({ code: 'node.authority-unread', fix: expect.stringMatching(fix) });
    expect(problem!.detail).toMatch(/failed at authority.*the store k8s-store gives no cluster\/keys\/ca\.crt/);
  });

  it('by nothing that its console shows to be overcome, whatever its tag says', () => {
    const lines = ['STEP files', 'step files failed; it is tried again', 'STEP files', 'STEP kubelet'];
    const console = lines.map((line) => `[9.1] boot[204]: quilla: ${line}`).join('\n');
    expect(why({ bootTag: 'failed 2026-11-01T00:00:00Z files', console })).not.toContain('node.boot-failed');
  });

  it('and nothing is said of roles that cannot be read', () => {
    expect(why({}, { nodeRoles: undefined })).toEqual(['node.unknown']);
  });

  it('for want of a route only where endpoints do not serve instead', () => {
    const endpoints = new Set(['ec2', 'ecr.api', 'ecr.dkr', 's3', 'sts']);
    expect(why({ wayOut: { type: 'none', publicAddresses: [] } }, { endpoints })).toEqual(['node.unknown']);
  });

  it('in words that are not of EKS', () => {
    const said = JSON.stringify(whyNoWorker(instance, { ...surroundings, nodeRoles: new Set(), apiIngress: [] }));
    expect(said).not.toMatch(/EKS|access entry|cluster security group/);
  });
});
