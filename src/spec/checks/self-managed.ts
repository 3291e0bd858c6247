import { cidr, overlaps } from '../../base/cidr.ts';
import { instanceType } from '../../catalog/instance-types.ts';
import type { Finding } from '../problem.ts';
import type { Check } from './check.ts';
import { isSelfManaged } from './control-plane-fields.ts';
import { unknownType } from './nodes.ts';
import { ofPlane, planePath as plane } from './of-plane.ts';

export const dnsName = ofPlane(({ dns }, written): Finding[] => {
  if (dns.type === 'none' || typeof written.dns !== 'object') return [];
  const path = `${plane}.dns.${written.dns.name === undefined ? 'zone' : 'name'}`;
  if (dns.name.length > 253)
    return [{ code: 'spec.bad-name', path, detail: `${dns.name} has more than the 253 characters of a DNS name` }];
  if (dns.name.endsWith(`.${dns.zone}`)) return [];
  return [
    {
      code: 'spec.dns-name-not-in-zone',
      path,
      detail: `${dns.name} does not end with .${dns.zone}`,
      fix: `Write a name in the zone, such as api.${dns.zone}.`,
    },
  ];
});

const levels = ['None', 'Metadata', 'Request', 'RequestResponse'];

/** What the API server would refuse of an audit policy at its start. https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/ */
export const auditPolicy = ofPlane(({ auditPolicy: policy }): Finding[] => {
  if (policy === undefined || policy === false) return [];
  const path = `${plane}.auditPolicy`;
  const wrong = (field: string, detail: string, fix: string): Finding => ({
    code: 'spec.bad-audit-policy',
    path: `${path}${field}`,
    detail,
    fix,
  });
  const head = (['apiVersion', 'kind'] as const).flatMap((field) => {
    const wanted = field === 'apiVersion' ? 'audit.k8s.io/v1' : 'Policy';
    if (policy[field] === wanted) return [];
    const has = policy[field] === undefined ? 'is missing' : `is ${JSON.stringify(policy[field])}`;
    return [wrong(policy[field] === undefined ? '' : `.${field}`, `its ${field} ${has}`, `Write ${field}: ${wanted}.`)];
  });
  const { rules } = policy;
  if (!Array.isArray(rules) || rules.length === 0)
    return [...head, wrong('', 'it has no list of rules', 'Add rules: [{level: Metadata}].')];
  return [
    ...head,
    ...rules.flatMap((rule: unknown, i): Finding[] => {
      const level = typeof rule === 'object' && rule !== null && 'level' in rule ? rule.level : undefined;
      return levels.some((known) => known === level)
        ? []
        : [
            wrong(
              `.rules[${i}]`,
              `rule ${i + 1} has no level that the API server knows`,
              `Add level, one of ${levels.join(', ')}.`,
            ),
          ];
    }),
  ];
});

/** `a`, `a and b`, `a, b and c`. */
const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** Without NAT everything comes from a mirror that the endpoints reach; an image of one's own may hold files and images, but no chart. */
export const mirrorNeeded = ofPlane(({ mirror, image }, _, { cluster }): Finding[] => {
  const { vpc, topology } = cluster.spec.network;
  if (vpc.type === 'given' || topology === 'public' || vpc.nat !== 'none') return [];
  const needed = [
    ...(image.amiId === undefined ? (['files', 'images'] as const) : []),
    ...(cluster.spec.charts.length === 0 ? [] : (['charts'] as const)),
  ];
  const lacking = needed.filter((what) => mirror[what] === undefined);
  if (lacking.length === 0) return [];
  return [
    {
      code: 'spec.mirror-needed',
      path: 'spec.network.nat',
      detail: `nat is none, and there is no mirror for ${listed(lacking)}`,
      fix: `Add ${listed(lacking.map((what) => `controlPlane.selfManaged.mirror.${what}`))}, or use nat: single.`,
    },
  ];
});

/** Publishers keep their own files, whose digests they tell. */
export const digestsOfMirror = ofPlane(({ mirror }): Finding[] =>
  mirror.digests === undefined || mirror.files !== undefined
    ? []
    : [
        {
          code: 'spec.bad-digest',
          path: 'spec.controlPlane.selfManaged.mirror.digests',
          detail: 'there are digests of files of a mirror, and no mirror.files',
          fix: 'Add controlPlane.selfManaged.mirror.files, or take the digests out.',
        },
      ],
);

/** Files of one machine are told apart by their path. */
const filesOnce = (files: readonly { path: string }[] | undefined, at: string): Finding[] =>
  (files ?? []).flatMap(({ path }, i, all): Finding[] => {
    const first = all.findIndex((one) => one.path === path);
    return first === i
      ? []
      : [
          {
            code: 'spec.duplicate-name',
            path: `${at}.files[${i}].path`,
            detail: `${JSON.stringify(path)} is used before (${at}.files[${first}].path)`,
            fix: 'Choose another name, or merge the two.',
          },
        ];
  });

export const hostFiles = ofPlane((_, { host }, { input }) => [
  ...filesOnce(host?.files, `${plane}.host`),
  ...(input.spec.nodeGroups ?? []).flatMap((group, i) => filesOnce(group.host?.files, `spec.nodeGroups[${i}].host`)),
]);

/** Names of groups that would meet those of seats and bastion in the graph and in AWS. */
export const groupNames: Check = ({ input, cluster }) => {
  if (!isSelfManaged(cluster)) return [];
  return (input.spec.nodeGroups ?? []).flatMap(({ name }, i): Finding[] =>
    name.startsWith('seat-') || name === 'bastion' || name === 'seats'
      ? [
          {
            code: 'spec.bad-name',
            path: `spec.nodeGroups[${i}].name`,
            detail: `${JSON.stringify(name)} is a name of what Quilla makes for seats and bastion`,
            fix: 'Choose another name, such as workers.',
          },
        ]
      : [],
  );
};

export const bastion: Check = ({ input, cluster }) => {
  const given = input.spec.access?.bastion;
  if (given === undefined || !isSelfManaged(cluster)) return [];
  const path = 'spec.access.bastion';
  const { vpc } = cluster.spec.network;
  const type = given.instanceType;
  const known = type === undefined ? undefined : instanceType(type);
  return [
    ...(input.spec.access?.ssh === undefined
      ? [
          {
            code: 'spec.bastion-without-ssh' as const,
            path,
            detail: 'there is no access.ssh, and so no key',
            fix: 'Add access.ssh with keyName or publicKey, or take the bastion out.',
          },
        ]
      : []),
    ...(type !== undefined && known === undefined ? [unknownType(type, `${path}.instanceType`)] : []),
    ...(vpc.type === 'given' && vpc.subnets.public.length === 0
      ? [
          {
            code: 'spec.no-subnets' as const,
            path,
            detail: 'a bastion stands in a public subnet, and none is listed',
            fix: 'List one in spec.network.vpc.subnets.public, or take the bastion out.',
          },
        ]
      : []),
    ...given.from.flatMap((range, i): Finding[] =>
      range === '0.0.0.0/0' || range === '::/0'
        ? [
            {
              code: 'spec.ssh-open-to-the-world',
              path: `${path}.from[${i}]`,
              detail: `${range} is every address there is`,
            },
          ]
        : [],
    ),
  ];
};

const reachedFromOutside = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map(cidr);

/** Private machines have no address of the internet: from there they are reached through a bastion only. */
export const sshReach: Check = ({ input, cluster }) => {
  const { network, access } = cluster.spec;
  if (!isSelfManaged(cluster) || network.topology === 'public') return [];
  return (input.spec.access?.ssh?.from ?? []).flatMap((text, i): Finding[] => {
    const range = cidr(text);
    if (range.prefix === 0 || reachedFromOutside.some((inside) => overlaps(inside, range))) return [];
    return [
      {
        code: 'spec.ssh-unreachable',
        path: `spec.access.ssh.from[${i}]`,
        detail: `${text} is on the internet, and seats and nodes are private`,
        fix:
          access.bastion === undefined
            ? 'Add access.bastion with that range in from.'
            : 'Put it into access.bastion.from.',
      },
    ];
  });
};

/** A public load balancer stands in public subnets. */
export const publicApiSubnets: Check = ({ cluster }) => {
  const { network, access } = cluster.spec;
  if (
    !isSelfManaged(cluster) ||
    !access.api.public ||
    network.vpc.type === 'new' ||
    network.vpc.subnets.public.length > 0
  )
    return [];
  return [
    {
      code: 'spec.no-subnets',
      path: 'spec.access.api.public',
      detail: 'the public load balancer of the API stands in public subnets, and none is listed',
      fix: 'List them in spec.network.vpc.subnets.public, or use the API from inside the VPC.',
    },
  ];
};
