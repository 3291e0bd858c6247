import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  applyPlan,
  clusterStatus,
  destroy,
  graphIfAny,
  type LoadedCluster,
  loadCluster,
  type Plan,
  planCluster,
  planDestroy,
  waitUntilReady,
} from '../../app/index.ts';
import { formatDuration, milliseconds, minutes } from '../../base/duration.ts';
import { type OpenAws, openAws } from '../aws.ts';
import type { ExitCode } from '../command.ts';
import { finish } from '../finish.ts';
import { finishDestroy } from '../finish-destroy.ts';
import type { Io } from '../io.ts';
import { expect } from '../outcome.ts';
import { packageRoot } from '../package-root.ts';
import { diagnosticsText } from '../views/human/diagnostics.ts';
import { planText } from '../views/human/plan.ts';
import { statusText } from '../views/human/status.ts';
import { paragraph } from '../views/layout.ts';
import type { Style } from '../views/style.ts';
import { todayFor } from '../which-aws.ts';
import { makeGivenThings } from './given-things.ts';

/** The demo calls what verbs call, without a command line. */
const noArguments = { args: [], options: {}, commands: [] } as const;

/** One telling of the article's story. */
interface Story {
  readonly io: Io;
  readonly style: Style;
  readonly aws: OpenAws;
  say(text: string): void;
  chapter(title: string, text: string): void;
}

/** From nothing to Ready nodes, a change, and back to nothing: the article's EKS cluster on an embedded AWS of its own. */
export async function runDemo(outer: Io): Promise<ExitCode> {
  const begun = Date.now();
  const home = mkdtempSync(join(tmpdir(), 'quilla-demo-'));
  const io: Io = { ...outer, env: { ...outer.env, QUILLA_AWS: 'embedded', QUILLA_HOME: home } };
  const aws = await openAws({ ...noArguments, options: { aws: 'embedded' }, io }, 'us-east-1');
  const style = io.outStyle;
  const say = (text: string): void => io.out(text);
  const chapter = (title: string, text: string): void =>
    say(`\n${style.bold(style.cyan(`== ${title}`))}\n${paragraph(text, style)}\n`);
  try {
    const story: Story = { io, style, aws, say, chapter };
    const first = aws.clock.now();
    const exit = await tell(story);
    const passed = formatDuration(milliseconds(aws.clock.now() - first));
    say(
      `\n${style.bold(passed)} passed on the embedded AWS's clock, ${formatDuration(milliseconds(Date.now() - begun))} here.`,
    );
    return exit;
  } finally {
    await aws.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function tell(story: Story): Promise<ExitCode> {
  const { aws, io, say, chapter, style } = story;
  say(
    `${style.bold('Quilla demo')}: on an AWS that is embedded in this process. No account is needed; nothing leaves this machine.`,
  );
  chapter(
    'What the article takes for given',
    'A VPC with three subnets that reach the internet through NAT, the IAM user user1 and the key pair `all`. Made on the embedded AWS first, since the ids of examples/seed-eks.yaml are placeholders.',
  );
  const given = await makeGivenThings({
    ec2: aws.connection.clients.ec2,
    iam: aws.connection.clients.iam,
    clock: aws.clock,
  });
  say(`  ${given.vpcId}, ${given.subnetIds.join(', ')}`);

  const spec = withIds(
    readFileSync(join(packageRoot(), 'examples', 'seed-eks.yaml'), 'utf8'),
    given.vpcId,
    given.subnetIds,
  );
  const loaded = load(spec);
  chapter(
    'The plan',
    'quilla plan -f examples/seed-eks.yaml: what the spec asks for, by concern, each with the field that asks for it.',
  );
  const made = await run(story, loaded);
  if (made !== 0) return made;

  chapter('The cluster', 'quilla status -f examples/seed-eks.yaml --wait 20m');
  const seen = await waitUntilReady(() => clusterStatus('k8s', aws.toStatus), {
    wait: minutes(20),
    clock: aws.clock,
    signal: io.signal,
    onLook: () => {},
  });
  say(statusText(seen, style));
  if (!seen.ready) return 1;

  chapter('A second plan', 'Nothing was changed, so there is nothing to do.');
  say(planText((await planCluster(loaded, aws.toRead)).plan, style, { verbose: false }));

  chapter(
    'A change',
    'In the spec the group of workers grows from 3 to 4, and 198.51.100.0/24 leaves the access list of the API.',
  );
  const changed = load(withChange(spec));
  const after = await run(story, changed);
  if (after !== 0) return after;

  chapter(
    'The end',
    "quilla destroy -f examples/seed-eks.yaml: what carries the cluster's tags goes, and the given VPC stays.",
  );
  const graph = await graphIfAny(changed, aws.toRead);
  const { plan } = await planDestroy('k8s', graph, aws.toWrite);
  say(planText(plan, style, { verbose: false }));
  say('');
  return finishDestroy(
    { ...noArguments, io },
    { plan, clock: aws.clock, events: destroy({ plan, graph }, aws.toWrite) },
  );
}

const load = (text: string): LoadedCluster =>
  expect(
    loadCluster(text, {
      file: 'examples/seed-eks.yaml',
      today: todayFor({ ...noArguments, options: { aws: 'embedded' }, io: { env: {} } as Io }),
    }),
  );

/** Plans, shows and applies. */
async function run({ aws, io, say, style }: Story, loaded: LoadedCluster): Promise<ExitCode> {
  const { plan, graph, diagnostics } = await planCluster(loaded, aws.toRead);
  if (diagnostics.length > 0) say(`${diagnosticsText(diagnostics, style)}\n`);
  say(planText(plan, style, { verbose: false }));
  say(`\n${style.bold('quilla apply')}\n`);
  const applied = await finish(
    { ...noArguments, io },
    { plan, events: eventsOf(plan, graph, aws), clock: aws.clock, again: 'quilla apply' },
  );
  return applied;
}

const eventsOf = (plan: Plan, graph: Parameters<typeof applyPlan>[0]['graph'], aws: OpenAws) =>
  applyPlan({ plan, graph }, aws.toWrite);

/** The example with the ids that were made instead of its placeholders. */
function withIds(spec: string, vpcId: string, subnetIds: readonly string[]): string {
  const replaced = subnetIds.reduce((text, id, i) => text.replace(`subnet-0000000000000000${i + 1}`, id), spec);
  return replaced.replace('vpc-00000000000000001', vpcId);
}

function withChange(spec: string): string {
  const grown = spec.replace('size: {min: 3, desired: 3, max: 3}', 'size: {min: 3, desired: 4, max: 4}');
  const shrunk = grown.replace(/\n\s+- 198\.51\.100\.0\/24/, '');
  if (grown === spec || shrunk === grown) throw new Error('examples/seed-eks.yaml is not as the demo expects it');
  return shrunk;
}
