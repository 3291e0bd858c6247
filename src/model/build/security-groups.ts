import { parseCidr } from '../../base/cidr.ts';
import { shortHash } from '../../base/hash.ts';
import type { Tags } from '../field.ts';
import { type Resource, refTo } from '../graph.ts';
import type { RulePeer } from '../kinds/security-group-rule.ts';
import type { Value } from '../value.ts';
import { type BuildContext, named, resource, tagsOf } from './context.ts';
import type { NetworkHandles } from './network/network-handles.ts';
import { isInterface } from './network/vpc-endpoints.ts';

export interface GroupInit {
  /** What follows `security-group/` in the id. */
  readonly what: string;
  readonly description: string;
  readonly from: string;
  /** Whether everything may leave; left out: nothing may. */
  readonly openEgress?: boolean;
  readonly tags?: Tags;
}

/** A security group; its name follows VPC and description, which are fixed. */
export function securityGroup(
  context: BuildContext,
  { vpcId }: NetworkHandles,
  { what, description, from, openEgress = false, tags = {} }: GroupInit,
): Resource<'security-group'> {
  const id = `security-group/${what}`;
  const fixed = { vpcId, description };
  const name = named(`${context.name}-${what}`, shortHash({ ...fixed, cluster: context.name }, 6), 255);
  return resource('security-group', {
    id,
    from,
    desired: { ...fixed, name, openEgress, tags: tagsOf(context, id, tags) },
  });
}

/** A range as the other side of a rule. */
export const peerOf = (range: string): RulePeer => {
  const parsed = parseCidr(range);
  return parsed.ok && parsed.cidr.version === 6 ? { cidrIpv6: range } : { cidr: range };
};

export interface RuleInit {
  /** What follows `security-group-rule/` in the id. */
  readonly what: string;
  readonly protocol: string;
  readonly ports: { readonly from: number; readonly to: number } | null;
  readonly peer: Value<RulePeer>;
  readonly description: string;
  readonly from: string;
  /** Left out: `ingress`. */
  readonly direction?: 'ingress' | 'egress';
}

/** A rule of a group: lets somebody in, or lets the group out to somebody. */
export function rule(
  context: BuildContext,
  group: Resource<'security-group'>,
  { what, from, direction = 'ingress', ...fields }: RuleInit,
): Resource<'security-group-rule'> {
  const id = `security-group-rule/${what}`;
  const { protocol, ports, peer, description } = fields;
  return resource('security-group-rule', {
    id,
    from,
    desired: {
      groupId: refTo(group, 'groupId'),
      direction,
      protocol,
      ports,
      peer,
      description,
      tags: tagsOf(context, id),
    },
  });
}

export interface Opening {
  readonly what: string;
  readonly port: number;
  readonly ranges: readonly string[];
  readonly from: string;
  readonly description: string;
}

/** A rule for each range that may reach a TCP port. */
export const openTo = (
  context: BuildContext,
  group: Resource<'security-group'>,
  { what, port, ranges, from, description }: Opening,
): readonly Resource<'security-group-rule'>[] =>
  [...new Set(ranges)].map((range) =>
    rule(context, group, {
      what: `${what}-${range}`,
      protocol: 'tcp',
      ports: { from: port, to: port },
      peer: peerOf(range),
      description,
      from,
    }),
  );

export interface EndpointsGroup {
  readonly resources: readonly Resource[];
  /** Lets the VPC in to interface endpoints; none where there are no such endpoints. */
  readonly endpoints: Resource<'security-group'> | undefined;
}

const endpointsFrom = 'spec.network.endpoints';

/** The group of interface endpoints, without rules. Nothing leaves it: endpoints call nobody. Undefined where there are none. */
export function closedEndpointsGroup(
  context: BuildContext,
  network: NetworkHandles,
): Resource<'security-group'> | undefined {
  if (!context.spec.network.endpoints.some(isInterface)) return undefined;
  const description = 'HTTPS to VPC endpoints';
  return securityGroup(context, network, { what: 'endpoints', description, from: endpointsFrom });
}

/** The group of interface endpoints, open to the whole VPC. */
export function endpointsGroup(context: BuildContext, network: NetworkHandles): EndpointsGroup {
  const endpoints = closedEndpointsGroup(context, network);
  if (endpoints === undefined) return { resources: [], endpoints };
  const from = endpointsFrom;
  const rules = openTo(context, endpoints, {
    what: 'endpoints/https',
    port: 443,
    ranges: network.cidrs,
    from,
    description: 'HTTPS from the VPC',
  });
  return { resources: [endpoints, ...rules], endpoints };
}
