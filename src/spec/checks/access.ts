import { cidr, containsAddress, containsCidr } from '../../base/cidr.ts';
import { nearest } from '../../base/nearest.ts';
import { clusterAdminPolicy, eksAccessPolicies } from '../../catalog/eks-policies.ts';
import { mastersGroup } from '../defaults-access.ts';
import type { Finding } from '../problem.ts';
import { type Check, listed, repeated } from './check.ts';
import { isSelfManaged } from './control-plane-fields.ts';

const api = 'spec.access.api';
const isWorld = (range: string): boolean => range === '0.0.0.0/0' || range === '::/0';

export const apiEndpoints: Check = ({ cluster }) => {
  const { public: isPublic, private: isPrivate, from, fromNat } = cluster.spec.access.api;
  const hasList = from.length > 0 || fromNat;
  if (!isPublic && !isPrivate)
    return [
      {
        code: 'spec.api-closed',
        path: `${api}.private`,
        detail: 'both public and private are false',
        fix: 'Leave private at its default, true.',
      },
    ];
  if (isPublic && !hasList)
    return [
      {
        code: 'spec.missing-from',
        path: `${api}.from`,
        detail: `${api}.public is true and ${api}.from does not say who may reach it`,
        fix: 'List address ranges: from: [203.0.113.0/24].',
      },
    ];
  if (!isPublic && hasList)
    return [
      {
        code: 'spec.from-without-public',
        path: `${api}.from`,
        detail: `${api}.from is a list for the public endpoint, and public is false`,
        fix: 'Set public: true, or take the list out.',
      },
    ];
  return [];
};

export const apiOpen: Check = ({ input }) =>
  (input.spec.access?.api?.from ?? []).flatMap((range, i): Finding[] =>
    isWorld(range)
      ? [
          {
            code: 'spec.api-open-to-the-world',
            path: `${api}.from[${i}]`,
            detail: `${range} is every address there is`,
            fix: 'List the ranges that need it, or use the private endpoint.',
          },
        ]
      : [],
  );

const neverPublic = ['0.0.0.0/8', '10.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'].map(
  cidr,
);

/** EKS takes no reserved addresses in the list, and IPv6 ranges only where the cluster is dual-stack. */
export const apiRanges: Check = ({ input, cluster }) =>
  (input.spec.access?.api?.from ?? []).flatMap((text, i): Finding[] => {
    if (text === 'nat') return [];
    const range = cidr(text);
    const path = `${api}.from[${i}]`;
    if (range.version === 6 && cluster.spec.network.ipFamily === 'ipv4') {
      return [
        {
          code: 'spec.bad-cidr',
          path,
          detail: `${text} is an IPv6 range, and the endpoint of an IPv4 cluster has IPv4 addresses only`,
          fix: isSelfManaged(cluster) ? 'Take it out.' : 'Take it out, or use spec.network.ipFamily: dual-stack.',
        },
      ];
    }
    if (!neverPublic.some((outer) => containsCidr(outer, range))) return [];
    return [
      {
        code: 'spec.bad-cidr',
        path,
        detail: `${text} is private: nobody comes to the public endpoint from there${isSelfManaged(cluster) ? '' : ', and EKS refuses it in the list'}`,
        fix: 'Give the public addresses behind which they are; the VPC itself has the private endpoint.',
      },
    ];
  });

/** Nodes that have only the public endpoint must be in its list. */
export const apiForNodes: Check = ({ cluster }) => {
  const { access, network, nodeGroups, fargateProfiles } = cluster.spec;
  const { public: isPublic, private: isPrivate, from, fromNat } = access.api;
  const hasList = from.length > 0 || fromNat;
  if (isPrivate || !isPublic || !hasList || from.some(isWorld) || nodeGroups.length + fargateProfiles.length === 0)
    return [];
  const cutOff = (detail: string, fix: string): Finding[] => [
    { code: 'spec.api-without-nodes', path: `${api}.from`, detail, fix },
  ];
  const { vpc } = network;
  if (vpc.type === 'given') {
    const ranges = from.map(cidr);
    const missing = vpc.natAddresses.filter((address) => !ranges.some((range) => containsAddress(range, address)));
    if (vpc.natAddresses.length === 0)
      return cutOff(
        'private is false and the spec does not say from which addresses the nodes of the given VPC call',
        'Keep private: true, or say network.vpc.natAddresses and list them.',
      );
    return missing.length === 0
      ? []
      : cutOff(
          `private is false and the list does not hold ${listed(missing)}, from where the nodes call`,
          `Add ${missing.map((address) => `${address}/32`).join(', ')}, or keep private: true.`,
        );
  }
  if (fromNat && vpc.nat !== 'none') return [];
  return vpc.nat === 'none'
    ? cutOff(
        'private is false and the nodes have no NAT gateway with an address that could be listed',
        'Keep private: true.',
      )
    : cutOff(
        'private is false and the list does not hold the addresses of the NAT gateways, from where the nodes call',
        'Keep private: true, or add `nat` to the list.',
      );
};

export const natInList: Check = ({ input, cluster }) => {
  const { vpc } = cluster.spec.network;
  const index = input.spec.access?.api?.from?.indexOf('nat') ?? -1;
  if (index < 0 || (vpc.type === 'new' && vpc.nat !== 'none')) return [];
  return [
    {
      code: 'spec.bad-value',
      path: `${api}.from[${index}]`,
      detail: '`nat` stands for NAT gateways that Quilla makes, and there are none',
      fix: 'List addresses.',
    },
  ];
};

const principals = 'spec.access.principals';
/** Groups that are not for people. On a control plane of one's own EKS's are refused too: the same principals hold on both. */
const reserved = ['system:', 'eks:', 'aws:', 'amazon:', 'iam:'];

export const groups: Check = ({ input, cluster }) =>
  (input.spec.access?.principals ?? []).flatMap((principal, i) =>
    (principal.groups ?? []).flatMap((group, j): Finding[] => {
      const path = `${principals}[${i}].groups[${j}]`;
      if (group === mastersGroup)
        return [{ code: 'spec.masters-as-policy', path, detail: `${principal.arn} gets ${clusterAdminPolicy}` }];
      const prefix = reserved.find((start) => group.startsWith(start));
      if (prefix === undefined) return [];
      return [
        {
          code: 'spec.reserved-group',
          path,
          detail: isSelfManaged(cluster)
            ? `${JSON.stringify(group)}: groups that begin with ${prefix} belong to the cluster itself`
            : `EKS refuses ${JSON.stringify(group)}, as it does all groups that begin with ${prefix}`,
          fix: 'Give an access policy, or a group of your own that a RoleBinding names.',
        },
      ];
    }),
  );

export const accessPolicies: Check = ({ input }) =>
  (input.spec.access?.principals ?? []).flatMap((principal, i) =>
    (principal.policies ?? []).flatMap((entry, j): Finding[] => {
      const isText = typeof entry === 'string';
      const name = isText ? entry : entry.policy;
      if (
        /^arn:aws[a-z-]*:eks::aws:cluster-access-policy\/\w+$/.test(name) ||
        eksAccessPolicies.some((known) => known === name)
      )
        return [];
      const meant = nearest(name, eksAccessPolicies);
      const fix = name.includes(':iam:')
        ? `That is an IAM policy. EKS access policies: ${listed(eksAccessPolicies.slice(0, 5))}.`
        : meant === undefined
          ? `Those for people: ${listed(eksAccessPolicies.slice(0, 5))}.`
          : `Did you mean ${meant}?`;
      return [
        {
          code: 'spec.unknown-access-policy',
          path: `${principals}[${i}].policies[${j}]${isText ? '' : '.policy'}`,
          detail: `${JSON.stringify(name)} is not an EKS access policy`,
          fix,
        },
      ];
    }),
  );

export const powerless: Check = ({ cluster }) =>
  cluster.spec.access.principals.flatMap(({ arn, groups: own, policies }, i): Finding[] =>
    own.length + policies.length > 0
      ? []
      : [
          {
            code: 'spec.powerless-principal',
            path: `${principals}[${i}]`,
            detail: `${arn} has neither groups nor policies`,
            fix: 'Add policies: [AmazonEKSViewPolicy], or what it needs.',
          },
        ],
  );

/** An access entry holds each policy once. */
export const policiesOnce: Check = ({ cluster }) =>
  cluster.spec.access.principals.flatMap(({ policies }, i) =>
    repeated(policies, ({ arn }) => arn).map(
      ({ index }): Finding => ({
        code: 'spec.duplicate-name',
        path: `${principals}[${i}].policies`,
        detail: `${policies[index]!.name} is given twice; an access entry holds a policy once, on the cluster or on namespaces`,
      }),
    ),
  );

export const ssh: Check = ({ input }) => {
  const given = input.spec.access?.ssh;
  if (given === undefined) return [];
  const keys = [given.keyName, given.publicKey].filter((key) => key !== undefined).length;
  const key: Finding[] =
    keys === 1
      ? []
      : [
          {
            code: 'spec.ssh-key',
            path: 'spec.access.ssh',
            detail: keys === 0 ? 'neither keyName nor publicKey is given' : 'both keyName and publicKey are given',
            fix: 'Give one of them.',
          },
        ];
  const text: Finding[] =
    given.publicKey === undefined || /^(ssh-ed25519|ssh-rsa) [A-Za-z0-9+/]+=*( .*)?\n?$/.test(given.publicKey)
      ? []
      : [
          {
            code: 'spec.ssh-key',
            path: 'spec.access.ssh.publicKey',
            detail: 'it is not the text of an RSA or ED25519 public key',
            fix: 'It begins with ssh-ed25519 or ssh-rsa; EC2 takes no others.',
          },
        ];
  const open = (given.from ?? []).flatMap((range, i): Finding[] =>
    isWorld(range)
      ? [
          {
            code: 'spec.ssh-open-to-the-world',
            path: `spec.access.ssh.from[${i}]`,
            detail: `${range} is every address there is`,
          },
        ]
      : [],
  );
  return [...key, ...text, ...open];
};
