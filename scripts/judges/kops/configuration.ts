/** A Terraform configuration as kops writes it: what it makes, and whatever else stands beside. */
export interface Configuration {
  readonly resource: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly [part: string]: unknown;
}

/** Placeholders of kops' tests that no AWS would take, in the form that it would. */
const renamed: readonly (readonly [string, string])[] = [
  ['us-test-1', 'us-east-1'],
  ['arn:aws-test:', 'arn:aws:'],
];

/** Buckets have no capitals. */
const lowerBuckets = (text: string): string =>
  [...text.matchAll(/"bucket": ?"([A-Za-z0-9.-]+)"/g)]
    .map(([, name]) => name!)
    .filter((name) => /[A-Z]/.test(name))
    .reduce(
      (all, name) => all.replaceAll(`"${name}"`, `"${name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}"`),
      text,
    );

/** The configuration's text with placeholders that AWS takes. */
export const readable = (text: string): string =>
  lowerBuckets(renamed.reduce((all, [from, to]) => all.replaceAll(from, to), text));

/** Each different first group of a pattern, sorted. */
export const found = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, value]) => value!))].sort();

/** The region of the configuration's zones. */
export const regionOf = (text: string): string =>
  /"availability_zone": ?"([a-z]+-[a-z]+-\d)[a-z]"/.exec(text)?.[1] ?? 'us-east-1';

/** The files that a configuration reads, relative to it. */
export const filesOf = (text: string): string[] => found(text, /\$\{path\.module\}\/([^"\\]+)/g);

/** Names of classic load balancers that groups register with, and that the configuration does not make. */
export const classicBalancersOf = ({ resource }: Configuration): string[] => {
  const groups = Object.values(resource.aws_autoscaling_group ?? {}).flat() as readonly { load_balancers?: string[] }[];
  return [...new Set(groups.flatMap((group) => group.load_balancers ?? []))].filter((name) => !name.includes('${'));
};

/** Names of instance profiles that launch templates use, and that the configuration does not make. */
export const instanceProfilesOf = ({ resource }: Configuration): string[] => {
  const templates = Object.values(resource.aws_launch_template ?? {}).flat() as readonly {
    iam_instance_profile?: readonly { name?: string }[];
  }[];
  const names = templates.flatMap((template) => template.iam_instance_profile ?? []).flatMap(({ name }) => name ?? []);
  return [...new Set(names)].filter((name) => !name.includes('${'));
};

/** How many resources it makes. */
export const countOf = ({ resource }: Configuration): number =>
  Object.values(resource).reduce((sum, ofType) => sum + Object.keys(ofType).length, 0);

/** Addresses of all resources of some types. */
export const addressesOf = ({ resource }: Configuration, types: readonly string[]): string[] =>
  types.flatMap((type) => Object.keys(resource[type] ?? {}).map((name) => `${type}.${name}`));

/** What Terraform reads: the configuration, with the provider that it names twice and where it comes from. */
export function rootModule(text: string): string {
  const provider = { region: regionOf(text), s3_use_path_style: true };
  return JSON.stringify({
    ...(JSON.parse(text) as Configuration),
    provider: { aws: [provider, { ...provider, alias: 'files' }] },
    terraform: { required_providers: { aws: { source: 'hashicorp/aws' } } },
  });
}
