import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RulePeer } from '../../model/kinds/security-group-rule.ts';
import type { Settled } from '../../model/types.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { keyPair } from './key-pair.ts';
import { securityGroup } from './security-group.ts';
import { securityGroupRule } from './security-group-rule.ts';
import { vpc } from './vpc.ts';

let trial: AdapterTrial;
let vpcId: string;

beforeEach(async () => {
  trial = await adapterTrial();
});
afterEach(() => trial.stop());

const makeVpc = async (ipv6 = false) => {
  const tags = tagsFor('vpc/main');
  const asked = { cidr: '10.0.0.0/16', ipv6, dnsSupport: true, dnsHostnames: true, tags };
  ({ vpcId } = await trial.of(vpc).create('vpc/main', asked));
};
const group = (name: string, openEgress: boolean): Settled<'security-group'> => ({
  vpcId,
  name,
  description: 'for a trial',
  openEgress,
  tags: tagsFor(`security-group/${name}`),
});
const newGroup = async (name: string) =>
  (await trial.of(securityGroup).create(`security-group/${name}`, group(name, false))).groupId;

const egressOf = async (groupId: string) => {
  const answer = await trial.connection.clients.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [groupId] }));
  return answer.SecurityGroups![0]!.IpPermissionsEgress ?? [];
};

describe('security groups', () => {
  test('one that lets everything out lives, closes and opens', async () => {
    await makeVpc();
    await trial
      .of(securityGroup)
      .life('security-group/one', group('one', true), [
        { openEgress: false },
        { openEgress: true, tags: tagsFor('security-group/one', { a: 'b' }) },
      ]);
  });

  test('one that was asked for closed has no way out when it is made, with IPv6 neither', async () => {
    await makeVpc(true);
    const { groupId } = await trial.of(securityGroup).create('security-group/one', group('one', false));
    expect(await egressOf(groupId)).toEqual([]);
    await trial.of(securityGroup).update('security-group/one', group('one', true));
    const ranges = (await egressOf(groupId)).flatMap(({ IpRanges, Ipv6Ranges }) => [
      ...(IpRanges ?? []).map((range) => range.CidrIp),
      ...(Ipv6Ranges ?? []).map((range) => range.CidrIpv6),
    ]);
    expect(ranges.sort()).toEqual(['0.0.0.0/0', '::/0']);
  });

  test("a rule of ours that lets everything out is not taken for AWS's own", async () => {
    await makeVpc();
    const groupId = await newGroup('one');
    const id = 'security-group-rule/out';
    await trial
      .of(securityGroupRule)
      .create(id, rule(id, groupId, { direction: 'egress', protocol: '-1', ports: null }));
    expect((await trial.of(securityGroup).find('security-group/one')).settled.openEgress).toBe(false);
  });
});

const rule = (
  id: string,
  groupId: string,
  further: Partial<Settled<'security-group-rule'>> = {},
): Settled<'security-group-rule'> => ({
  groupId,
  direction: 'ingress',
  protocol: 'tcp',
  ports: { from: 443, to: 443 },
  peer: { cidr: '0.0.0.0/0' },
  description: 'the API',
  tags: tagsFor(id),
  ...further,
});

describe('rules', () => {
  const id = 'security-group-rule/r';
  beforeEach(() => makeVpc(true));

  const peers: readonly [string, (other: string) => RulePeer][] = [
    ['an IPv4 range', () => ({ cidr: '10.0.0.0/8' })],
    ['an IPv6 range', () => ({ cidrIpv6: 'fd00::/8' })],
    ['a group', (other) => ({ groupId: other })],
  ];
  test.each(peers)('a rule for %s lives through changes of description and tags', async (_, peerOf) => {
    const [groupId, other] = [await newGroup('one'), await newGroup('other')];
    const asked = rule(id, groupId, { peer: peerOf(other) });
    await trial.of(securityGroupRule).life(id, asked, [{ description: 'another' }, { tags: tagsFor(id, { a: 'b' }) }]);
  });

  const shapes: readonly [string, Partial<Settled<'security-group-rule'>>][] = [
    ['everything in', { protocol: '-1', ports: null }],
    ['all of TCP in', { protocol: 'tcp', ports: null }],
    ['all of ICMP in', { protocol: 'icmp', ports: null }],
    ['a range of UDP out', { direction: 'egress', protocol: 'udp', ports: { from: 1025, to: 65535 } }],
  ];
  test.each(shapes)('%s', async (_, shape) => {
    await trial.of(securityGroupRule).life(id, rule(id, await newGroup('one'), shape), [{ description: 'why' }]);
  });

  test('a rule whose answer was lost is found again by its tags', async () => {
    const groupId = await newGroup('one');
    const made = await trial.of(securityGroupRule).create(id, rule(id, groupId));
    expect(await trial.of(securityGroupRule).create(id, rule(id, groupId))).toEqual(made);
  });

  test('a rule of someone else that says the same is left alone and told', async () => {
    const groupId = await newGroup('one');
    const { ec2 } = trial.connection.clients;
    const IpRanges = [{ CidrIp: '0.0.0.0/0' }];
    const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges }];
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions }));
    await expect(trial.of(securityGroupRule).create(id, rule(id, groupId))).rejects.toMatchObject({ reason: 'exists' });
    const Filters = [{ Name: 'group-id', Values: [groupId] }];
    const rules = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
    expect(rules.SecurityGroupRules?.map(({ Tags }) => Tags ?? [])).toEqual([[]]);
  });

  test('groups and thirty rules are three questions', async () => {
    const groupId = await newGroup('one');
    for (let n = 0; n < 30; n += 1) {
      const one = `security-group-rule/${n}`;
      await trial.of(securityGroupRule).create(one, rule(one, groupId, { ports: { from: n, to: n } }));
    }
    const context = trial.reading();
    const from = trial.asked.length;
    await securityGroup.reader(trial.connection).list(context);
    expect(await securityGroupRule.reader(trial.connection).list(context)).toHaveLength(30);
    expect(trial.asked.slice(from)).toHaveLength(3);
  });
});

describe('key pairs', () => {
  test('a key pair lives', async () => {
    const id = 'key-pair/ssh';
    const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
    await trial
      .of(keyPair)
      .life(id, { name: 'trial-ssh', publicKey, tags: tagsFor(id) }, [{ tags: tagsFor(id, { a: 'b' }) }]);
  });
});
