/**
 * The AWS CLI describes what direct apply made on the embedded AWS, and agrees with the inventory that Quilla takes there: each
 * object is there, and each of its fields says the same. A field that the CLI is not asked for is named with its reason.
 *
 *     npm run judge:aws-cli [-- SCENARIO...]
 */
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { planCluster } from '../../src/app/plan.ts';
import { canonicalJson, type Json, sameJson } from '../../src/base/canonical-json.ts';
import type { KindTable } from '../../src/model/kind.ts';
import { kinds } from '../../src/model/kinds/index.ts';
import type { KindName } from '../../src/model/kinds/names.ts';
import type { Found, Snapshot } from '../../src/model/snapshot.ts';
import { givenWorld } from '../../src/testing/given-world.ts';
import { run } from '../../src/testing/run-to-end.ts';
import { scenario } from '../../src/testing/scenarios.ts';
import { startSession } from '../../src/testing/session.ts';
import { doorKinds } from './aws-cli/door-kinds.ts';
import { eksKinds } from './aws-cli/eks-kinds.ts';
import { identityKinds } from './aws-cli/identity-kinds.ts';
import { machineKinds } from './aws-cli/machine-kinds.ts';
import { networkKinds } from './aws-cli/network-kinds.ts';
import { type Cli, type Fields, filled, type KindByCli, type Known } from './aws-cli/question.ts';
import { environmentFor, runProgram } from './terraform-program.ts';
import { bench, skip } from './verdict.ts';

const asked = process.argv.slice(2);
const names = asked.length === 0 ? ['seed-eks', 'seed-kops'] : asked;

const byCli: Partial<Record<KindName, KindByCli>> = {
  ...networkKinds,
  ...identityKinds,
  ...eksKinds,
  ...machineKinds,
  ...doorKinds,
};

function cliAt(endpoint: string, region: string): Cli {
  const env = { ...environmentFor(endpoint), AWS_DEFAULT_REGION: region, AWS_CONFIG_FILE: '/dev/null' };
  const said = async (args: readonly string[]): Promise<string> => {
    const { code, out, err } = await runProgram('aws', args, { cwd: tmpdir(), env });
    if (code !== 0) throw new Error(`aws ${args.join(' ')}: ${err.trim()}`);
    return out;
  };
  const ask = async (command: string, query: string): Promise<Json> => {
    const out = await said([...command.split(' '), '--output', 'json', '--query', query]);
    return out.trim() === '' ? {} : (JSON.parse(out) as Json);
  };
  return Object.assign(ask, { raw: (command: string) => said(command.split(' ')) });
}

/** Everything that the CLI tells of an object. */
async function toldBy(cli: Cli, { asks }: KindByCli, known: Known): Promise<Fields> {
  const parts = asks.map(async (one): Promise<Fields> => {
    if (typeof one === 'function') return one(known, cli);
    try {
      const fields = ((await cli(filled(one.command, known), filled(one.query, known))) ?? {}) as Fields;
      return one.read === undefined ? fields : one.read(fields, known);
    } catch (error) {
      if (one.none !== undefined && error instanceof Error && error.message.includes(one.none)) return {};
      throw error;
    }
  });
  return Object.assign({}, ...(await Promise.all(parts))) as Fields;
}

const isTag = (item: unknown): item is { readonly Key: string; readonly Value: string } =>
  typeof item === 'object' && item !== null && 'Key' in item && 'Value' in item;
const isTagOfTags = (item: unknown): item is { readonly TagKey: string; readonly TagValue: string } =>
  typeof item === 'object' && item !== null && 'TagKey' in item;

/** Tags as a map, without AWS's own and without notes that adapters keep in them. */
function plainTags(value: Json): Json {
  const list = Array.isArray(value)
    ? value.map((item): readonly [string, string] =>
        isTag(item) ? [item.Key, item.Value] : isTagOfTags(item) ? [item.TagKey, item.TagValue] : ['', ''],
      )
    : Object.entries((value ?? {}) as Record<string, string>);
  return Object.fromEntries(list.filter(([key]) => !/^(aws:|quilla\.dev\/kept\/)/.test(key)));
}

/** A value without members that say nothing, so that what AWS leaves out is equal to what we write as null. */
function trimmed(value: Json | undefined): Json {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(trimmed);
  if (typeof value !== 'object') return value;
  const members = Object.entries(value).map(([key, inner]) => [key, trimmed(inner)] as const);
  return Object.fromEntries(
    members.filter(([, inner]) => inner !== null && !(Array.isArray(inner) && inner.length === 0)),
  );
}

/** A value as the field's row compares it. */
function comparable(kind: KindName, field: string, value: Json | undefined): Json {
  if (/^(tags|instanceTags)$/.test(field)) return plainTags(value ?? {});
  const { compare } = (kinds[kind] as KindTable).fields[field] ?? {};
  const plain = compare === 'json' && typeof value === 'string' ? (JSON.parse(value) as Json) : trimmed(value);
  if (Array.isArray(plain) && plain.length === 0) return null;
  if (compare !== 'set' || !Array.isArray(plain)) return plain;
  return [...plain].sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
}

interface Compared {
  readonly fields: number;
  readonly wrong: readonly string[];
}

/** What answers, for commands that name it. */
interface Place {
  readonly cli: Cli;
  readonly aws: string;
}

async function compare({ cli, aws }: Place, found: Found): Promise<Compared> {
  const row = byCli[found.kind];
  if (row === undefined) return { fields: 0, wrong: [`${found.id}: nothing asks the CLI for a ${found.kind}`] };
  const ours = { ...found.settled, ...found.observed } as Fields;
  const told = await toldBy(cli, row, { aws, name: found.name, ...ours }).catch((error: Error) => error);
  if (told instanceof Error) return { fields: 0, wrong: [`${found.id}: ${told.message}`] };
  const fields = Object.keys(ours).filter((field) => row.silent?.[field] === undefined);
  const wrong = fields.flatMap((field) => {
    const [own, other] = [comparable(found.kind, field, ours[field]), comparable(found.kind, field, told[field])];
    if (sameJson(own, other)) return [];
    const shown = (value: Json): string => JSON.stringify(value).slice(0, 200);
    return [`${found.id} ${field}: inventory ${shown(own)}, aws ${shown(other)}`];
  });
  return { fields: fields.length, wrong };
}

/** Runs one task after another on a few lanes: each starts a program. */
async function inLanes<T, R>(items: readonly T[], lanes: number, task: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = [...items.entries()];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results[next[0]] = await task(next[1]);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

async function judge(name: string): Promise<{ readonly snapshot: Snapshot; readonly all: readonly Compared[] }> {
  const of = scenario(name);
  const session = await startSession({ region: of.graph.region, world: await givenWorld(of) });
  try {
    const { outcome, failures } = await run('apply', of, session.ports);
    if (outcome !== 'done') throw new Error(`apply of ${name}: ${outcome}: ${failures.join('; ')}`);
    const { snapshot } = await planCluster(of.loaded, session.ports.toRead);
    const aws = session.aws.endpoint;
    const place = { cli: cliAt(aws, of.graph.region), aws };
    return { snapshot, all: await inLanes(snapshot.found, 3, (found) => compare(place, found)) };
  } finally {
    await session.stop();
  }
}

async function main(): Promise<void> {
  const { say, close } = bench();
  for (const name of names) {
    const { snapshot, all } = await judge(name);
    const wrong = all.flatMap((one) => one.wrong);
    for (const line of wrong) console.log(`       ${line}`);
    const fields = all.reduce((sum, one) => sum + one.fields, 0);
    const detail = `${snapshot.found.length} objects, ${fields} fields, ${wrong.length} differ`;
    say({ what: `${name}: the AWS CLI agrees with the inventory`, isOk: wrong.length === 0, detail });
  }
  close();
}

if (spawnSync('aws', ['--version']).status !== 0) skip('aws-cli', 'the AWS CLI is not installed');
else await main();
