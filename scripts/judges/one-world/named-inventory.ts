import { canonicalJson, type Json } from '../../../src/base/canonical-json.ts';
import type { InventoryObject } from '../inventory.ts';

/** An object under a name that it has in every world that was made from one graph. */
export interface NamedObject {
  readonly type: string;
  /** Its id in the graph, from its tag or from what it belongs to; else what AWS calls it where somebody chose that. */
  readonly name: string;
  readonly members: Readonly<Record<string, Json>>;
}

const idTag = 'quilla.dev/id';

/** Ids that AWS makes up. Each keeps its beginning, so that a VPC is never taken for a subnet. */
const madeUp: readonly (readonly [RegExp, string])[] = [
  [/\b((?:[a-z]+-)+)[0-9a-f]{17}\b/g, '$1*'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'uuid'],
  [/\b(A(?:ROA|IDA|IPA|NPA|SIA|KIA))[A-Z0-9]{16,17}\b/g, '$1*'],
  [/\ba-[a-z0-9]{17}\b/g, 'a-*'],
  [/\b[0-9a-f]{64}\b/g, 'hex'],
  [/\b[0-9a-f]{40}\b/g, 'hex'],
  [/\b[0-9a-f]{16}\b/g, 'hex'],
  [/\beks-cluster-sg-([\w-]+?)-\d+\b/g, 'eks-cluster-sg-$1-*'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z\b/g, 'time'],
];

/** Addresses and names that AWS gives out of a range, of what nobody gave one. */
const givenOut: readonly (readonly [RegExp, string])[] = [
  [/\b(ip|ec2)-\d+-\d+-\d+-\d+\b/g, '$1-*'],
  [/\b\d+\.\d+\.\d+\.\d+\b(?!\/\d)/g, 'address'],
  [/\b[0-9a-f]{1,4}:[0-9a-f:]+(?:\/\d+)?(?![0-9a-zA-Z:])/g, 'ipv6'],
];
const withAddresses = /::(NetworkInterface|Instance|NatGateway|EIP|Subnet|VPC|VPCEndpoint|RecordSet)$/;

/** Members that tell of a run and not of what is there. */
const ofTheRun =
  /^(ETag|ClientToken|clientRequestToken|CallerReference|.*Timestamp|AmiLaunchIndex|ReservationId|SequenceInformation|creationTime|storedBytes|AvailableIpAddressCount|SecondaryAddresses|Checksum\w+|ApproximateNumberOf\w+)$/;
/** Lists whose order says something. */
const ordered = new Set(['Overrides', 'instanceTypes']);

type Members = Readonly<Record<string, unknown>>;
const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Members | undefined)?.[key], value);

/** Texts that stand for an object wherever they occur, beside its key. */
const further: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'AWS::EC2::EIP': [['PublicIp'], ['AssociationId']],
  'AWS::EC2::NetworkInterface': [['PrivateIpAddress'], ['MacAddress']],
  'AWS::EKS::Cluster': [['endpoint'], ['certificateAuthority', 'data'], ['identity', 'oidc', 'issuer']],
  'AWS::EKS::Nodegroup': [['resources', 'autoScalingGroups', '0', 'name']],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': [['DNSName']],
};

const isChosen = ({ type, key }: InventoryObject): boolean =>
  !/\b[0-9a-f]{16,17}\b|[0-9a-f-]{36}/.test(key) && type !== 'AWS::EC2::SecurityGroupRule';

/** What EKS makes for a cluster or group carries no id of ours, and is known through what it was made for. */
function ofEks(objects: readonly InventoryObject[]): ReadonlyMap<string, string> {
  return new Map(
    objects.flatMap(({ type, attributes, tags }): [string, string][] => {
      const id = tags[idTag];
      const group = at(attributes, 'resourcesVpcConfig', 'clusterSecurityGroupId');
      const scaling = at(attributes, 'resources', 'autoScalingGroups', '0', 'name');
      if (type === 'AWS::EKS::Cluster' && typeof group === 'string') return [[group, `security group of ${id}`]];
      if (type === 'AWS::EKS::Nodegroup' && typeof scaling === 'string') return [[scaling, `group of ${id}`]];
      return [];
    }),
  );
}

/** The name of each object, by type and key. Several that nothing tells apart share one. */
function namesOf(objects: readonly InventoryObject[], given: readonly string[]): (object: InventoryObject) => string {
  const known = new Map([...given.map((key, i) => [key, `given-${i + 1}`] as const), ...ofEks(objects)]);
  const mask = (key: string): string => madeUp.reduce((text, [from, to]) => text.replace(from, to), key);
  return (object) => {
    const { key, tags } = object;
    return tags[idTag] ?? (isChosen(object) ? key : (known.get(key) ?? mask(key)));
  };
}

/** What to write in the place of each text, the longest text first: a name may stand inside an ARN. */
function replacements(
  objects: readonly InventoryObject[],
  nameOf: (object: InventoryObject) => string,
): readonly (readonly [string, string])[] {
  const all = objects.flatMap((object): [string, string][] => {
    const name = nameOf(object);
    const isNamed = object.tags[idTag] !== undefined || name !== object.key;
    if (!isNamed) return [];
    const short = object.type.slice(object.type.lastIndexOf(':') + 1);
    const own: [string, string][] = isChosen(object) ? [] : [[object.key, `<${short} ${name}>`]];
    const others = (further[object.type] ?? []).flatMap((path): [string, string][] => {
      const text = at(object.attributes, ...path);
      return typeof text === 'string' && text !== ''
        ? [[text.replace(/^https:\/\//, ''), `<${path.at(-1)} of ${name}>`]]
        : [];
    });
    return [...own, ...others];
  });
  return all.sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1));
}

const base64Text = (text: string): string => {
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  return decoded.includes('\uFFFD') ? text : decoded;
};

/** The VPC CNI takes interfaces and addresses as pods come, and pods come where the scheduler puts them. */
const isOfPods = ({ tags }: InventoryObject): boolean => tags['node.k8s.amazonaws.com/instance_id'] !== undefined;
const isItemOfPods = (item: unknown, interfaces: ReadonlySet<string>): boolean =>
  (at(item, 'Primary') === false && at(item, 'PrivateIpAddress') !== undefined) ||
  interfaces.has(String(at(item, 'NetworkInterfaceId')));

/** EKS chooses in which of the subnets the interfaces of a control plane stand. */
const chosenByEks = new Set(['AvailabilityZone', 'AvailabilityZoneId', 'SubnetId']);
const isChosenByEks = (name: string, { attributes }: InventoryObject): boolean =>
  attributes.RequesterId === 'amazon-eks' && chosenByEks.has(name);

interface Reading {
  readonly type: string;
  readonly replaced: readonly (readonly [string, string])[];
  /** Interfaces that the VPC CNI made. */
  readonly interfacesOfPods: ReadonlySet<string>;
}

function textOf(text: string, { type, replaced }: Reading): string {
  const known = replaced.reduce((now, [from, to]) => now.replaceAll(from, to), text);
  const masks = withAddresses.test(type) ? [...madeUp, ...givenOut] : madeUp;
  return masks.reduce((now, [from, to]) => now.replace(from, to), known);
}

function told(value: unknown, key: string, reading: Reading): Json {
  if (value instanceof Date) return 'time';
  if (key === 'VPCZoneIdentifier') return textOf(String(value), reading).split(',').sort();
  if (typeof value === 'string') return textOf(key === 'UserData' ? base64Text(value) : value, reading);
  if (Array.isArray(value)) {
    const items = value
      .filter((item) => !isItemOfPods(item, reading.interfacesOfPods))
      .map((item) => told(item, key, reading));
    return ordered.has(key) ? items : items.sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return (value ?? null) as Json;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => inner !== undefined && !ofTheRun.test(name))
      .map(([name, inner]) => [textOf(name, reading), told(inner, name, reading)]),
  );
}

/**
 * An inventory in which every id is what it stands for in the graph, so that two worlds can be laid side by side. `given` are the
 * keys that were there before, which both worlds share.
 */
export function namedInventory(
  objects: readonly InventoryObject[],
  given: readonly string[] = [],
): readonly NamedObject[] {
  const nameOf = namesOf(objects, given);
  const replaced = replacements(objects, nameOf);
  const interfacesOfPods = new Set(objects.filter(isOfPods).map(({ key }) => key));
  return objects.flatMap((object) => {
    if (isOfPods(object)) return [];
    const reading = { type: object.type, replaced, interfacesOfPods };
    const own = Object.entries(object.attributes).filter(([name]) => !isChosenByEks(name, object));
    const members = told({ ...Object.fromEntries(own), tags: object.tags }, '', reading) as Record<string, Json>;
    return [{ type: object.type, name: textOf(nameOf(object), reading), members }];
  });
}
