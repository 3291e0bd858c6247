import type { IpPermission } from '@aws-sdk/client-ec2';
import { parseCidr } from '../../../base/cidr.ts';
import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { SecurityGroupRecord, SecurityGroupRuleRecord } from './network-records.ts';
import { prefixListById } from './prefix-lists.ts';
import type { Ec2State } from './state.ts';

/** What a rule says, without its id and group: one protocol and port range, one peer. */
export type RuleBody = Omit<SecurityGroupRuleRecord, 'id' | 'groupId' | 'isEgress'>;

const protocolNames: Readonly<Record<string, string>> = {
  '6': 'tcp',
  '17': 'udp',
  '1': 'icmp',
  '58': 'icmpv6',
  all: '-1',
};
const withPorts = ['tcp', 'udp'];
const withTypes = ['icmp', 'icmpv6'];

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValue', message);

function readProtocol(text: string | undefined): string {
  if (text === undefined || text === '') {
    throw new AwsError('MissingParameter', 'The request must contain the parameter ipProtocol');
  }
  const name = protocolNames[text.toLowerCase()] ?? text.toLowerCase();
  const known = [...withPorts, ...withTypes, '-1'].includes(name) || (/^\d{1,3}$/.test(name) && Number(name) <= 255);
  if (!known) throw invalid(`Invalid value '${text}' for IP protocol. Unknown protocol.`);
  return name;
}

function readPorts(
  protocol: string,
  from: number | undefined,
  to: number | undefined,
): { fromPort: number; toPort: number } {
  if (withTypes.includes(protocol)) return { fromPort: from ?? -1, toPort: to ?? -1 };
  if (!withPorts.includes(protocol)) return { fromPort: -1, toPort: -1 };
  if (from === undefined || to === undefined) {
    throw invalid("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
  }
  if (from === -1 && to === -1) return { fromPort: 0, toPort: 65535 };
  if (from < 0 || to > 65535 || from > to) {
    throw new AwsError(
      'InvalidParameterValue',
      `Invalid value '${from}-${to}' for portRange. Invalid TCP/UDP port range`,
    );
  }
  return { fromPort: from, toPort: to };
}

function readRange(text: string | undefined, version: 4 | 6): string {
  const parsed = parseCidr(text ?? '');
  const canonical = parsed.ok ? parsed.cidr.text : parsed.canonical;
  const right = canonical !== undefined && canonical.includes(':') === (version === 6);
  if (!right) throw invalid(`CIDR block ${text ?? ''} is malformed`);
  return canonical;
}

function readDescription(text: string | undefined): { description?: string } {
  if (text === undefined || text === '') return {};
  const allowed = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]*$/;
  if (text.length > 255 || !allowed.test(text)) {
    const why =
      'Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*';
    throw invalid(why);
  }
  return { description: text };
}

/** The group that a rule refers to, by id or by name; it must lie in the same VPC. */
function readGroup(
  ec2: Ec2State,
  owner: SecurityGroupRecord,
  pair: { GroupId?: string | undefined; GroupName?: string | undefined },
): string {
  const found = Object.values(ec2.securityGroups).find(
    (group) =>
      (pair.GroupId === undefined ? group.name === pair.GroupName : group.id === pair.GroupId) &&
      group.vpcId === owner.vpcId,
  );
  if (found !== undefined) return found.id;
  const elsewhere = pair.GroupId !== undefined && ec2.securityGroups[pair.GroupId] !== undefined;
  if (elsewhere)
    throw new AwsError('InvalidGroup.NotFound', 'You have specified two resources that belong to different networks.');
  throw new AwsError(
    'InvalidGroup.NotFound',
    `The security group '${pair.GroupId ?? pair.GroupName ?? ''}' does not exist`,
  );
}

function peersOf(turn: Turn, owner: SecurityGroupRecord, permission: IpPermission): Partial<RuleBody>[] {
  const v4 = (permission.IpRanges ?? []).map((range) => ({
    cidrIpv4: readRange(range.CidrIp, 4),
    ...readDescription(range.Description),
  }));
  const v6 = (permission.Ipv6Ranges ?? []).map((range) => ({
    cidrIpv6: readRange(range.CidrIpv6, 6),
    ...readDescription(range.Description),
  }));
  const lists = (permission.PrefixListIds ?? []).map((list) => ({
    prefixListId: prefixListById(turn, list.PrefixListId ?? '').id,
    ...readDescription(list.Description),
  }));
  const groups = (permission.UserIdGroupPairs ?? []).map((pair) => ({
    referencedGroupId: readGroup(turn.state.ec2, owner, pair),
    ...readDescription(pair.Description),
  }));
  return [...v4, ...v6, ...lists, ...groups];
}

/** One rule per peer of the request's permissions, checked as AWS checks them. */
export function readPermissions(
  turn: Turn,
  owner: SecurityGroupRecord,
  permissions: readonly IpPermission[],
): RuleBody[] {
  return permissions.flatMap((permission) => {
    const protocol = readProtocol(permission.IpProtocol);
    const ports = readPorts(protocol, permission.FromPort, permission.ToPort);
    const peers = peersOf(turn, owner, permission);
    if (peers.length === 0) {
      const why = 'The request must contain at least one of IpRanges, Ipv6Ranges, PrefixListIds or UserIdGroupPairs';
      throw new AwsError('MissingParameter', why);
    }
    return peers.map((peer): RuleBody => ({ protocol, ...ports, ...peer }));
  });
}

/** Equal for two rules that AWS takes for the same; a description does not tell them apart. */
export const ruleKey = (rule: RuleBody): string =>
  [
    rule.protocol,
    rule.fromPort,
    rule.toPort,
    rule.cidrIpv4,
    rule.cidrIpv6,
    rule.prefixListId,
    rule.referencedGroupId,
  ].join('|');

/** How AWS words a rule in its errors. */
export function ruleText(rule: RuleBody): string {
  const peer = rule.cidrIpv4 ?? rule.cidrIpv6 ?? rule.prefixListId ?? rule.referencedGroupId ?? '';
  const protocol = rule.protocol === '-1' ? 'ALL' : rule.protocol.toUpperCase();
  const ports = rule.protocol === '-1' ? '' : `from port: ${rule.fromPort}, to port: ${rule.toPort}, `;
  return `"peer: ${peer}, ${protocol}, ${ports}ALLOW"`;
}

/** Rules as the older form has them: one permission per protocol and port range. */
export function permissionsOf(rules: readonly SecurityGroupRuleRecord[], account: string): IpPermission[] {
  const groups = Map.groupBy(rules, (rule) => `${rule.protocol} ${rule.fromPort} ${rule.toPort}`);
  return [...groups.values()].map((same) => {
    const [first] = same;
    const text = (rule: SecurityGroupRuleRecord) => rule.description !== undefined && { Description: rule.description };
    // Ports are told of protocols that have some, whatever a request said of them.
    const hasPorts = first !== undefined && [...withPorts, ...withTypes].includes(first.protocol);
    return {
      IpProtocol: first?.protocol ?? '-1',
      ...(hasPorts && { FromPort: first.fromPort, ToPort: first.toPort }),
      IpRanges: same.flatMap((r) => (r.cidrIpv4 === undefined ? [] : [{ CidrIp: r.cidrIpv4, ...text(r) }])),
      Ipv6Ranges: same.flatMap((r) => (r.cidrIpv6 === undefined ? [] : [{ CidrIpv6: r.cidrIpv6, ...text(r) }])),
      PrefixListIds: same.flatMap((r) =>
        r.prefixListId === undefined ? [] : [{ PrefixListId: r.prefixListId, ...text(r) }],
      ),
      UserIdGroupPairs: same.flatMap((r) =>
        r.referencedGroupId === undefined ? [] : [{ GroupId: r.referencedGroupId, UserId: account, ...text(r) }],
      ),
    };
  });
}
