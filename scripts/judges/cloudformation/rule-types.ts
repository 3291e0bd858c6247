import type { InventoryObject } from '../inventory.ts';
import { asSet, byTag, key, member, type Properties, type Stock, said, type TypeTable, tags } from './type-table.ts';

const isEgress = (rule: InventoryObject): boolean => member(rule, 'IsEgress') === true;

/** A rule as a template writes it; ports only where the protocol has them. */
function asWritten(rule: InventoryObject): Properties {
  const side = isEgress(rule) ? 'Destination' : 'Source';
  const protocol = member(rule, 'IpProtocol');
  const all: Properties = {
    IpProtocol: protocol,
    ...(protocol === '-1' ? {} : { FromPort: member(rule, 'FromPort'), ToPort: member(rule, 'ToPort') }),
    CidrIp: member(rule, 'CidrIpv4'),
    CidrIpv6: member(rule, 'CidrIpv6'),
    [`${side}SecurityGroupId`]: member(rule, 'ReferencedGroupInfo.GroupId'),
    [`${side}PrefixListId`]: member(rule, 'PrefixListId'),
    Description: member(rule, 'Description'),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const content = ({ Description, GroupId, ...rest }: Properties): string =>
  JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));

const rulesOf = (group: unknown, stock: Stock, egress: boolean): readonly InventoryObject[] =>
  stock
    .of('AWS::EC2::SecurityGroupRule')
    .filter((rule) => member(rule, 'GroupId') === group && isEgress(rule) === egress);

/** A group holds no rule twice, so that what a rule says finds it. */
const byContent =
  (egress: boolean) =>
  (properties: Properties, stock: Stock): InventoryObject | undefined =>
    rulesOf(properties.GroupId, stock, egress).find((rule) => content(asWritten(rule)) === content(properties));

const names = ['IpProtocol', 'FromPort', 'ToPort', 'CidrIp', 'CidrIpv6', 'Description'] as const;

const rule = (egress: boolean): TypeTable => {
  const side = egress ? 'Destination' : 'Source';
  const own = [...names, `${side}SecurityGroupId`, `${side}PrefixListId`];
  return {
    find: byContent(egress),
    ref: key,
    properties: {
      GroupId: said('GroupId'),
      ...Object.fromEntries(own.map((name) => [name, { told: (object: InventoryObject) => asWritten(object)[name] }])),
      Tags: tags,
    },
  };
};

/** What a group is made with by itself: everything may leave, over IPv6 too where its VPC has that. */
function openRules(vpc: InventoryObject | undefined): readonly Properties[] {
  const ipv6 = (vpc && (member(vpc, 'Ipv6CidrBlockAssociationSet') as readonly unknown[] | undefined)) ?? [];
  return [
    { IpProtocol: '-1', CidrIp: '0.0.0.0/0' },
    ...(ipv6.length > 0 ? [{ IpProtocol: '-1', CidrIpv6: '::/0' }] : []),
  ];
}

/**
 * Outgoing rules that stand in a group itself, and the objects that they are compared with: the others of the world are resources of
 * their own, and `written` names them.
 */
export function egressOf(
  { VpcId, SecurityGroupEgress }: Properties,
  group: InventoryObject,
  { stock, written }: { readonly stock: Stock; readonly written: ReadonlySet<string> },
): { readonly template: unknown; readonly told: unknown; readonly rules: readonly InventoryObject[] } {
  const inTemplate = SecurityGroupEgress ?? openRules(stock.byKey('AWS::EC2::VPC', VpcId));
  const rules = rulesOf(group.key, stock, true).filter((one) => !written.has(one.key));
  return {
    template: asSet((inTemplate as readonly Properties[]).map(sorted)),
    told: asSet(rules.map(asWritten).map(sorted)),
    rules,
  };
}

const sorted = (properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1)));

export const ruleTypes: Readonly<Record<string, TypeTable>> = {
  'AWS::EC2::SecurityGroup': {
    find: byTag('AWS::EC2::SecurityGroup'),
    ref: key,
    attributes: { GroupId: key },
    properties: {
      GroupName: said('GroupName'),
      GroupDescription: said('Description'),
      VpcId: said('VpcId'),
      Tags: tags,
    },
    untold: { SecurityGroupEgress: 'compared with the rules of the group that are no resources of their own' },
  },
  'AWS::EC2::SecurityGroupIngress': rule(false),
  'AWS::EC2::SecurityGroupEgress': rule(true),
};
