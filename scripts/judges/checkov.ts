/**
 * checkov on the Terraform of the article's two clusters and of two more: no check fails but for those on the list of
 * accepted ones, and each of those still does.
 *
 *     npm run judge:checkov [-- SCENARIO...]
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedAws } from '../../src/emulator/embedded-aws.ts';
import { givenWorld } from '../../src/testing/given-world.ts';
import { scenario } from '../../src/testing/scenarios.ts';
import { accepted } from './checkov-accepted.ts';
import { findTerraform, runProgram, type TerraformProgram } from './terraform-program.ts';
import { bench, skip } from './verdict.ts';
import { writeScenario } from './written-scenario.ts';

const asked = process.argv.slice(2);
const names = asked.length === 0 ? ['seed-eks', 'new-vpc', 'fargate-and-pod-identity', 'seed-kops'] : asked;

interface Failed {
  readonly check_id: string;
  readonly check_name: string;
  readonly resource: string;
}

interface Report {
  readonly results: { readonly failed_checks: readonly Failed[] };
  readonly summary: { readonly passed: number; readonly failed: number };
}

/** What the scanner says of the plan that Terraform would apply: references are known in it as far as they can be. */
async function scan(name: string, terraform: TerraformProgram): Promise<Report> {
  await using written = writeScenario(name);
  const { folder } = written;
  const aws = await startEmbeddedAws({
    clock: { kind: 'scaled', speed: 600 },
    world: await givenWorld(scenario(name)),
  });
  try {
    await terraform.init(folder, aws.endpoint);
    const planned = await terraform.run(folder, ['plan', '-input=false', '-no-color', '-out=plan.out'], aws.endpoint);
    if (planned.code !== 0) throw new Error(`${name}: ${planned.err}`);
    const shown = await terraform.run(folder, ['show', '-json', 'plan.out'], aws.endpoint);
    writeFileSync(join(folder, 'plan.json'), shown.out);
  } finally {
    await aws.stop();
  }
  const args = ['-f', 'plan.json', '--framework', 'terraform_plan', '-o', 'json', '--compact', '--quiet'];
  const { out, err } = await runProgram('checkov', args, { cwd: folder, env: process.env });
  const report = JSON.parse(out.slice(out.indexOf('{'))) as Report;
  if (report.results === undefined) throw new Error(`${name}: checkov found no resources: ${err.slice(-300)}`);
  return report;
}

async function main(terraform: TerraformProgram): Promise<void> {
  const { say, close } = bench();
  const used = new Set<string>();
  for (const name of names) {
    const { results, summary } = await scan(name, terraform);
    const open = results.failed_checks.filter(({ check_id, resource }) => {
      const entry = accepted.find((one) => one.check === check_id && one.resources.test(resource));
      if (entry !== undefined) used.add(entry.check);
      return entry === undefined;
    });
    for (const { check_id, check_name, resource } of open)
      say({ what: `${name}: ${check_id}`, isOk: false, detail: `${resource}: ${check_name}` });
    const detail = `${summary.passed} passed, ${summary.failed} accepted of ${summary.passed + summary.failed} checks`;
    if (open.length === 0) say({ what: name, isOk: true, detail });
  }
  if (asked.length === 0)
    for (const { check } of accepted.filter((one) => !used.has(one.check)))
      say({ what: check, isOk: false, detail: 'is on the list of accepted checks and no longer fails: take it off' });
  close();
}

const terraform = findTerraform();
if ('skipped' in terraform) skip('checkov', terraform.skipped);
else if (spawnSync('checkov', ['--version']).status !== 0)
  skip('checkov', 'checkov is not installed (pip install checkov)');
else await main(terraform);
