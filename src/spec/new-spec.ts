import { type Diagnostic, failed, ok, type Result, reporter } from '../base/diagnostic.ts';
import { defaultEksVersion, eksVersionAt } from '../catalog/kubernetes-releases.ts';
import { regionNamed } from '../catalog/regions.ts';
import { specCodes } from './codes.ts';
import { defaults } from './defaults.ts';
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
  readonly nodes?: number | undefined;
  readonly today: Date;
}

/** Which flag a field of the written spec comes from. */
const flags: readonly (readonly [string, string])[] = [
  ['metadata.name', 'NAME'],
  ['spec.region', '--region'],
  ['spec.kubernetesVersion', '--kubernetes'],
  ['spec.controlPlane', '--control-plane'],
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

function versionComment(minor: string, today: Date): string {
  const end = eksVersionAt(minor, today)?.version.endOfStandardSupport;
  return end === undefined ? '' : ` # standard support until ${end}`;
}

function render(options: NewSpecOptions): string {
  const region = options.region ?? 'us-east-1';
  const version = options.kubernetes ?? defaultEksVersion(options.today)?.minor ?? '';
  return [
    '# A Kubernetes cluster on AWS. What is not said here has a safe default: quilla plan -f FILE --show-defaults',
    'apiVersion: quilla.dev/v1alpha1',
    'kind: Cluster',
    'metadata:',
    `  name: ${yaml(options.name)}`,
    'spec:',
    `  region: ${yaml(region)}`,
    `  kubernetesVersion: ${JSON.stringify(version)}${versionComment(version, options.today)}`,
    `  controlPlane: ${yaml(options.controlPlane)}`,
    ...networkLines(options, region),
    ...accessLines(options.apiFrom),
    '  nodeGroups:',
    '    - name: workers',
    `      instanceTypes: ${list([options.nodeType ?? defaults.instanceTypes[0]])}`,
    `      size: ${options.nodes ?? defaults.nodes} # or {min: 1, desired: 3, max: 6}`,
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

/** The text of a short, commented spec, or what is wrong with the flags. It loads with nothing to say but what a flag asked for. */
export function renderNewSpec(options: NewSpecOptions): Result<string> {
  const text = render(options);
  const loaded = loadCluster(text, { today: options.today });
  const diagnostics = [...flagProblems(options), ...loaded.diagnostics.map(ofFlag)];
  return loaded.ok && diagnostics.length === loaded.diagnostics.length ? ok(text, diagnostics) : failed(...diagnostics);
}
