import { join, resolve } from 'node:path';
import { type Command, fileOption, isJson, textOf } from '../command.ts';
import { show, tell } from '../outcome.ts';
import { readSpec } from '../spec-file.ts';
import { writeWhole } from '../state-dir.ts';

export const plan: Command = {
  name: 'plan',
  summary: 'show what apply would do, with reasons, and do nothing',
  details:
    'Groups changes by concern; marks what replaces (±), rolls or interrupts; ends with a count. With --check the exit code is 3 where there is something to do.',
  options: [
    fileOption,
    { flags: '--out <file>', summary: 'save the plan, for `quilla apply --plan`' },
    { flags: '--check', summary: 'exit with 3 where there is something to do' },
    { flags: '--show-defaults', summary: 'print the spec with every default filled in, and call nothing' },
  ],
  examples: [
    'quilla plan -f cluster.yaml',
    'quilla plan -f cluster.yaml --out plan.json && quilla apply --plan plan.json',
  ],
  callsAws: true,
  printsResult: true,
  async run(invocation) {
    const { io, options } = invocation;
    const loaded = await readSpec(invocation);
    if (options.showDefaults === true) {
      const { specText, writtenOut } = await import('../../app/spec.ts');
      const spec = writtenOut(loaded.cluster);
      const text = specText(spec, 'Every default written out: this spec means the same cluster.');
      show(invocation, 'Cluster', { data: spec, text: text.trimEnd() });
      return 0;
    }
    const [{ planCluster }, { openAws }] = await Promise.all([import('../../app/plan.ts'), import('../aws.ts')]);
    const aws = await openAws(invocation, loaded.cluster.spec.region);
    try {
      const planned = await planCluster(loaded, aws.toRead);
      await tell(planned.diagnostics, invocation);
      const { planText } = await import('../views/human/plan.ts');
      const text = isJson(invocation) ? '' : planText(planned.plan, io.outStyle, { verbose: options.verbose === true });
      show(invocation, 'Plan', { data: { ...planned.plan, diagnostics: planned.diagnostics }, text });
      const out = textOf(invocation, 'out');
      if (out !== undefined) {
        writeWhole(
          resolve(io.cwd, out),
          `${JSON.stringify({ apiVersion: 'quilla.dev/v1alpha1', kind: 'SavedPlan', plan: planned.plan, graph: planned.graph }, null, 2)}\n`,
        );
        if (!isJson(invocation)) io.err(`\nSaved. Next: quilla apply --plan ${join(out)}`);
      }
      return options.check === true && planned.plan.steps.length > 0 ? 3 : 0;
    } finally {
      await aws.close();
    }
  },
};
