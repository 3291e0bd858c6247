import { nearest } from '../../base/nearest.ts';
import { type InstanceType, instanceType, instanceTypeNames } from '../../catalog/instance-types.ts';
import type { NodeGroup } from '../cluster.ts';
import { defaults } from '../defaults.ts';
import type { NodeGroupInput } from '../input.ts';
import type { Finding } from '../problem.ts';
import { type Check, type CheckContext, listed } from './check.ts';
import { isSelfManaged } from './control-plane-fields.ts';
import { volumeProblems } from './volumes.ts';

/** A group as written and with defaults, and its path. */
interface Seen {
  readonly input: NodeGroupInput;
  readonly group: NodeGroup;
  readonly path: string;
}

/** Makes a check of a rule over one node group. */
const eachGroup =
  (rule: (seen: Seen, context: CheckContext) => readonly Finding[]): Check =>
  (context) =>
    (context.input.spec.nodeGroups ?? []).flatMap((input, i) =>
      rule({ input, group: context.cluster.spec.nodeGroups[i]!, path: `spec.nodeGroups[${i}]` }, context),
    );

const typesOf = (group: NodeGroup): InstanceType[] =>
  group.instanceTypes.map(instanceType).filter((type) => type !== undefined);

/** Sizes of the family that was meant, for `m5.humongous`. */
function familyOf(name: string): string[] {
  const family = name.slice(0, name.indexOf('.') + 1);
  return family === '' ? [] : instanceTypeNames().filter((known) => known.startsWith(family));
}

/** An instance type that the catalog does not know, with the one that was meant. */
export function unknownType(name: string, path: string): Finding {
  const family = familyOf(name);
  const meant = nearest(name, family.length > 0 ? family : instanceTypeNames());
  const fix =
    meant !== undefined
      ? `Did you mean ${meant}?`
      : family.length > 0
        ? `Of that family there are ${listed(family)}.`
        : 'Types are written as family and size: m6i.large.';
  const detail = `${JSON.stringify(name)} is not an instance type that the catalog knows`;
  return { code: 'spec.unknown-instance-type', path, detail, fix };
}

export const instanceTypes = eachGroup(({ input, path }) =>
  (input.instanceTypes ?? []).flatMap((name, i): Finding[] =>
    instanceType(name) === undefined ? [unknownType(name, `${path}.instanceTypes[${i}]`)] : [],
  ),
);

export const oneArchitecture = eachGroup(({ input, group, path }) =>
  (input.instanceTypes ?? []).flatMap((name, i): Finding[] => {
    const type = instanceType(name);
    const first = typesOf(group)[0];
    if (type === undefined || first === undefined || type.architecture === first.architecture) return [];
    return [
      {
        code: 'spec.wrong-architecture',
        path: `${path}.instanceTypes[${i}]`,
        detail: `${name} is ${type.architecture} and ${first.type}, the first of the group, is ${first.architecture}`,
        fix: `Put the ${type.architecture} types in a group of their own.`,
      },
    ];
  }),
);

export const nitro = eachGroup(({ group, path }, { cluster, input }) => {
  const { ipFamily, prefixDelegation, securityGroupsPerPod } = cluster.spec.network;
  const wish =
    ipFamily === 'dual-stack'
      ? 'ipFamily: dual-stack'
      : prefixDelegation
        ? 'prefixDelegation'
        : securityGroupsPerPod
          ? 'securityGroupsPerPod'
          : undefined;
  if (wish === undefined) return [];
  const isDefault = input.spec.nodeGroups?.find(({ name }) => name === group.name)?.instanceTypes === undefined;
  return typesOf(group).flatMap((type, i): Finding[] =>
    type.hypervisor !== 'xen'
      ? []
      : [
          {
            code: 'spec.needs-nitro',
            path: isDefault ? path : `${path}.instanceTypes[${i}]`,
            detail: `${type.type} is not on the Nitro system, and spec.network asks for ${wish}`,
            fix: 'Use a newer type, such as m6i or t3.',
          },
        ],
  );
});

export const sizeOrder = eachGroup(({ input, group, path }) => {
  const { min, desired, max } = group.size;
  const said = (field: 'min' | 'desired' | 'max'): string =>
    typeof input.size === 'object' && input.size[field] === undefined
      ? `${field} ${group.size[field]} (by default)`
      : `${field} ${group.size[field]}`;
  const wrong = (field: string, a: string, b: string): Finding[] => [
    {
      code: 'spec.size-order',
      path: `${path}.size.${field}`,
      detail: `${a} is more than ${b}`,
      fix: 'A group needs min <= desired <= max.',
    },
  ];
  if (min > max) return wrong('min', said('min'), said('max'));
  if (desired > max) return wrong('desired', said('desired'), said('max'));
  return min > desired ? wrong('min', said('min'), said('desired')) : [];
});

const isSpot = ({ capacity }: NodeGroup): boolean => capacity.type !== 'on-demand';

export const spotTypes = eachGroup(({ group, path }) => {
  if (!isSpot(group)) return [];
  if (group.instanceTypes.length === 1) {
    return [
      {
        code: 'spec.one-type-spot',
        path: `${path}.instanceTypes`,
        detail: `the group ${group.name} is spot and has ${group.instanceTypes[0]} only`,
        fix: 'Add types of the same size from other families: m5.large, m6a.large, m7i.large.',
      },
    ];
  }
  const types = typesOf(group).filter(({ vcpus }) => vcpus !== undefined);
  const first = types[0];
  const other = types.find(({ vcpus }) => vcpus !== first?.vcpus);
  if (first === undefined || other === undefined) return [];
  return [
    {
      code: 'spec.mixed-sizes-spot',
      path: `${path}.instanceTypes`,
      detail: `${first.type} has ${first.vcpus} vCPUs and ${other.type} ${other.vcpus}`,
      fix: 'Take types of like size, and a group for each size.',
    },
  ];
});

export const managerFields = eachGroup(({ input, group, path }) => {
  if (group.manager !== 'eks') return [];
  const finding = (field: string, why: string): Finding => ({
    code: 'spec.not-with-manager',
    path: `${path}.${field}`,
    detail: `${field} with manager: eks: ${why}`,
    fix: `Use manager: asg, or take ${field} out.`,
  });
  return [
    ...(group.capacity.type === 'mixed'
      ? [finding('capacity', 'a managed node group is on demand or spot as a whole')]
      : []),
    ...(group.instanceProfile === undefined
      ? []
      : [finding('instanceProfile', 'EKS makes the instance profile from the role')]),
    ...(input.userData?.after !== undefined && group.image.amiId === undefined
      ? [
          finding(
            'userData.after',
            "EKS appends the node's own configuration last, unless the group has an image of its own",
          ),
        ]
      : []),
  ];
});

export const imageFields = eachGroup(({ input, group, path }) => {
  const finding = (field: string, detail: string, fix: string): Finding => ({
    code: 'spec.not-with-image',
    path: `${path}.${field}`,
    detail,
    fix,
  });
  const shell = (['before', 'after'] as const).filter(
    (when) => group.image.family === 'bottlerocket' && input.userData?.[when] !== undefined,
  );
  return [
    ...shell.map((when) =>
      finding(`userData.${when}`, 'Bottlerocket has no shell that could run it', 'Put settings into nodeConfig.'),
    ),
    ...(group.image.amiId !== undefined && group.image.release !== undefined
      ? [finding('image.release', 'an image by id is of one release already', 'Give ami or release.')]
      : []),
  ];
});

export const ownRole = eachGroup(({ group, path }) => {
  const own = group.role ?? group.instanceProfile;
  const field = group.role === undefined ? 'instanceProfile' : 'role';
  const policies: Finding[] =
    own === undefined || group.policies.length === 0
      ? []
      : [
          {
            code: 'spec.not-with-own-role',
            path: `${path}.policies`,
            detail: `${own} (${field}) is yours, and Quilla attaches nothing to it`,
            fix: 'Attach them yourself, or leave the role to Quilla.',
          },
        ];
  return policies;
});

export const volumes = eachGroup(({ group, path }) => volumeProblems(group.rootVolume, `${path}.rootVolume`));

export const updateOnce = eachGroup(({ input, path }): Finding[] =>
  input.update?.maxUnavailable !== undefined && input.update.maxUnavailablePercentage !== undefined
    ? [
        {
          code: 'spec.bad-value',
          path: `${path}.update.maxUnavailablePercentage`,
          detail: 'maxUnavailable is given as well',
          fix: 'Give one of the two.',
        },
      ]
    : [],
);

export const somewhereToRun: Check = ({ input, cluster }) =>
  (input.spec.nodeGroups ?? []).length + (input.spec.fargateProfiles ?? []).length > 0
    ? []
    : [
        {
          code: 'spec.no-nodes',
          path: 'spec.nodeGroups',
          detail: isSelfManaged(cluster) ? 'there are no nodeGroups' : 'there are no nodeGroups and no fargateProfiles',
          fix: `Add a group: nodeGroups: [{name: workers, instanceTypes: [${defaults.instanceTypes[0]}]}].`,
        },
      ];
