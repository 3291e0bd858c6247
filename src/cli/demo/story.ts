import {
  applyPlan,
  clusterStatus,
  destroy,
  graphIfAny,
  type LoadedCluster,
  loadCluster,
  type Plan,
  planCluster,
  planDestroy,
  type Status,
  waitUntilReady,
} from '../../app/index.ts';
import { minutes } from '../../base/duration.ts';
import type { OpenAws } from '../aws.ts';
import type { ExitCode } from '../command.ts';
import { finish } from '../finish.ts';
import { finishDestroy } from '../finish-destroy.ts';
import type { Io } from '../io.ts';
import { expect } from '../outcome.ts';
import { diagnosticsText } from '../views/human/diagnostics.ts';
import { planText } from '../views/human/plan.ts';
import { statusText } from '../views/human/status.ts';
import type { Style } from '../views/style.ts';
import { todayFor } from '../which-aws.ts';

/** The demo calls what verbs call, without a command line. */
export const noArguments = { args: [], options: {}, commands: [] } as const;

/** One telling of the article's story. */
export interface Story {
  readonly io: Io;
  readonly style: Style;
  readonly aws: OpenAws;
  say(text: string): void;
  chapter(title: string, text: string): void;
}

/** A chapter that did not come to its end; its exit code is the demo's. */
export class Ended extends Error {
  readonly exit: ExitCode;
  constructor(exit: ExitCode) {
    super('the demo ended early');
    this.exit = exit;
  }
}

export const load = (text: string, file: string): LoadedCluster =>
  expect(
    loadCluster(text, {
      file,
      today: todayFor({ ...noArguments, options: { aws: 'embedded' }, io: { env: {} } as Io }),
    }),
  );

const mustBeDone = (exit: ExitCode): void => {
  if (exit !== 0) throw new Ended(exit);
};

/** Plans, shows and applies. */
export async function planAndApply({ aws, io, say, style }: Story, loaded: LoadedCluster): Promise<void> {
  const { plan, graph, diagnostics } = await planCluster(loaded, aws.toRead);
  if (diagnostics.length > 0) say(`${diagnosticsText(diagnostics, style)}\n`);
  say(planText(plan, style, { verbose: false }));
  say(`\n${style.bold('quilla apply')}\n`);
  const events = applyPlan({ plan, graph }, aws.toWrite);
  mustBeDone(await finish({ ...noArguments, io }, { plan, events, clock: aws.clock, again: 'quilla apply' }));
}

/** Waits until a cluster is ready and shows it. */
export async function showReady({ aws, io, say, style }: Story, name: string): Promise<Status> {
  const seen = await waitUntilReady(() => clusterStatus(name, aws.toStatus), {
    wait: minutes(20),
    clock: aws.clock,
    signal: io.signal,
    onLook: () => {},
  });
  say(statusText(seen, style));
  if (!seen.ready) throw new Ended(1);
  return seen;
}

/** Plans again and shows that there is nothing to do. */
export async function showNothingToDo({ aws, say, style }: Story, loaded: LoadedCluster): Promise<void> {
  const { plan } = await planCluster(loaded, aws.toRead);
  say(planText(plan, style, { verbose: false }));
  if (plan.steps.length > 0) throw new Ended(1);
}

/** Removes a cluster, and looks again. */
export async function removeAll(
  { aws, io, say, style }: Story,
  loaded: LoadedCluster,
  show: 'plan' | 'summary',
): Promise<void> {
  const graph = await graphIfAny(loaded, aws.toRead);
  const { plan } = await planDestroy(loaded.cluster.metadata.name, graph, aws.toWrite);
  say(show === 'plan' ? `${planText(plan, style, { verbose: false })}\n` : `${summaryOf(plan)}\n`);
  const events = destroy({ plan, graph }, aws.toWrite);
  mustBeDone(await finishDestroy({ ...noArguments, io }, { plan, clock: aws.clock, events }));
}

const summaryOf = ({ cluster, summary, steps }: Plan): string =>
  `Removal for cluster ${cluster}: ${summary.delete} resources in ${steps.length} steps.`;

/** A text with something else in it; throws where an example is not as the demo expects it. */
export function changed(text: string, from: string | RegExp, to: string): string {
  const after = text.replace(from, to);
  if (after === text) throw new Error(`an example is not as the demo expects it: ${String(from)}`);
  return after;
}
