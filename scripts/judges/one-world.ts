/**
 * One world: what direct apply makes and what Terraform makes of the same scenario, each on a fresh embedded AWS, are the same
 * attribute by attribute. A program that only asks AWS takes both inventories. Each difference is on the list of accepted ones
 * (one-world-differences.ts) or a failure, and so is an entry of the list that meets nothing.
 *
 *     npm run judge:one-world [-- SCENARIO...] [--keep DIR]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fillStore, planStoreFill } from '../../src/app/self-managed/store-fill.ts';
import { type Json, sameJson } from '../../src/base/canonical-json.ts';
import type { Clock } from '../../src/base/clock.ts';
import { minutes } from '../../src/base/duration.ts';
import { connectPorts } from '../../src/cli/ports.ts';
import { embeddedAccessKeyId, embeddedSecretAccessKey, startEmbeddedAws } from '../../src/emulator/embedded-aws.ts';
import { givenWorld } from '../../src/testing/given-world.ts';
import { follow, run } from '../../src/testing/run-to-end.ts';
import { type Scenario, scenario } from '../../src/testing/scenarios.ts';
import { startSession } from '../../src/testing/session.ts';
import { takeInventory } from './inventory.ts';
import { type Difference, differencesOf } from './one-world/differences.ts';
import { type NamedObject, namedInventory } from './one-world/named-inventory.ts';
import { type AcceptedDifference, acceptedDifferences } from './one-world-differences.ts';
import { errorsIn, findTerraform, type TerraformProgram } from './terraform-program.ts';
import { bench, skip } from './verdict.ts';
import { writeScenario } from './written-scenario.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { keep: { type: 'string' } } });
const usual = ['seed-eks', 'seed-kops', 'new-vpc', 'fargate-and-pod-identity'];
const names = positionals.length === 0 ? usual : positionals;

const credentials = { accessKeyId: embeddedAccessKeyId, secretAccessKey: embeddedSecretAccessKey };

/** Until machines have booted and what boots has settled. */
const settling = minutes(45);

const objectsAt = (endpoint: string, of: Scenario) => takeInventory({ endpoint, region: of.graph.region, credentials });

/** Keys of what a scenario takes for given, in their order. */
async function givenTo(of: Scenario): Promise<readonly string[]> {
  const session = await startSession({ region: of.graph.region, world: await givenWorld(of) });
  try {
    return (await objectsAt(session.aws.endpoint, of)).map(({ key }) => key);
  } finally {
    await session.stop();
  }
}

interface Standing {
  readonly endpoint: string;
  readonly clock: Clock;
  readonly given: readonly string[];
}

async function inventoryOf(of: Scenario, { endpoint, clock, given }: Standing): Promise<readonly NamedObject[]> {
  await clock.sleep(settling);
  return namedInventory(await objectsAt(endpoint, of), given);
}

async function afterDirectApply(of: Scenario, given: readonly string[]): Promise<readonly NamedObject[]> {
  const session = await startSession({ region: of.graph.region, world: await givenWorld(of) });
  try {
    const { outcome, failures } = await run('apply', of, session.ports);
    if (outcome !== 'done') throw new Error(`direct apply: ${outcome}: ${failures.join('; ')}`);
    return await inventoryOf(of, { endpoint: session.aws.endpoint, clock: session.clock, given });
  } finally {
    await session.stop();
  }
}

/** Keys stay out of Terraform's state: the command that its output names puts them into the store. */
async function fillStoreOf(of: Scenario, url: string, clock: Clock): Promise<void> {
  if (of.loaded.cluster.spec.controlPlane.type !== 'self-managed') return;
  const { signal } = new AbortController();
  const { toWrite } = await connectPorts({ region: of.graph.region, clock, url, credentials, signal });
  const { outcome, failures } = await follow(fillStore(of.loaded, await planStoreFill(of.loaded, toWrite), toWrite), 0);
  if (outcome !== 'done') throw new Error(`store fill: ${outcome}: ${failures.join('; ')}`);
}

async function afterTerraform(
  of: Scenario,
  { terraform, given }: { terraform: TerraformProgram; given: readonly string[] },
): Promise<readonly NamedObject[]> {
  await using written = writeScenario(of.name);
  const aws = await startEmbeddedAws({ clock: { kind: 'scaled', speed: 600 }, world: await givenWorld(of) });
  try {
    await terraform.init(written.folder, aws.endpoint);
    const args = ['apply', '-auto-approve', '-input=false', '-no-color', '-parallelism=30'];
    const applied = await terraform.run(written.folder, args, aws.endpoint);
    if (applied.code !== 0) throw new Error(`terraform apply: ${errorsIn(applied)}`);
    await fillStoreOf(of, aws.endpoint, aws.clock);
    return await inventoryOf(of, { endpoint: aws.endpoint, clock: aws.clock, given });
  } finally {
    await aws.stop();
  }
}

const matches = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 's').test(text);

const isValue = (accepted: Json | null | undefined, value: Json | undefined): boolean =>
  accepted === undefined || sameJson(accepted, value ?? null);

const acceptedBy = ({ type, name, member, left, right }: Difference): AcceptedDifference | undefined =>
  acceptedDifferences.find(
    (one) =>
      matches(one.type, type) &&
      matches(one.name ?? '*', name) &&
      matches(one.member, member) &&
      isValue(one.direct, left) &&
      isValue(one.terraform, right),
  );

const shown = (value: unknown): string =>
  value === undefined ? 'nothing' : (JSON.stringify(value) ?? '').slice(0, 160);

function keep(name: string, worlds: Readonly<Record<string, unknown>>): void {
  if (values.keep === undefined) return;
  mkdirSync(values.keep, { recursive: true });
  for (const [which, world] of Object.entries(worlds))
    writeFileSync(join(values.keep, `${name}.${which}.json`), JSON.stringify(world, null, 1));
}

async function main(terraform: TerraformProgram): Promise<void> {
  const { say, close } = bench();
  const used = new Set<AcceptedDifference>();
  for (const name of names) {
    const of = scenario(name);
    const given = await givenTo(of);
    const [direct, made] = [await afterDirectApply(of, given), await afterTerraform(of, { terraform, given })];
    keep(name, { direct, terraform: made });
    const differences = differencesOf(direct, made);
    const open = differences.filter((difference) => {
      const accepted = acceptedBy(difference);
      if (accepted !== undefined) used.add(accepted);
      return accepted === undefined;
    });
    for (const { type, name: object, member, left, right } of open)
      console.log(`       ${type} ${object} ${member}: direct ${shown(left)}, terraform ${shown(right)}`);
    const detail = `${direct.length} objects, ${differences.length} differences, ${open.length} not accepted`;
    say({ what: `${name} is one world`, isOk: open.length === 0, detail });
  }
  if (positionals.length === 0)
    for (const accepted of acceptedDifferences.filter((one) => !used.has(one)))
      say({ what: `${accepted.type} ${accepted.member}`, isOk: false, detail: 'accepted, and nothing differs so' });
  close();
}

const terraform = findTerraform();
if ('skipped' in terraform) skip('one-world', terraform.skipped);
else await main(terraform);
