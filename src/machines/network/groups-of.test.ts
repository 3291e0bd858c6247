import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cidr, containsAddress } from '../../base/cidr.ts';
import type { NetworkInterfaceRecord, SecurityGroupRuleRecord } from '../../emulator/aws/ec2/network-records.ts';
import { prefixListOf } from '../../emulator/aws/ec2/prefix-lists.ts';
import { canReach } from '../../emulator/aws/ec2/reachability.ts';
import { emptyEc2State } from '../../emulator/aws/ec2/state.ts';
import { groupsOf } from './groups-of.ts';
import type { GroupRule, SecurityGroup } from './topology.ts';

const region = 'us-east-1';
const vpcId = 'vpc-0';
const ids = ['sg-0', 'sg-1', 'sg-2'];
const addresses = ['10.0.0.5', '10.0.1.5'] as const;

const rule = fc.record({
  groupId: fc.constantFrom(...ids),
  isEgress: fc.boolean(),
  ports: fc.constantFrom(['tcp', 80, 90], ['udp', 80, 80], ['tcp', 0, 65535], ['-1', -1, -1]) as fc.Arbitrary<
    [string, number, number]
  >,
  peer: fc.oneof(
    fc.constantFrom('0.0.0.0/0', '10.0.0.0/24', '10.0.1.5/32').map((cidrIpv4) => ({ cidrIpv4 })),
    fc.constantFrom(...ids).map((referencedGroupId) => ({ referencedGroupId })),
  ),
});
const groupSet = fc.subarray(ids, { minLength: 1 });

/** What nft does with these rules. */
function passes(
  rules: readonly GroupRule[],
  groups: readonly SecurityGroup[],
  packet: { peer: string; protocol: string; port: number },
) {
  return rules.some(({ protocol, from, to, group, ranges }) => {
    const right = protocol === 'all' || (protocol === packet.protocol && from <= packet.port && packet.port <= to);
    const members = groups.find(({ id }) => id === group)?.members;
    return (
      right && (members?.includes(packet.peer) ?? ranges.some((range) => containsAddress(cidr(range), packet.peer)))
    );
  });
}

test('settled rules let through what the embedded AWS says that groups let through', () => {
  const seen = { open: 0, shut: 0 };
  const world = fc.tuple(
    fc.array(rule, { maxLength: 8 }),
    groupSet,
    groupSet,
    fc.constantFrom(80, 85, 443),
    fc.constantFrom('tcp' as const, 'udp' as const),
  );
  fc.assert(
    fc.property(world, ([rules, from, to, port, protocol]) => {
      const ec2 = emptyEc2State(region);
      for (const id of ids) ec2.securityGroups[id] = { id, name: id, description: '', vpcId };
      for (const [at, { groupId, isEgress, ports, peer }] of rules.entries()) {
        const [name, fromPort, toPort] = ports;
        const made: SecurityGroupRuleRecord = {
          id: `sgr-${at}`,
          groupId,
          isEgress,
          protocol: name,
          fromPort,
          toPort,
          ...peer,
        };
        ec2.securityGroupRules[made.id] = made;
      }
      const eni = (id: string, groups: string[], ip: string) =>
        ({
          id,
          vpcId,
          groups,
          privateIps: [ip],
          ipv6Addresses: [],
          ipv4Prefixes: [],
        }) as unknown as NetworkInterfaceRecord;
      ec2.networkInterfaces = { a: eni('a', from, addresses[0]), b: eni('b', to, addresses[1]) };
      const groups = groupsOf(ec2, { vpcId, region });
      const of = (names: string[], way: 'egress' | 'ingress') =>
        groups.filter(({ id }) => names.includes(id)).flatMap((group) => group[way]);
      const own =
        passes(of(from, 'egress'), groups, { peer: addresses[1], protocol, port }) &&
        passes(of(to, 'ingress'), groups, { peer: addresses[0], protocol, port });
      const said = canReach(ec2, 'a', { toGroups: to, toAddress: addresses[1], port, protocol }).ok;
      seen[said ? 'open' : 'shut'] += 1;
      expect(own).toBe(said);
    }),
    { numRuns: 1000, seed: 5 },
  );
  expect(Math.min(seen.open, seen.shut)).toBeGreaterThan(20);
});

test('the prefix list of S3 is where S3 answers here; IPv6 and other lists are left out', () => {
  const ec2 = emptyEc2State(region);
  ec2.securityGroups = { 'sg-0': { id: 'sg-0', name: 'x', description: '', vpcId } };
  const base = { groupId: 'sg-0', isEgress: true, protocol: 'tcp', fromPort: 443, toPort: 443 };
  const list = (service: string) => prefixListOf(region, `com.amazonaws.${region}.${service}`)?.id ?? '';
  ec2.securityGroupRules = {
    a: { id: 'a', ...base, prefixListId: list('s3') },
    b: { id: 'b', ...base, prefixListId: list('dynamodb') },
    c: { id: 'c', ...base, cidrIpv6: '::/0' },
    d: { id: 'd', ...base, protocol: 'icmpv6', cidrIpv4: '0.0.0.0/0' },
  };
  expect(groupsOf(ec2, { vpcId, region })[0]?.egress).toEqual([
    { protocol: 'tcp', from: 443, to: 443, ranges: ['198.18.0.3/32'] },
  ]);
});
