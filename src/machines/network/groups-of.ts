import type { SecurityGroupRuleRecord } from '../../emulator/aws/ec2/network-records.ts';
import { prefixListsOf } from '../../emulator/aws/ec2/prefix-lists.ts';
import { rulesOf } from '../../emulator/aws/ec2/security-groups.ts';
import type { Ec2State } from '../../emulator/aws/ec2/state.ts';
import { servicePlaces } from './addresses.ts';
import type { GroupRule, SecurityGroup } from './topology.ts';

function rangesOf(rule: SecurityGroupRuleRecord, region: string): string[] {
  if (rule.cidrIpv4 !== undefined) return [rule.cidrIpv4];
  const list = prefixListsOf(region).find(({ id }) => id === rule.prefixListId);
  // What AWS tells as ranges of S3 is elsewhere in this world.
  return list?.name.endsWith(`${region}.s3`) ? [`${servicePlaces.s3}/32`] : [];
}

function ruleOf(rule: SecurityGroupRuleRecord, region: string): GroupRule[] {
  const { referencedGroupId: group } = rule;
  const ranges = group === undefined ? rangesOf(rule, region) : [];
  if (rule.protocol === 'icmpv6' || (group === undefined && ranges.length === 0)) return [];
  const protocol = rule.protocol === '-1' ? 'all' : rule.protocol;
  return [{ protocol, from: rule.fromPort, to: rule.toPort, ...(group !== undefined && { group }), ranges }];
}

/** The security groups of a VPC with their IPv4 rules. */
export function groupsOf(ec2: Ec2State, at: { readonly vpcId: string; readonly region: string }): SecurityGroup[] {
  const rules = (id: string, isEgress: boolean) =>
    rulesOf(ec2, id, isEgress).flatMap((rule) => ruleOf(rule, at.region));
  return Object.values(ec2.securityGroups)
    .filter(({ vpcId }) => vpcId === at.vpcId)
    .map(({ id }) => ({
      id,
      ingress: rules(id, false),
      egress: rules(id, true),
      members: Object.values(ec2.networkInterfaces)
        .filter(({ groups }) => groups.includes(id))
        .flatMap(({ privateIps, ipv4Prefixes }) => [...privateIps, ...ipv4Prefixes])
        .sort(),
    }));
}
