/**
 * moto as a second AWS: the real CLI makes both of the article's clusters on it, plans again and removes them, and boto3 says what is
 * left. One row per check; exit 1 where one failed. Without Python or moto it says so and passes.
 *
 *     npm run judge:moto [-- --measures FILE]     FILE gets the figures of the plans, for the bench
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GetHostedZoneCommand, ListHostedZonesByNameCommand } from '@aws-sdk/client-route-53';
import { makeClients } from '../../src/adapters/aws/clients.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import { publishedText } from '../../src/emulator/publishers/published-files.ts';
import { unpackedPackage } from '../bench/packed.ts';
import { promisedCalls } from '../bench/promised-calls.ts';
import { median } from '../bench/row.ts';
import { tellPeak } from '../bench/tell-peak.ts';
import { administrator, type Credentials, makeGiven, region, specOf } from './given-cluster.ts';
import { motoFaults } from './moto-faults.ts';
import { mendIds, motoVersions, python, startMoto } from './moto-server.ts';
import { type Beside, type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
import { lastWords, plainEnvironment, type Run, runCli, runProgram } from './run-cli.ts';
import { bench, skip, type Verdict } from './verdict.ts';

const judge = bench();

const examples = ['seed-eks', 'seed-kops'] as const;
type Example = (typeof examples)[number];

/** Of plans with nothing to do on moto. */
export interface MotoMeasure {
  readonly calls: number;
  /** Milliseconds: the median of five. */
  readonly took: number;
  /** Megabytes: the largest of five. */
  readonly peak: number;
}
const measures: Partial<Record<Example, MotoMeasure>> = {};

/** Publishers of programs and the public DNS, which are no AWS: what the catalog knows, and what the zone says of itself. */
const beside =
  (url: string, credentials: Credentials): Beside =>
  async (path, query) => {
    const publishers = '/_embedded/publishers/';
    if (path.startsWith(publishers)) {
      const text = publishedText(`https://${path.slice(publishers.length)}`);
      return { status: text === undefined ? 404 : 200, body: text ?? '' };
    }
    if (path !== '/_embedded/resolver') return undefined;
    const { route53 } = makeClients({ region, url, credentials });
    const { HostedZones = [] } = await route53.send(new ListHostedZonesByNameCommand({ DNSName: query.get('name')! }));
    const zone = await route53.send(new GetHostedZoneCommand({ Id: HostedZones[0]!.Id! }));
    return { status: 200, body: JSON.stringify({ answers: zone.DelegationSet?.NameServers ?? [] }) };
  };

type Inventory = Readonly<Record<string, readonly string[]>>;

function inventory(env: NodeJS.ProcessEnv): Inventory {
  const { status, stdout, stderr } = python(['test/moto/inventory.py'], env);
  if (status !== 0) throw new Error(`test/moto/inventory.py: ${stderr}`);
  return JSON.parse(stdout) as Inventory;
}

const beyond = (now: Inventory, before: Inventory): string[] =>
  Object.entries(now).flatMap(([type, names]) =>
    names.filter((name) => !(before[type] ?? []).includes(name)).map((name) => `${type} ${name}`),
  );

interface Stage {
  readonly example: Example;
  readonly file: string;
  readonly proxy: RecordingProxy;
  /** Of programs whose calls are counted. */
  readonly env: NodeJS.ProcessEnv;
  /** Of programs that reach moto without the proxy. */
  readonly direct: NodeJS.ProcessEnv;
}

const ended = (what: string, run: Run, detail: string): Verdict => ({
  what,
  isOk: run.code === 0,
  detail: run.code === 0 ? detail : lastWords(run),
});

/** Calls of AWS that were answered while something ran. */
async function counted<T>(proxy: RecordingProxy, work: () => Promise<T>) {
  const before = proxy.calls.length;
  const result = await work();
  return { result, calls: proxy.calls.slice(before) };
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

async function judgeApply({ example, file, proxy, env }: Stage): Promise<boolean> {
  const { result, calls } = await counted(proxy, () => runCli(['apply', '-f', file, '--yes'], { env }));
  const steps = /^Done: (\d+) steps/m.exec(result.out + result.err)?.[1] ?? '?';
  judge.say(ended(`${example}: apply`, result, `${steps} steps, ${calls.length} calls, ${seconds(result.took)}`));
  return result.code === 0;
}

/** How many calls a plan with nothing to do made. */
async function judgePlan({ example, file, proxy, env }: Stage): Promise<number> {
  const { result, calls } = await counted(proxy, () => runCli(['plan', '-f', file, '--check', '-o', 'json'], { env }));
  const steps = (): string[] =>
    (JSON.parse(result.out) as { steps: { action: string; resource: string; because: string }[] }).steps.map(
      ({ action, resource, because }) => `${action} ${resource} (${because})`,
    );
  const detail = result.code === 3 ? steps().join('; ') : lastWords(result);
  judge.say({
    what: `${example}: second plan is empty`,
    isOk: result.code === 0,
    detail: result.code === 0 ? '' : detail,
  });
  const must = promisedCalls[example];
  judge.say({
    what: `${example}: calls of a plan with nothing to do`,
    isOk: calls.length <= must,
    detail: `${calls.length}, must be <= ${must}`,
  });
  return calls.length;
}

/** Wall time and peak memory of that plan, by the program as it is published. */
async function measurePlan({ example, file, direct }: Stage, program: string): Promise<Omit<MotoMeasure, 'calls'>> {
  const runs: { took: number; peak: number }[] = [];
  const own = { ...direct, QUILLA_BENCH_PEAK: join(tmpdir(), `quilla-peak-${process.pid}`) };
  for (let i = 0; i < 5; i += 1) {
    const run = await runProgram([process.execPath, '--import', tellPeak, program, 'plan', '-f', file], {
      env: own,
      limit: 60_000,
    });
    if (!run.out.includes('Nothing to do')) throw new Error(lastWords(run));
    runs.push({ took: run.took, peak: (Number(readFileSync(own.QUILLA_BENCH_PEAK, 'utf8')) * 1024) / 1e6 });
  }
  rmSync(own.QUILLA_BENCH_PEAK, { force: true });
  const peak = Math.max(...runs.map((run) => run.peak));
  const took = median(runs.map((run) => run.took));
  const detail = `${seconds(took)} of wall time (median of 5), ${peak.toFixed(0)} MB at most`;
  judge.say({ what: `${example}: a plan with nothing to do, measured`, isOk: true, detail });
  return { took, peak };
}

async function judgeDestroy({ example, file, proxy, env, direct }: Stage, before: Inventory): Promise<void> {
  const { result, calls } = await counted(proxy, () => runCli(['destroy', '-f', file, '--yes'], { env }));
  judge.say(ended(`${example}: destroy`, result, `${calls.length} calls, ${seconds(result.took)}`));
  const left = beyond(inventory(direct), before);
  judge.say({ what: `${example}: boto3 finds nothing left`, isOk: left.length === 0, detail: left.join(', ') });
}

/** A call that moto answered with what is none of AWS's answers. */
function judgeAnswers(proxy: RecordingProxy): void {
  const broken = proxy.calls.filter(({ status }) => status >= 500);
  const names = [...new Set(broken.map(({ service, operation, status }) => `${service}:${operation} ${status}`))];
  const operations = new Set(proxy.calls.map(({ service, operation }) => `${service}:${operation}`)).size;
  const detail = names.length === 0 ? `${proxy.calls.length} calls of ${operations} operations` : names.join(', ');
  judge.say({ what: 'moto answered every call as an AWS', isOk: names.length === 0, detail });
}

async function judgeClusters(folder: string, program: string): Promise<void> {
  const moto = await startMoto();
  const credentials = await administrator(moto.endpoint);
  const proxy = await startRecordingProxy({ upstream: moto.endpoint, beside: beside(moto.endpoint, credentials) });
  try {
    const given = await makeGiven(moto.endpoint, { credentials, clock: systemClock });
    const env = {
      ...plainEnvironment(),
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true',
      QUILLA_HOME: folder,
    };
    const direct = { ...env, AWS_ENDPOINT_URL: moto.endpoint };
    const before = inventory(direct);
    for (const example of examples) {
      const file = join(folder, `${example}.yaml`);
      writeFileSync(file, specOf(example, given));
      const stage = { example, file, proxy, env, direct };
      if (await judgeApply(stage)) {
        const calls = await judgePlan(stage);
        measures[example] = { calls, ...(await measurePlan(stage, program)) };
      }
      await judgeDestroy(stage, before);
    }
    judgeAnswers(proxy);
  } finally {
    await proxy.close();
    await moto.stop();
  }
}

function judgeLists(versions: string): void {
  const listed = motoFaults.filter(({ how }) => how === 'mended').map(({ id }) => id);
  const mended = mendIds();
  const only = [
    ...mended.filter((id) => !listed.includes(id)).map((id) => `${id} is mended and not listed`),
    ...listed.filter((id) => !mended.includes(id)).map((id) => `${id} is listed and not mended`),
  ];
  judge.say({
    what: `${versions}: mends as listed`,
    isOk: only.length === 0,
    detail: only.join('; ') || `${listed.length}`,
  });
  for (const { call, fault, because, how } of motoFaults)
    if (how !== 'mended') console.log(`       ${how} ${call}: ${fault}; ${because}`);
}

async function main(): Promise<void> {
  const found = motoVersions();
  if ('missing' in found) return skip('moto', found.missing);
  judgeLists(found.versions);
  const folder = mkdtempSync(join(tmpdir(), 'quilla-moto-'));
  const packed = await unpackedPackage();
  try {
    await judgeClusters(folder, join(packed, 'bin/quilla.js'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(packed, { recursive: true, force: true });
  }
  const { values } = parseArgs({ options: { measures: { type: 'string' } } });
  if (values.measures !== undefined) writeFileSync(values.measures, JSON.stringify(measures));
  judge.close();
}

await main();
