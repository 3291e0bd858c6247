import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDuration, milliseconds } from '../../base/duration.ts';
import { openAws } from '../aws.ts';
import type { ExitCode } from '../command.ts';
import type { Io } from '../io.ts';
import { packageRoot } from '../package-root.ts';
import { paragraph } from '../views/layout.ts';
import { makeGivenThings } from './given-things.ts';
import { loseSeat } from './seat-lost.ts';
import {
  changed,
  Ended,
  load,
  noArguments,
  planAndApply,
  removeAll,
  type Story,
  showNothingToDo,
  showReady,
} from './story.ts';

const eksFile = 'examples/seed-eks.yaml';
const kopsFile = 'examples/seed-kops.yaml';

/** From nothing to two clusters with Ready nodes, changes, a lost seat, and back to nothing: the article on an embedded AWS of its own. */
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
    const first = aws.clock.now();
    await tell({ io, style, aws, say, chapter });
    const passed = formatDuration(milliseconds(aws.clock.now() - first));
    say(
      `\n${style.bold(passed)} passed on the embedded AWS's clock, ${formatDuration(milliseconds(Date.now() - begun))} here.`,
    );
    return 0;
  } catch (error) {
    if (error instanceof Ended) return error.exit;
    throw error;
  } finally {
    await aws.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function tell(story: Story): Promise<void> {
  const { say, chapter, style } = story;
  say(
    `${style.bold('Quilla demo')}: on an AWS that is embedded in this process. No account is needed; nothing leaves this machine.`,
  );
  const specs = await given(story);
  const [eks, kops] = [load(specs.eks, eksFile), load(specs.kops, kopsFile)];

  chapter(
    'The plan',
    `quilla plan -f ${eksFile}: what the spec asks for, by concern, each with the field that asks for it.`,
  );
  await planAndApply(story, eks);

  chapter(
    'The other control plane',
    `quilla plan -f ${kopsFile}: the same verbs and the same kind of spec, with controlPlane: selfManaged. Three seats with their etcd, three workers, a new VPC.`,
  );
  await planAndApply(story, kops);

  chapter('Both clusters', `quilla status -f ${eksFile} --wait 20m, and the same for ${kopsFile}`);
  await showReady(story, eks.cluster.metadata.name);
  say('');
  await showReady(story, kops.cluster.metadata.name);

  chapter('Second plans', 'Nothing was changed, so there is nothing to do.');
  await showNothingToDo(story, eks);
  say('');
  await showNothingToDo(story, kops);

  chapter(
    'A change to each',
    'The workers of the EKS cluster grow from 3 to 4, and 198.51.100.0/24 leaves the access list of its API. Those of the other one grow from 3 to 4 too.',
  );
  const [eksAfter, kopsAfter] = [load(withEksChange(specs.eks), eksFile), load(withKopsChange(specs.kops), kopsFile)];
  await planAndApply(story, eksAfter);
  say('');
  await planAndApply(story, kopsAfter);

  chapter('A seat is lost', 'Somebody terminates the instance of seat a. Nobody does anything.');
  await loseSeat(story, kops.cluster.metadata.name, 'a');

  chapter(
    'The end',
    "quilla destroy for both: what carries a cluster's tags goes. The given VPC and the hosted zone stay.",
  );
  await removeAll(story, eksAfter, 'plan');
  say('');
  await removeAll(story, kopsAfter, 'summary');
}

/** Makes what both clusters of the article take for given; the specs with the ids that were made instead of their placeholders. */
async function given({ aws, say, chapter }: Story): Promise<{ readonly eks: string; readonly kops: string }> {
  chapter(
    'What the article takes for given',
    `A VPC with three subnets that reach the internet through NAT, the IAM user user1, the key pair \`all\` and the hosted zone example.com. Made on the embedded AWS first, since the ids of ${eksFile} are placeholders.`,
  );
  const { ec2, iam, route53 } = aws.connection.clients;
  const made = await makeGivenThings({ ec2, iam, route53, clock: aws.clock });
  say(`  ${made.vpcId}, ${made.subnetIds.join(', ')}, ${made.hostedZoneId}`);
  const read = (file: string): string => readFileSync(join(packageRoot(), file), 'utf8');
  const withSubnets = made.subnetIds.reduce(
    (text, id, i) => changed(text, `subnet-0000000000000000${i + 1}`, id),
    read(eksFile),
  );
  return { eks: changed(withSubnets, 'vpc-00000000000000001', made.vpcId), kops: read(kopsFile) };
}

const withEksChange = (spec: string): string =>
  changed(
    changed(spec, 'size: {min: 3, desired: 3, max: 3}', 'size: {min: 3, desired: 4, max: 4}'),
    /\n\s+- 198\.51\.100\.0\/24/,
    '',
  );

const withKopsChange = (spec: string): string => changed(spec, /\n {6}size: 3\b/, '\n      size: 4');
