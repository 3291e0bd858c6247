import type { Row } from './row.ts';
import { runTrial, type Trial } from './trial.ts';

type Change = NonNullable<Trial['change']>;

const ranges = (count: number): string[] => Array.from({ length: count }, (_, i) => `10.20.${i}.0/24`);
const sized =
  (count: number): Change =>
  (spec) => {
    spec.nodeGroups[0].size = { min: count, desired: count, max: count };
  };
/** Rules of security groups: one per range that reaches SSH. */
const ruled =
  (count: number): Change =>
  (spec) => {
    spec.access = { ...spec.access, ssh: { keyName: 'all', from: ranges(count) } };
  };
const all =
  (...changes: readonly Change[]): Change =>
  (spec) => {
    for (const change of changes) change(spec);
  };
/** Small instances: ten times the nodes would otherwise be past the account's quota of vCPUs. */
const small: Change = (spec) => {
  spec.nodeGroups[0].instanceTypes = ['t3.small'];
};

const countOf = async (trial: Trial): Promise<number> => (await runTrial(trial)).calls.length;

/** Ten times as much against once: how many calls more. */
async function scaleRow(measure: string, trials: { readonly once: Trial; readonly tenfold: Trial }): Promise<Row> {
  const [once, tenfold] = [await countOf(trials.once), await countOf(trials.tenfold)];
  return { measure, value: tenfold - once, unit: 'calls', must: { max: 0 }, detail: `${once} and ${tenfold} calls` };
}

/** What does not add calls: rules, subnets and nodes. */
export const scaleRows = async (): Promise<Row[]> => [
  await scaleRow('calls more, seed cluster with 10 times the rules, subnets and nodes', {
    once: { example: 'seed-eks', change: all(small, sized(3), ruled(1)) },
    tenfold: { example: 'seed-eks', change: all(small, sized(30), ruled(10)), furtherSubnets: 27 },
  }),
  await scaleRow('calls more, examples/eks.yaml with 10 times the nodes', {
    once: { example: 'eks', change: all(small, sized(3)) },
    tenfold: { example: 'eks', change: all(small, sized(30)) },
  }),
  await scaleRow('calls more, seed kops cluster in a given VPC with 10 times the rules, subnets and workers', {
    once: { example: 'seed-kops', inGivenVpc: true, change: all(small, sized(2), ruled(1)) },
    tenfold: {
      example: 'seed-kops',
      inGivenVpc: true,
      change: all(small, sized(20), ruled(10)),
      furtherSubnets: 27,
    },
  }),
  await scaleRow('calls more, examples/eks.yaml in 5 zones instead of 2 (10 subnets instead of 4)', {
    once: { example: 'eks', change: zones(['us-east-1a', 'us-east-1b'], 'single') },
    tenfold: { example: 'eks', change: zones(fiveZones, 'single') },
  }),
];

/** EKS does not offer us-east-1e. */
const fiveZones = ['a', 'b', 'c', 'd', 'f'].map(inVirginia);
function inVirginia(letter: string): string {
  return `us-east-1${letter}`;
}
function zones(names: readonly string[], nat: string): Change {
  return (spec) => {
    spec.network = { ...spec.network, zones: names, nat };
  };
}

/** What AWS has no batch for: each further one costs a call or two. */
const further: Readonly<Record<string, Change>> = {
  'node group of its own role': (spec) => {
    spec.nodeGroups.push({
      ...spec.nodeGroups[0],
      name: 'more',
      policies: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'],
    });
  },
  'add-on': (spec) => {
    spec.addons = [...(spec.addons ?? []), { name: 'metrics-server' }];
  },
  'access entry': (spec) => {
    const principals = spec.access?.principals ?? [];
    spec.access = {
      ...spec.access,
      principals: [...principals, { arn: 'arn:aws:iam::123456789012:user/user2', groups: ['viewers'] }],
    };
  },
};

/** The price of one more of each, beside what the plain example costs. */
export async function furtherRows(plain: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [what, change] of Object.entries(further)) {
    const count = await countOf({ example: 'eks', change, user: 'user2' });
    const row = { value: count - plain, unit: 'calls', must: { max: 2 } } as const;
    rows.push({ measure: `calls per further ${what}`, ...row, detail: `${count} instead of ${plain}` });
  }
  return rows;
}
