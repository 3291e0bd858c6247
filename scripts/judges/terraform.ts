/**
 * Terraform and the AWS provider on what `quilla export terraform` writes: every scenario is valid; those that differ most apply on a fresh
 * embedded AWS, plan nothing afterwards, and leave nothing after a destroy; what Quilla made imports without a change.
 *
 *     npm run judge:terraform [-- [--parallel N] [--only STAGE] SCENARIO...]
 *
 * Named scenarios pass every stage.
 */
import { parseArgs } from 'node:util';
import { scenarioNames } from '../../src/testing/scenarios.ts';
import { adopts } from './terraform-adoption.ts';
import { findTerraform, type TerraformProgram } from './terraform-program.ts';
import { applies, imports, type Stage, validates } from './terraform-stages.ts';
import { bench, skip } from './verdict.ts';

const { values, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: { parallel: { type: 'string', default: '1' }, only: { type: 'string' } },
});

const everyName = scenarioNames();
const stages: Readonly<Record<string, { readonly stage: Stage; readonly names: readonly string[] }>> = {
  validates: { stage: validates, names: everyName },
  applies: {
    stage: applies,
    names: ['seed-kops', 'private-dns', 'given-vpc-seats', 'seed-eks', 'dual-stack', 'fargate-and-pod-identity'],
  },
  imports: { stage: imports, names: ['seed-kops', 'given-vpc-seats', 'seed-eks', 'several-groups'] },
  adopts: { stage: adopts, names: ['seed-kops', 'seed-eks'] },
};

async function main(terraform: TerraformProgram): Promise<void> {
  const { say, close } = bench();
  const unknown = asked.filter((name) => !everyName.includes(name));
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(', ')}`);
  const todo = Object.entries(stages)
    .filter(([stage]) => values.only === undefined || stage === values.only)
    .flatMap(([what, { stage, names }]) => (asked.length > 0 ? asked : names).map((name) => ({ what, stage, name })));
  const worker = async (): Promise<void> => {
    for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
      const what = `${next.name} ${next.what}`;
      const verdict = await next.stage(next.name, terraform).then(
        (detail) => ({ what, isOk: true, detail }),
        (error: unknown) => ({ what, isOk: false, detail: error instanceof Error ? error.message : String(error) }),
      );
      say(verdict);
    }
  };
  await Promise.all(Array.from({ length: Number(values.parallel) }, worker));
  close();
}

const terraform = findTerraform();
if ('skipped' in terraform) skip('terraform', terraform.skipped);
else await main(terraform);
