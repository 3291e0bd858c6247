import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contextFor } from '../../src/app/ports.ts';
import type { World } from '../../src/emulator/world.ts';
import { observe } from '../../src/observe/observe.ts';
import { applied as appliedByQuilla } from '../../src/testing/record-scenario.ts';
import { differing } from '../../src/testing/world-inventory.ts';
import { type JudgedAws, startJudgedAws } from './judged-aws.ts';
import { errorsIn, type Ran, type TerraformProgram } from './terraform-program.ts';
import { writeScenario } from './written-scenario.ts';

/** Judges one scenario: figures where it holds, an error that says what does not. */
export type Stage = (name: string, terraform: TerraformProgram) => Promise<string>;

const seconds = ({ took }: { readonly took: number }): string => `${(took / 1000).toFixed(0)} s`;

/** Where Terraform runs. */
interface Place {
  readonly terraform: TerraformProgram;
  readonly folder: string;
  readonly endpoint: string;
}

/** The end of what a program wrote, in one line. */
const tail = ({ out, err }: Ran): string => `${out}\n${err}`.trim().slice(-600).replaceAll(/\s+/g, ' ');

export async function mustRun({ terraform, folder, endpoint }: Place, args: readonly string[]): Promise<Ran> {
  const ran = await terraform.run(folder, [...args, '-no-color'], endpoint);
  if (ran.code !== 0) throw new Error(`terraform ${args[0]}: ${errorsIn(ran) || tail(ran)}`);
  return ran;
}

export async function init({ terraform, folder, endpoint }: Place): Promise<void> {
  const ran = await terraform.init(folder, endpoint);
  if (ran.code !== 0) throw new Error(`terraform init: ${errorsIn(ran) || tail(ran)}`);
}

/** What a plan would do: `# aws_vpc.vpc will be updated in-place`. */
const changesIn = ({ out }: Ran): readonly string[] =>
  [...out.matchAll(/^ {2}# (.*) (?:will|must) be (?!imported).*$/gm)].map(([line]) => line.trim().slice(2));

/** Fails where a plan has anything to do; `-detailed-exitcode` ends with 2 then. */
export async function mustPlanNothing({ terraform, folder, endpoint }: Place, what: string): Promise<Ran> {
  const args = ['plan', '-input=false', '-no-color', '-detailed-exitcode'];
  const ran = await terraform.run(folder, args, endpoint);
  if (ran.code === 2) throw new Error(`${what} is not empty: ${changesIn(ran).join('; ') || tail(ran)}`);
  if (ran.code !== 0) throw new Error(`${what}: ${errorsIn(ran) || tail(ran)}`);
  return ran;
}

/** Tells the first differences only, so that one line of a verdict says what is wrong. */
function mustBeAlike(expected: World, actual: World, what: string): void {
  const { missing, extra } = differing(expected, actual);
  if (missing.length + extra.length === 0) return;
  const some = (lines: readonly string[]): string =>
    lines
      .slice(0, 3)
      .map((line) => line.slice(0, 300))
      .join(' | ');
  throw new Error(`${what}: ${extra.length} more (${some(extra)}), ${missing.length} less (${some(missing)})`);
}

/** The configuration is valid for the provider's schema. */
export const validates: Stage = async (name, terraform) => {
  await using written = writeScenario(name);
  // Nothing is asked of an AWS.
  const place = { terraform, folder: written.folder, endpoint: 'http://127.0.0.1:9' };
  await init(place);
  await mustRun(place, ['validate']);
  const { resource } = JSON.parse(written.exported.files['main.tf.json']!) as { resource: Record<string, object> };
  const count = Object.values(resource).reduce((sum, ofType) => sum + Object.keys(ofType).length, 0);
  return `${count} resources`;
};

export async function applied(name: string, terraform: TerraformProgram, judged: JudgedAws) {
  const written = writeScenario(name);
  const place = { terraform, folder: written.folder, endpoint: judged.aws.endpoint };
  await init(place);
  const took = await mustRun(place, ['apply', '-input=false', '-auto-approve']);
  return { written, place, took };
}

type Arguments = Record<string, unknown>;

/** Load balancers refuse to go while they are protected: whoever means it says so in the spec and applies that first. */
export async function unprotect(place: Place): Promise<void> {
  const file = join(place.folder, 'main.tf.json');
  const main = JSON.parse(readFileSync(file, 'utf8')) as { resource: Record<string, Record<string, Arguments>> };
  const balancers = Object.values(main.resource.aws_lb ?? {});
  if (balancers.length === 0) return;
  for (const balancer of balancers) balancer.enable_deletion_protection = false;
  writeFileSync(file, JSON.stringify(main));
  await mustRun(place, ['apply', '-input=false', '-auto-approve', '-refresh=false']);
}

/** It applies where only stands what is given, the next plan is empty, and a destroy leaves what was given. */
export const applies: Stage = async (name, terraform) => {
  await using judged = await startJudgedAws(name);
  const { written, place, took } = await applied(name, terraform, judged);
  await using _ = written;
  const planned = await mustPlanNothing(place, 'the second plan');
  await unprotect(place);
  const destroyed = await mustRun(place, ['destroy', '-input=false', '-auto-approve']);
  mustBeAlike(judged.given, judged.aws.world, 'after destroy');
  return `applied in ${seconds(took)}, planned nothing in ${seconds(planned)}, destroyed in ${seconds(destroyed)}`;
};

/** What Quilla made is imported, and nothing of it would be changed. */
export const imports: Stage = async (name, terraform) => {
  // On a stepped clock: on a loaded machine a fast one would let waits of Quilla end before anything can happen.
  await using judged = await startJudgedAws(name, async (of) => (await appliedByQuilla(of)).world);
  const { toRead } = await judged.ports();
  const snapshot = await observe(toRead.readers, contextFor(toRead, judged.of.loaded.cluster.metadata.name));
  await using written = writeScenario(name, { snapshot });
  const place = { terraform, folder: written.folder, endpoint: judged.aws.endpoint };
  await init(place);
  const planned = await mustRun(place, ['plan', '-input=false']);
  const counts = /Plan: (\d+) to import, 0 to add, 0 to change, 0 to destroy/.exec(planned.out);
  if (counts === null) throw new Error(`the plan of an import: ${changesIn(planned).join('; ') || tail(planned)}`);
  return `${counts[1]} imported, nothing to change`;
};
