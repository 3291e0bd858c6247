import { type Command, type Invocation, isJson, textOf, yesOption } from '../command.ts';
import { confirm } from '../confirm.ts';
import { finish } from '../finish.ts';
import { tell } from '../outcome.ts';
import { readNamed, readSpec } from '../spec-file.ts';

/** The plan to run: saved, or made now. */
async function agreed(invocation: Invocation) {
  const { openAws } = await import('../aws.ts');
  const file = textOf(invocation, 'plan');
  if (file !== undefined) {
    const { readSavedPlan } = await import('../../app/saved-plan.ts');
    const saved = readSavedPlan(await readNamed(file, invocation), file);
    return { plan: saved.plan, graph: saved.graph, aws: await openAws(invocation, saved.plan.region) };
  }
  const [loaded, { planCluster }] = await Promise.all([readSpec(invocation), import('../../app/plan.ts')]);
  const aws = await openAws(invocation, loaded.cluster.spec.region);
  try {
    const { plan, graph, diagnostics } = await planCluster(loaded, aws.toRead);
    await tell(diagnostics, invocation);
    return { plan, graph, aws };
  } catch (error) {
    await aws.close();
    throw error;
  }
}

/** AWS is done when instances run; their boot takes some minutes more. */
const afterSeats = (file = 'FILE'): string =>
  `quilla status -f ${file} --wait 20m   (instances run; the cluster comes up in some minutes)`;

export const apply: Command = {
  name: 'apply',
  summary: 'make the world what the spec says',
  details:
    'Shows the plan and asks, unless --yes. Ctrl-C stops after the calls in flight; the same command goes on later.',
  options: [
    { flags: '-f, --file <file>', summary: 'the spec, a YAML file' },
    { flags: '--plan <file>', summary: 'run a plan that `quilla plan --out` saved, if the world still gives it' },
    yesOption,
  ],
  examples: [
    'quilla apply -f cluster.yaml',
    'quilla apply -f cluster.yaml --yes -o json',
    'quilla apply --plan plan.json --yes',
  ],
  callsAws: true,
  printsResult: true,
  async run(invocation) {
    const { io, options } = invocation;
    if ((textOf(invocation, 'file') === undefined) === (textOf(invocation, 'plan') === undefined)) {
      io.err('error: give either -f FILE or --plan FILE');
      return 2;
    }
    const { plan, graph, aws } = await agreed(invocation);
    try {
      const { planText } = await import('../views/human/plan.ts');
      const text = planText(plan, isJson(invocation) ? io.errStyle : io.outStyle, {
        verbose: options.verbose === true,
      });
      if (isJson(invocation)) io.err(text);
      else io.out(text);
      if (plan.steps.length > 0) await confirm(invocation, 'Apply this plan?');
      const { applyPlan, clearLock } = await import('../../app/apply.ts');
      if (plan.steps.length === 0) await clearLock(plan.cluster, aws.toWrite);
      const events = plan.steps.length === 0 ? undefined : applyPlan({ plan, graph }, aws.toWrite);
      const hasSeats = graph.resources.some(({ id }) => id === 'security-group/seats');
      const next = hasSeats ? afterSeats(textOf(invocation, 'file')) : undefined;
      return await finish(invocation, { plan, events, clock: aws.clock, again: 'quilla apply', next });
    } finally {
      await aws.close();
    }
  },
};
