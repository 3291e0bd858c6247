/**
 * What the embedded AWS and moto answer to the same calls. Calls of real runs are recorded and played to both, each in the names that
 * it gave itself; status class, error code, shape (by botocore's models) and values are compared. Every difference is in the table
 * differences.ts or fails the judge.
 *
 *     npm run judge:differential                                  apply, plan and destroy by ourselves and by Terraform
 *     npm run judge:differential -- --play FILE                   a recording
 *     npm run judge:differential -- --record FILE -- COMMAND...   records what a program asks of an embedded AWS of its own
 *
 * COMMAND gets AWS_ENDPOINT_URL and credentials in its environment: the AWS CLI and Terraform read them.
 */
import { parseArgs } from 'node:util';
import { milliseconds } from '../../src/base/duration.ts';
import { startEmbeddedAws } from '../../src/emulator/embedded-aws.ts';
import { startApiServers } from '../../src/emulator/kubernetes/start-api-servers.ts';
import { triagedDifferences } from './differences.ts';
import { type CallDifference, compareCall, type ReadAnswer } from './differential/compare.ts';
import { type Played, play } from './differential/play.ts';
import { embeddedCredentials, recordOwnRuns, recordProgram } from './differential/record.ts';
import { recordTerraformRuns } from './differential/record-terraform.ts';
import { type Recording, readRecording, writeRecording } from './differential/recording.ts';
import { type DifferenceGroup, grouped, verdictOn } from './differential/triage.ts';
import { administrator } from './given-cluster.ts';
import { motoVersions, python, startMoto } from './moto-server.ts';
import { findTerraform } from './terraform-program.ts';
import { bench, skip } from './verdict.ts';

const judge = bench();

/** A fresh one, whose clock goes on as the recorded one's did. */
async function playToEmbedded(recording: Recording): Promise<Played> {
  const aws = await startEmbeddedAws({ clock: { kind: 'stepped' } });
  const servers = startApiServers(aws.turns, { listen: false });
  await servers.ready();
  const begun = aws.clock.now();
  const until = async (ms: number): Promise<void> => {
    const rest = begun + ms - aws.clock.now();
    if (rest > 0) await aws.clock.sleep(milliseconds(rest));
  };
  try {
    return await play(recording, { endpoint: aws.endpoint, credentials: embeddedCredentials, until });
  } finally {
    await servers.close();
    await aws.stop();
  }
}

async function playToMoto(recording: Recording): Promise<Played> {
  const moto = await startMoto();
  try {
    return await play(recording, { endpoint: moto.endpoint, credentials: await administrator(moto.endpoint) });
  } finally {
    await moto.stop();
  }
}

/** Every answer as botocore's models read it. */
function readBy({ calls }: Recording, { answers }: Played): readonly ReadAnswer[] {
  const lines = calls.map(({ service, operation }, i) => {
    const { status, headers, body } = answers[i]!;
    return JSON.stringify({ service, operation, status, headers, body: body.toString('base64') });
  });
  const { status, stdout, stderr } = python(['test/moto/shapes.py'], process.env, `${lines.join('\n')}\n`);
  if (status !== 0) throw new Error(`test/moto/shapes.py: ${stderr}`);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ReadAnswer);
}

/** Of a hundred calls, how many may meet a change a moment earlier or later than when they were recorded. */
const nearAChange = 1;

/** Numbers of calls that the fresh embedded AWS answered otherwise than the recorded one. */
const otherwise = ({ calls }: Recording, { answers }: Played): readonly number[] =>
  calls.flatMap(({ status }, i) => (Math.floor(status / 100) === Math.floor(answers[i]!.status / 100) ? [] : [i]));

/** Who waits for a change may meet it at another call: those calls are not compared. Where there are more, the recording was not played as it was. */
function judgePlayback({ calls }: Recording, { answers }: Played, differ: readonly number[]): void {
  const isOk = differ.length <= Math.ceil((calls.length * nearAChange) / 100);
  const words = differ.map((i) => {
    const { service, operation, status } = calls[i]!;
    return `${i} ${service}:${operation} ${status}, played ${answers[i]!.status} ${answers[i]!.body.toString().slice(0, 200).replaceAll(/\s+/g, ' ')}`;
  });
  const detail = `${differ.length} of ${calls.length} calls met a change at another moment and are not compared`;
  judge.say({
    what: 'the embedded AWS answers a second time as it did',
    isOk,
    detail: [detail, ...words.slice(0, 8)].join('\n       '),
  });
}

const told = ({ operation, kind, path, count, seen }: DifferenceGroup): string =>
  `${operation} ${kind} ${path}${count > 1 ? ` (${count} times)` : ''}${seen === '' ? '' : `: ${seen}`}`;

function judgeDifferences(groups: readonly DifferenceGroup[]): void {
  const known = Map.groupBy(groups, (group) => verdictOn(group, triagedDifferences)?.whose ?? 'nobody');
  for (const group of known.get('nobody') ?? [])
    judge.say({ what: `not triaged: ${told(group)}`, isOk: false, detail: '' });
  for (const group of known.get('ours') ?? []) judge.say({ what: `ours: ${told(group)}`, isOk: false, detail: '' });
  const count = (whose: string): number => known.get(whose as 'moto')?.length ?? 0;
  judge.say({
    what: 'differences are triaged',
    isOk: count('nobody') + count('ours') === 0,
    detail: `${groups.length}: ${count('moto')} of moto, ${count('unspecified')} unspecified, ${count('ours')} ours, ${count('nobody')} not triaged`,
  });
}

/** A row of the table that met nothing is old; both recordings meet all. */
function judgeTable(groups: readonly DifferenceGroup[]): void {
  const met = new Set(groups.map((group) => verdictOn(group, triagedDifferences)));
  const always = triagedDifferences.filter((row) => row.sometimes !== true);
  const idle = always.filter((row) => !met.has(row)).map(({ operation, path }) => `${operation} ${path}`);
  judge.say({ what: 'the table holds nothing that is gone', isOk: idle.length === 0, detail: idle.join(', ') });
}

async function compare(recording: Recording): Promise<DifferenceGroup[]> {
  const signed = { ...recording, calls: recording.calls.filter(({ service }) => service !== 'unsigned') };
  const embedded = await playToEmbedded(signed);
  const differ = otherwise(signed, embedded);
  judgePlayback(signed, embedded, differ);
  const moto = await playToMoto(signed);
  const [ours, theirs] = [readBy(signed, embedded), readBy(signed, moto)];
  const differences = signed.calls.flatMap((call, i): CallDifference[] =>
    differ.includes(i)
      ? []
      : compareCall(
          call,
          { answer: embedded.answers[i]!, read: ours[i]!, names: embedded.names },
          { answer: moto.answers[i]!, read: theirs[i]!, names: moto.names },
        ),
  );
  const operations = new Set(signed.calls.map(({ service, operation }) => `${service}:${operation}`));
  console.log(`       ${recording.of}: ${signed.calls.length} calls of ${operations.size} operations compared`);
  return grouped(differences);
}

/** Of ourselves, and of Terraform where it is there. */
async function recordRuns(): Promise<readonly Recording[]> {
  const own = await recordOwnRuns();
  const terraform = findTerraform();
  if (!('skipped' in terraform)) return [own, await recordTerraformRuns(terraform)];
  skip("differential of Terraform's calls", terraform.skipped);
  return [own];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { record: { type: 'string' }, play: { type: 'string', multiple: true } },
  });
  if (values.record !== undefined) {
    const [program, ...args] = positionals;
    const recording = program === undefined ? await recordOwnRuns() : await recordProgram([program, ...args]);
    writeRecording(values.record, recording);
    return console.log(`${recording.calls.length} calls in ${values.record}`);
  }
  const found = motoVersions();
  if ('missing' in found) return skip('differential', found.missing);
  console.log(`       ${found.versions}`);
  const files = values.play ?? [];
  const groups: DifferenceGroup[] = [];
  const recordings = files.length === 0 ? await recordRuns() : files.map(readRecording);
  for (const recording of recordings) {
    const ofThis = await compare(recording);
    judgeDifferences(ofThis);
    groups.push(...ofThis);
  }
  if (files.length === 0 && recordings.length > 1) judgeTable(groups);
  judge.close();
}

await main();
