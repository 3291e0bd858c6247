import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { quotaValue } from '../service-quotas/value.ts';

const codes = {
  vpcs: ['vpc', 'L-F678F1CE'],
  ipv4CidrsPerVpc: ['vpc', 'L-83CA0A9D'],
  ipv6CidrsPerVpc: ['vpc', 'L-085A6257'],
  subnetsPerVpc: ['vpc', 'L-407747CB'],
  internetGateways: ['vpc', 'L-A4707A72'],
  egressOnlyGateways: ['vpc', 'L-45FE3B85'],
  natGatewaysPerZone: ['vpc', 'L-FE5A380F'],
  routeTablesPerVpc: ['vpc', 'L-589F43AA'],
  routesPerTable: ['vpc', 'L-93826ACB'],
  securityGroups: ['vpc', 'L-E79EC296'],
  rulesPerGroup: ['vpc', 'L-0EA8095F'],
  groupsPerInterface: ['vpc', 'L-2AFB9258'],
  gatewayEndpoints: ['vpc', 'L-1B52E74A'],
  interfaceEndpointsPerVpc: ['vpc', 'L-29B6F2EB'],
  aclRules: ['vpc', 'L-2AEEBF1A'],
  networkInterfaces: ['vpc', 'L-DF5E4CA3'],
  addresses: ['ec2', 'L-0263D0A3'],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

export type Limit = keyof typeof codes;

/** The applied value of one of the network quotas. */
export function limitOf(turn: Turn, limit: Limit): number {
  const [service, code] = codes[limit];
  return quotaValue(turn, service, code);
}

/** Throws `code` with AWS's words when one more than `have` would pass the limit. */
export function checkLimit(
  turn: Turn,
  limit: Limit,
  more: { readonly have: number; readonly add?: number; readonly code: string; readonly message: string },
): void {
  const max = limitOf(turn, limit);
  if (more.have + (more.add ?? 1) > max) throw new AwsError(more.code, more.message);
}
