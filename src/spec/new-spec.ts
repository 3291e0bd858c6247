import { type Diagnostic, failed, ok, type Result, reporter } from '../base/diagnostic.ts';
import { defaultEksVersion, eksVersionAt, upstreamEndOfLife } from '../catalog/kubernetes-releases.ts';
import { regionNamed } from '../catalog/regions.ts';
import { specCodes } from './codes.ts';
import { defaults } from './defaults.ts';
import { defaultSelfManagedVersion } from './defaults-self-managed.ts';
import { loadCluster } from './load.ts';
import { parsePath, related } from './path.ts';

const report = reporter(specCodes);

/** What `quilla new` was asked for. Everything but the name and the control plane has a default. */
export interface NewSpecOptions {
  readonly name: string;
  readonly controlPlane: string;
  readonly region?: string | undefined;
  readonly zones?: readonly string[] | undefined;
  readonly networkCidr?: string | undefined;
  readonly kubernetes?: string | undefined;
  /** Id of a VPC of one's own; `subnets` are its private ones, `publicSubnets` its public ones. */
  readonly givenVpc?: string | undefined;
  readonly subnets?: readonly string[] | undefined;
  readonly publicSubnets?: readonly string[] | undefined;
  /** Opens the public endpoint to these ranges. */
  readonly apiFrom?: readonly string[] | undefined;
  readonly nodeType?: string | undefined;
  /** A whole number, as text where it comes from a command line. */
  readonly nodes?: number | string | undefined;
  /** Self-managed only, like the three after it: how many seats. */
  readonly seats?: number | string | undefined;
  readonly podNetwork?: string | undefined;
  /** Name of the hosted zone in which the API gets a name; `dns` says which kind, by default public. */
  readonly dnsZone?: string | undefined;
  readonly dns?: string | undefined;
  readonly today: Date;
}

/** Which flag a field of the written spec comes from. */
const flags: readonly (readonly [string, string])[] = [
  ['metadata.name', 'NAME'],
  ['spec.region', '--region'],
  ['spec.kubernetesVersion', '--kubernetes'],
  ['spec.controlPlane.selfManaged.seats', '--seats'],
  ['spec.controlPlane.selfManaged.dns.type', '--dns'],
  ['spec.controlPlane.selfManaged.dns', '--dns-zone'],
  ['spec.controlPlane', '--control-plane'],
  ['spec.network.podNetwork', '--pod-network'],
  ['spec.network.zones', '--zones'],
  ['spec.network.cidr', '--network-cidr'],
  ['spec.network.vpc.id', '--given-vpc'],
  ['spec.network.vpc.subnets.public', '--public-subnets'],
  ['spec.network.vpc.subnets', '--subnets'],
  ['spec.access.api.from', '--api-from'],
  ['spec.nodeGroups[0].instanceTypes', '--node-type'],
  ['spec.nodeGroups[0].size', '--nodes'],
];

/** Text as YAML reads it back: plain where that is safe, else in quotes. */
const yaml = (value: string): string =>
  /^[A-Za-z][A-Za-z0-9_./-]*$/.test(value) && !/^(true|false|null|yes|no|on|off)$/i.test(value)
    ? value
    : JSON.stringify(value);
const selfManaged = 'self-managed';
const isNumber = (value: number | string): boolean => /^-?\d{1,9}$/.test(String(value));

/** The number that was given; the default where none was, or something that is no number and is reported as such. */
const numberOr = (value: number | string | undefined, otherwise: number): number =>
  value !== undefined && isNumber(value) ? Number(value) : otherwise;

const list = (values: readonly string[]): string => `[${values.map(yaml).join(', ')}]`;

function networkLines(options: NewSpecOptions, region: string): string[] {
  if (options.givenVpc !== undefined) {
    return [
      '  network:',
      '    vpc: # yours: read, never altered',
      `      id: ${yaml(options.givenVpc)}`,
      '      subnets:',
      `        private: ${list(options.subnets ?? [])}`,
      ...(options.publicSubnets === undefined ? [] : [`        public: ${list(options.publicSubnets)}`]),
    ];
  }
  const zones = options.zones ?? regionNamed(region)?.zones.slice(0, defaults.zonesOfNewVpc) ?? [];
  return [
    '  network: # a new VPC: nodes in private subnets, a NAT gateway in each zone (nat: single is cheaper)',
    `    cidr: ${yaml(options.networkCidr ?? defaults.cidr)}`,
    ...(zones.length === 0 ? [] : [`    zones: ${list(zones)}`]),
  ];
}

function accessLines(apiFrom: readonly string[] | undefined): string[] {
  if (apiFrom === undefined)
    return [
      '  # The API is reached from inside the VPC only. For an endpoint on the internet:',
      '  # access: {api: {public: true, from: [203.0.113.0/24]}}',
    ];
  return [
    '  access:',
    '    api: # the endpoint in the VPC stays, for the nodes',
    '      public: true',
    `      from: ${list(apiFrom)}`,
  ];
}

function versionComment(minor: string, { controlPlane, today }: NewSpecOptions): string {
  if (controlPlane === selfManaged) {
    const end = upstreamEndOfLife(minor);
    return end === undefined ? '' : ` # maintained by Kubernetes until ${end}`;
  }
  const end = eksVersionAt(minor, today)?.version.endOfStandardSupport;
  return end === undefined ? '' : ` # standard support until ${end}`;
}

function controlPlaneLines({ controlPlane, seats, dnsZone, dns }: NewSpecOptions): string[] {
  if (controlPlane !== selfManaged) return [`  controlPlane: ${yaml(controlPlane)}`];
  const hasName = dnsZone !== undefined && dns !== 'none';
  if (seats === undefined && !hasName)
    return [
      '  controlPlane: self-managed # seats on EC2: one in each of three zones, behind an internal load balancer',
    ];
  return [
    '  controlPlane:',
    '    selfManaged: # seats are the machines of the control plane: 1 for development, 3 or 5 for production',
    ...(seats === undefined ? [] : [`      seats: ${numberOr(seats, 3)}`]),
    ...(hasName ? [`      dns: {zone: ${yaml(dnsZone)}, type: ${yaml(dns ?? 'public')}} # the name of the API`] : []),
  ];
}

const defaultVersion = ({ controlPlane, today }: NewSpecOptions): string =>
  controlPlane === selfManaged ? defaultSelfManagedVersion() : (defaultEksVersion(today)?.minor ?? '');

function render(options: NewSpecOptions): string {
  const region = options.region ?? 'us-east-1';
  const version = options.kubernetes ?? defaultVersion(options);
  return [
    '# A Kubernetes cluster on AWS. What is not said here has a safe default: quilla plan -f FILE --show-defaults',
    'apiVersion: quilla.dev/v1alpha1',
    'kind: Cluster',
    'metadata:',
    `  name: ${yaml(options.name)}`,
    'spec:',
    `  region: ${yaml(region)}`,
    `  kubernetesVersion: ${JSON.stringify(version)}${versionComment(version, options)}`,
    ...controlPlaneLines(options),
    ...networkLines(options, region),
    ...(options.podNetwork === undefined
      ? []
      : [`    podNetwork: ${yaml(options.podNetwork)} # cannot be changed later`]),
    ...accessLines(options.apiFrom),
    '  nodeGroups:',
    '    - name: workers',
    `      instanceTypes: ${list([options.nodeType ?? defaults.instanceTypes[0]])}`,
    `      size: ${numberOr(options.nodes, defaults.nodes)} # or {min: 1, desired: 3, max: 6}`,
    '',
  ].join('\n');
}

function ofFlag(diagnostic: Diagnostic): Diagnostic {
  const { at, ...rest } = diagnostic;
  const path = parsePath(at?.path ?? '');
  const flag = flags.find(([field]) => related(parsePath(field), path) && parsePath(field).length <= path.length);
  return flag === undefined ? rest : { ...rest, detail: `${flag[1]}: ${diagnostic.detail}` };
}

function flagProblems(options: NewSpecOptions): Diagnostic[] {
  const conflict = (flag: string): Diagnostic =>
    report('spec.not-with-given-vpc', {
      detail: `${flag} is for a VPC that Quilla makes, and --given-vpc gives one`,
      fix: `Take ${flag} out.`,
    });
  const given = options.givenVpc !== undefined;
  const lonely = (flag: string): Diagnostic =>
    report('spec.not-with-new-vpc', {
      detail: `${flag} names subnets of a VPC that is not given`,
      fix: 'Add --given-vpc vpc-...',
    });
  return [
    ...(given && options.zones !== undefined ? [conflict('--zones')] : []),
    ...(given && options.networkCidr !== undefined ? [conflict('--network-cidr')] : []),
    ...(!given && options.subnets !== undefined ? [lonely('--subnets')] : []),
    ...(!given && options.publicSubnets !== undefined ? [lonely('--public-subnets')] : []),
  ];
}

/** Flags that hold no number where one is needed, and those that go with a self-managed control plane or with one another. */
function planeFlagProblems(options: NewSpecOptions): Diagnostic[] {
  const { nodes, seats, podNetwork, dnsZone, dns } = options;
  const numbers = [
    ['--nodes', nodes],
    ['--seats', seats],
  ] as const;
  const own = [
    ['--seats', seats],
    ['--pod-network', podNetwork],
    ['--dns-zone', dnsZone],
    ['--dns', dns],
  ] as const;
  const isEks = options.controlPlane === 'eks';
  return [
    ...numbers.flatMap(([flag, value]) =>
      value === undefined || isNumber(value)
        ? []
        : [report('spec.wrong-type', { detail: `${flag}: ${JSON.stringify(value)} is not a whole number` })],
    ),
    ...own.flatMap(([flag, value]) =>
      value === undefined || !isEks
        ? []
        : [
            report('spec.self-managed-only', {
              detail: `${flag} is for a control plane of your own, and --control-plane is eks`,
              fix: `Take ${flag} out, or use --control-plane self-managed.`,
            }),
          ],
    ),
    ...(isEks ? [] : dnsFlagProblems(options)),
  ];
}

function dnsFlagProblems({ dnsZone, dns }: NewSpecOptions): Diagnostic[] {
  if (dns !== undefined && !['public', 'private', 'none'].includes(dns))
    return [
      report('spec.bad-value', {
        detail: `--dns: ${JSON.stringify(dns)} is not one of those allowed`,
        fix: 'Allowed: public, private, none.',
      }),
    ];
  if (dns === 'none' && dnsZone !== undefined)
    return [
      report('spec.bad-value', { detail: '--dns-zone names a zone, and --dns is none', fix: 'Take one of them out.' }),
    ];
  if (dns !== undefined && dns !== 'none' && dnsZone === undefined)
    return [
      report('spec.missing-field', {
        detail: `--dns is ${dns}, and the zone is missing`,
        fix: 'Add --dns-zone example.com.',
      }),
    ];
  return [];
}

/** The text of a short, commented spec, or what is wrong with the flags. It loads with nothing to say but what a flag asked for. */
export function renderNewSpec(options: NewSpecOptions): Result<string> {
  const flagged = [...flagProblems(options), ...planeFlagProblems(options)];
  // What a flag is refused for already must not be said again of the text.
  const isEks = options.controlPlane === 'eks';
  const text = render(isEks ? { ...options, podNetwork: undefined } : options);
  const loaded = loadCluster(text, { today: options.today });
  const diagnostics = [...flagged, ...loaded.diagnostics.map(ofFlag).filter((one) => !flagged.some(sameFlag(one)))];
  return loaded.ok && flagged.length === 0 ? ok(text, diagnostics) : failed(...diagnostics);
}

const flagOf = ({ detail }: Diagnostic): string | undefined => /^--[a-z-]+/.exec(detail)?.[0];
const sameFlag =
  (one: Diagnostic) =>
  (other: Diagnostic): boolean =>
    flagOf(one) !== undefined && flagOf(one) === flagOf(other);
