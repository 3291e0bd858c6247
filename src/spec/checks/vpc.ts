import type { Finding } from '../problem.ts';
import { type Check, listed, repeated } from './check.ts';
import { isSelfManaged } from './control-plane-fields.ts';

const ownFields = ['cidr', 'furtherCidrs', 'zones', 'nat', 'endpoints'] as const;

export const givenVpcFields: Check = ({ input }) => {
  const { network, nodeGroups, fargateProfiles } = input.spec;
  if (network?.vpc === undefined) return [];
  const finding = (path: string, fix: string): Finding => ({
    code: 'spec.not-with-given-vpc',
    path,
    detail: `${path} is for a VPC that Quilla makes, and spec.network.vpc gives one`,
    fix,
  });
  const own = ownFields
    .filter((field) => network[field] !== undefined)
    .map((field) => finding(`spec.network.${field}`, 'Take the field out.'));
  const pods =
    network.podSubnets !== undefined && 'cidr' in network.podSubnets
      ? [finding('spec.network.podSubnets.cidr', 'Give the subnets in `byZone`.')]
      : [];
  const zones = [
    ...(nodeGroups ?? []).flatMap(({ zones }, i) => (zones === undefined ? [] : [`spec.nodeGroups[${i}].zones`])),
    ...(fargateProfiles ?? []).flatMap(({ zones }, i) =>
      zones === undefined ? [] : [`spec.fargateProfiles[${i}].zones`],
    ),
  ];
  return [...own, ...pods, ...zones.map((path) => finding(path, 'Say `subnets` instead.'))];
};

export const newVpcFields: Check = ({ input }) => {
  const { network, nodeGroups, fargateProfiles } = input.spec;
  if (network?.vpc !== undefined) return [];
  const paths = [
    ...(network?.podSubnets !== undefined && 'byZone' in network.podSubnets ? ['spec.network.podSubnets.byZone'] : []),
    ...(nodeGroups ?? []).flatMap(({ subnets }, i) => (subnets === undefined ? [] : [`spec.nodeGroups[${i}].subnets`])),
    ...(fargateProfiles ?? []).flatMap(({ subnets }, i) =>
      subnets === undefined ? [] : [`spec.fargateProfiles[${i}].subnets`],
    ),
  ];
  return paths.map((path) => ({
    code: 'spec.not-with-new-vpc',
    path,
    detail: `${path} names subnets, and there is no spec.network.vpc that they could be in`,
    fix: 'Give the VPC in spec.network.vpc, or say zones.',
  }));
};

export const givenSubnets: Check = ({ input, cluster }) => {
  const { vpc, topology } = cluster.spec.network;
  if (vpc.type === 'new') return [];
  const path = 'spec.network.vpc.subnets';
  const all = [...vpc.subnets.private, ...vpc.subnets.public];
  const needed = isSelfManaged(cluster) ? 1 : 2;
  const few: Finding[] =
    new Set(all).size < needed
      ? [
          {
            code: 'spec.no-subnets',
            path,
            detail: `${all.length === 1 ? 'one subnet is' : 'no subnets are'} listed; ${needed === 1 ? 'seats and nodes need at least one' : 'EKS needs two in two zones'}`,
          },
        ]
      : [];
  const plane = cluster.spec.controlPlane;
  const isSeatless = plane.type === 'self-managed' && plane.seats.subnets.length === 0;
  const lacks =
    vpc.subnets[topology].length === 0 &&
    (isSeatless || (input.spec.nodeGroups ?? []).some(({ subnets }) => subnets === undefined));
  const none: Finding[] = lacks
    ? [
        {
          code: 'spec.no-subnets',
          path,
          detail: `${isSeatless ? 'seats and nodes' : 'nodes'} are ${topology} (spec.network.topology) and no ${topology} subnets are listed`,
          fix: `List them in ${path}.${topology}, or set the topology to ${topology === 'private' ? 'public' : 'private'}.`,
        },
      ]
    : [];
  const numbered = (['private', 'public'] as const).flatMap((side) =>
    vpc.subnets[side].map((id, i) => ({ id, path: `${path}.${side}[${i}]` })),
  );
  const twice = repeated(numbered, ({ id }) => id).map(
    ({ index, first, key }): Finding => ({
      code: 'spec.duplicate-name',
      path: numbered[index]!.path,
      detail: `${key} is listed before (${numbered[first]!.path})`,
    }),
  );
  return [...few, ...none, ...twice];
};

export const subnetsListed: Check = ({ input, cluster }) => {
  const { vpc } = cluster.spec.network;
  if (vpc.type === 'new') return [];
  const check = (subnets: readonly string[] | undefined, allowed: readonly string[], path: string): Finding[] =>
    (subnets ?? []).flatMap((id, i): Finding[] =>
      allowed.includes(id)
        ? []
        : [
            {
              code: 'spec.unknown-subnet',
              path: `${path}[${i}]`,
              detail: `${id} is not among the subnets of the network`,
              fix: `Listed are ${listed(allowed)}.`,
            },
          ],
    );
  const all = [...vpc.subnets.private, ...vpc.subnets.public];
  return [
    ...(input.spec.nodeGroups ?? []).flatMap((group, i) => check(group.subnets, all, `spec.nodeGroups[${i}].subnets`)),
    ...(input.spec.fargateProfiles ?? []).flatMap((profile, i) =>
      check(profile.subnets, vpc.subnets.private, `spec.fargateProfiles[${i}].subnets`),
    ),
  ];
};

export const publicNodesWithNat: Check = ({ input }) => {
  const { topology, nat, vpc } = input.spec.network ?? {};
  if (topology !== 'public' || vpc !== undefined || nat === undefined || nat === 'none') return [];
  return [
    {
      code: 'spec.nat-with-public-nodes',
      path: 'spec.network.nat',
      detail: `nat is ${nat} and topology is public`,
      fix: 'Take nat out, or use topology: private.',
    },
  ];
};

export const dualStackFields: Check = ({ input }) => {
  const network = input.spec.network ?? {};
  if (network.ipFamily !== 'dual-stack') return [];
  const finding = (field: string): Finding => ({
    code: 'spec.not-with-dual-stack',
    path: `spec.network.${field}`,
    detail: `spec.network.${field} is for IPv4 pods and services, and ipFamily is dual-stack`,
    fix: 'Take the field out, or use ipFamily: ipv4.',
  });
  return [
    ...(network.serviceCidr === undefined ? [] : [finding('serviceCidr')]),
    ...(network.podSubnets === undefined ? [] : [finding('podSubnets')]),
    ...(network.prefixDelegation === false ? [finding('prefixDelegation')] : []),
  ];
};

const endpointServices = [
  's3',
  'dynamodb',
  'ec2',
  'ec2messages',
  'ecr.api',
  'ecr.dkr',
  'sts',
  'eks',
  'eks-auth',
  'logs',
  'monitoring',
  'elasticloadbalancing',
  'autoscaling',
  'ssm',
  'ssmmessages',
  'kms',
  'secretsmanager',
  'elasticfilesystem',
  'sqs',
  'sns',
  'xray',
  'events',
  'guardduty-data',
  'fsx',
  'acm-pca',
  'route53',
  'wafv2',
  'servicediscovery',
  'aps-workspaces',
];

export const endpointNames: Check = ({ input }) =>
  (input.spec.network?.endpoints ?? []).flatMap((name, i): Finding[] =>
    endpointServices.includes(name)
      ? []
      : [
          {
            code: 'spec.unknown-endpoint',
            path: `spec.network.endpoints[${i}]`,
            detail: `${JSON.stringify(name)} is not a service that the catalog knows`,
            fix: name.startsWith('com.amazonaws.')
              ? `Write the last part only: ${name.split('.').slice(3).join('.')}.`
              : `Known: ${listed(endpointServices)}.`,
          },
        ],
  );
