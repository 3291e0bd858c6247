import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startJudgedAws } from './judged-aws.ts';
import { lastWords, type Run, runCli } from './run-cli.ts';
import { environmentFor } from './terraform-program.ts';
import { applied, mustPlanNothing, type Stage } from './terraform-stages.ts';

/** Verbs of Quilla on one spec and one AWS, with a folder of their own for what they keep. */
function quillaOn(spec: string, endpoint: string) {
  const home = mkdtempSync(join(tmpdir(), 'quilla-home-'));
  const env = { ...environmentFor(endpoint), QUILLA_HOME: home };
  const run = (...args: readonly string[]): Promise<Run> => runCli([...args, '-f', spec], { env });
  return {
    run,
    async must(...args: readonly string[]): Promise<Run> {
      const ran = await run(...args);
      if (ran.code !== 0) throw new Error(`quilla ${args.join(' ')}: ${lastWords(ran)}`);
      return ran;
    },
    [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** What the next plan of Quilla would change, without what the exporter said that it would. */
function unexpected({ out }: Run, told: readonly string[]): readonly string[] {
  const { steps } = JSON.parse(out) as { steps: readonly { action: string; resource: string }[] };
  return steps
    .filter(({ resource }) => !told.includes(resource))
    .map(({ action, resource }) => `${action} ${resource}`);
}

/**
 * What Terraform made is filled and adopted as its outputs say; machines come up by themselves; neither Terraform nor Quilla has
 * anything to do afterwards but for what the exporter said.
 */
export const adopts: Stage = async (name, terraform) => {
  await using judged = await startJudgedAws(name);
  const { written, place } = await applied(name, terraform, judged);
  await using _ = written;
  const isSelfManaged = judged.of.graph.resources.some(({ kind }) => kind === 'cluster-keys');
  using quilla = quillaOn(join(judged.of.folder, 'spec.yaml'), judged.aws.endpoint);
  if (isSelfManaged) await quilla.must('store', 'fill', '--yes');
  await quilla.must('adopt', '--yes');
  const ready = await quilla.must('status', '--wait', '10m');
  await mustPlanNothing(place, "Terraform's plan after the adoption");
  const told = written.exported.diagnostics
    .filter(({ code }) => code === 'export.differs')
    .map(({ detail = '' }) => detail.slice(0, detail.indexOf(':')));
  const further = unexpected(await quilla.must('plan', '-o', 'json'), told);
  if (further.length > 0) throw new Error(`Quilla's plan after the adoption: ${further.join('; ')}`);
  return `filled, adopted and ready (${(ready.took / 1000).toFixed(0)} s); both plan nothing${told.length === 0 ? '' : ` but for ${told.join(', ')}`}`;
};
