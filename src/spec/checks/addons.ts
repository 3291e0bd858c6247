import { nearest } from '../../base/nearest.ts';
import { eksAddonNames } from '../../catalog/eks-addons.ts';
import type { Finding } from '../problem.ts';
import { type Check, listed, repeated } from './check.ts';

export const addonNames: Check = ({ input }) =>
  (input.spec.addons ?? []).flatMap(({ name }, i): Finding[] => {
    if (eksAddonNames.includes(name) || /^[a-z0-9-]+_[a-z0-9-]+$/.test(name)) return [];
    const meant = nearest(name, eksAddonNames);
    return [
      {
        code: 'spec.unknown-addon',
        path: `spec.addons[${i}].name`,
        detail: `${JSON.stringify(name)} is not an add-on that the catalog knows`,
        fix: meant === undefined ? `Known: ${listed(eksAddonNames)}.` : `Did you mean ${meant}?`,
      },
    ];
  });

/** What else in the spec needs an add-on that is switched off. */
export const addonsNeeded: Check = ({ input, cluster }) => {
  const { network, podIdentities, addons } = cluster.spec;
  const cni = [
    ...(network.networkPolicy && input.spec.network?.networkPolicy === true ? ['spec.network.networkPolicy'] : []),
    ...(network.prefixDelegation ? ['spec.network.prefixDelegation'] : []),
    ...(network.podSubnets === undefined ? [] : ['spec.network.podSubnets']),
    ...(network.securityGroupsPerPod ? ['spec.network.securityGroupsPerPod'] : []),
  ];
  const agent = [
    ...(podIdentities.length > 0 ? ['spec.podIdentities'] : []),
    ...addons.filter(({ podIdentity }) => podIdentity !== undefined).map(({ name }) => `the role of ${name}`),
  ];
  const needs: Readonly<Record<string, readonly string[]>> = { 'vpc-cni': cni, 'eks-pod-identity-agent': agent };
  return (input.spec.addons ?? []).flatMap(({ name, enabled }, i): Finding[] => {
    const by = needs[name] ?? [];
    return enabled !== false || by.length === 0
      ? []
      : [
          {
            code: 'spec.addon-needed',
            path: `spec.addons[${i}].enabled`,
            detail: `${name} is needed by ${listed(by)}`,
            fix: 'Leave the add-on on.',
          },
        ];
  });
};

/** Roles are made or given, never both. */
export const roleChoices: Check = ({ input }) => {
  const choose = (role: { policies?: unknown; roleArn?: unknown }, path: string, needed: boolean): Finding[] => {
    const given = [role.policies, role.roleArn].filter((one) => one !== undefined).length;
    if (given === 1 || (given === 0 && !needed)) return [];
    return [
      {
        code: 'spec.role-choice',
        path,
        detail: given === 2 ? 'both policies and roleArn are given' : 'neither policies nor roleArn is given',
        fix: 'Give one of them.',
      },
    ];
  };
  return [
    ...(input.spec.podIdentities ?? []).flatMap((identity, i) => choose(identity, `spec.podIdentities[${i}]`, true)),
    ...(input.spec.addons ?? []).flatMap(({ podIdentity }, i) =>
      typeof podIdentity === 'object' ? choose(podIdentity, `spec.addons[${i}].podIdentity`, false) : [],
    ),
  ];
};

export const fargateSubnets: Check = ({ input, cluster }) => {
  const { topology, vpc } = cluster.spec.network;
  if ((input.spec.fargateProfiles ?? []).length === 0) return [];
  const hasPrivate = vpc.type === 'given' ? vpc.subnets.private.length > 0 : topology === 'private';
  return hasPrivate
    ? []
    : [
        {
          code: 'spec.fargate-private',
          path: 'spec.fargateProfiles',
          detail: 'the network has no private subnets',
          fix: 'Use topology: private, or list private subnets.',
        },
      ];
};

/** Names by which things are told apart. */
export const names: Check = ({ input }) => {
  const { nodeGroups, fargateProfiles, addons, access, podIdentities, patches, network } = input.spec;
  const once = <T>(
    items: readonly T[] | undefined,
    path: string,
    [field, key]: [string, (item: T) => string],
  ): Finding[] =>
    repeated(items ?? [], key).map(({ index, first, key: name }) => ({
      code: 'spec.duplicate-name',
      path: `${path}[${index}]${field}`,
      detail: `${JSON.stringify(name)} is used before (${path}[${first}]${field})`,
      fix: 'Choose another name, or merge the two.',
    }));
  return [
    ...once(nodeGroups, 'spec.nodeGroups', ['.name', ({ name }) => name]),
    ...once(fargateProfiles, 'spec.fargateProfiles', ['.name', ({ name }) => name]),
    ...once(addons, 'spec.addons', ['.name', ({ name }) => name]),
    ...once(access?.principals, 'spec.access.principals', ['.arn', ({ arn }) => arn]),
    ...once(podIdentities, 'spec.podIdentities', [
      '.serviceAccount',
      ({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`,
    ]),
    ...once(patches, 'spec.patches', ['.resource', ({ resource }) => resource]),
    ...once(network?.zones, 'spec.network.zones', ['', (zone) => zone]),
    ...(nodeGroups ?? []).flatMap((group, i) =>
      once(group.instanceTypes, `spec.nodeGroups[${i}].instanceTypes`, ['', (type) => type]),
    ),
  ];
};
