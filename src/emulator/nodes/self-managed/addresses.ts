import { isIPv4 } from 'node:net';
import type { InstanceRecord } from '../../aws/ec2/compute-records.ts';
import { canReach } from '../../aws/ec2/reachability.ts';
import { evaluate } from '../../aws/iam/evaluate.ts';
import { parsePolicy } from '../../aws/iam/policy-document.ts';
import type { Turn } from '../../call.ts';
import { blockedToService, wayToInternet } from '../network-path.ts';
import { latestObject } from './store-objects.ts';

const privateRange = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;

/** Why a machine cannot open a connection to a host; undefined where it can. Names of AWS's services may lead to endpoints of the VPC. */
export function blockedToHost(turn: Turn, instance: InstanceRecord, host: string, port = 443): string | undefined {
  if (isIPv4(host) && privateRange.test(host)) return blockedToAddress(turn, instance, { host, port });
  const service = serviceOf(turn, host);
  if (service !== undefined) return blockedToService(turn, instance, service);
  const path = wayToInternet(turn, instance);
  return 'blocked' in path ? path.blocked : undefined;
}

function blockedToAddress(
  turn: Turn,
  instance: InstanceRecord,
  { host, port }: { readonly host: string; readonly port: number },
): string | undefined {
  const { ec2 } = turn.state;
  const to = Object.values(ec2.networkInterfaces).find(
    ({ vpcId, privateIps }) => vpcId === instance.vpcId && privateIps.includes(host),
  );
  if (to === undefined) return `nothing in VPC ${instance.vpcId} has the address ${host}`;
  const connection = { toGroups: to.groups, toAddress: host, port, protocol: 'tcp' } as const;
  const reach = canReach(ec2, instance.networkInterfaceIds[0] ?? '', connection);
  return reach.ok ? undefined : reach.why;
}

/** `ecr.dkr` for `123456789012.dkr.ecr.us-east-1.amazonaws.com`. */
function serviceOf(turn: Turn, host: string): string | undefined {
  const suffix = `${turn.region}.amazonaws.com`;
  if (host === `s3.${suffix}` || host.endsWith(`.s3.${suffix}`) || host.endsWith(`.s3.dualstack.${suffix}`))
    return 's3';
  if (host.endsWith(`.dkr.ecr.${suffix}`)) return 'ecr.dkr';
  return undefined;
}

/** An object of a bucket of this account that a URL names. */
export function bucketObjectAt(turn: Turn, url: URL): { readonly store: string; readonly key: string } | undefined {
  const [, bucket] =
    new RegExp(`^(?:(.+)\\.)?s3(?:\\.dualstack)?\\.${turn.region}\\.amazonaws\\.com$`).exec(url.hostname) ?? [];
  if (!url.hostname.includes('s3.')) return undefined;
  const path = decodeURIComponent(url.pathname.slice(1));
  const store = bucket ?? path.split('/')[0]!;
  const key = bucket === undefined ? path.slice(store.length + 1) : path;
  return turn.world.s3.buckets[store] === undefined ? undefined : { store, key };
}

/** Whether a bucket's policy gives an object to whoever asks without a signature. */
export function isOpenToAll(
  turn: Turn,
  instance: InstanceRecord,
  { store, key }: { store: string; key: string },
): boolean {
  const policy = parsePolicy(turn.world.s3.buckets[store]?.policy ?? '', 'resource');
  if (typeof policy === 'string') return false;
  const context = { 'aws:SourceVpc': instance.vpcId, 'aws:SecureTransport': 'true' };
  const question = { action: 's3:GetObject', resource: `arn:${turn.world.partition}:s3:::${store}/${key}`, context };
  return latestObject(turn, store, key) !== undefined && evaluate([policy], question) === 'allow';
}
