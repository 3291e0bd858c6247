import { createLogUpdate } from 'log-update';
import { type ApplyEvent, estimateLeft, type Plan, type Step, usualTime } from '../../../app/index.ts';
import type { Clock } from '../../../base/clock.ts';
import { formatDuration, milliseconds } from '../../../base/duration.ts';
import type { Io } from '../../io.ts';
import { columns, paragraph } from '../layout.ts';
import type { Style } from '../style.ts';
import { diagnosticsText } from './diagnostics.ts';

/** Shows how an apply goes: live lines on a terminal, plain lines elsewhere. */
export interface ProgressView {
  show(event: ApplyEvent): void;
  end(): void;
}

const past = { create: 'created', update: 'changed', delete: 'removed', wait: 'ready' } as const;
const going = { create: 'creating', update: 'changing', delete: 'removing', wait: 'waiting for' } as const;
/** What usually takes longer is told when it begins too. */
const worthTelling = 15_000;

export const progressView = (plan: Plan, clock: Clock, io: Io): ProgressView =>
  io.isLive ? live(plan, clock, io) : plain(clock, io);

interface Running {
  readonly step: Step;
  readonly since: number;
  lastSeen: string;
}

function lineFor(event: ApplyEvent, begun: number, style: Style): string | undefined {
  const at = style.dim(`[+${formatDuration(milliseconds(Math.max(0, event.at - begun)))}]`);
  switch (event.type) {
    case 'done':
      return paragraph(
        `${at} ${style.green(past[event.step.action])} ${event.step.resource}${event.took.ms >= 1000 ? style.dim(` (${formatDuration(event.took)})`) : ''}`,
        style,
        4,
      );
    case 'failed':
      return `${at} ${style.red('failed')} ${event.step.resource}\n${diagnosticsText(event.diagnostics, style)}`;
    case 'skipped':
      return paragraph(`${at} ${style.yellow('not done')} ${event.step.resource}: ${event.because}`, style, 4);
    case 'started':
    case 'waiting':
    case 'finished':
      return undefined;
    default:
      return event satisfies never;
  }
}

function plain(clock: Clock, io: Io): ProgressView {
  const begun = clock.now();
  const style = io.errStyle;
  return {
    show(event) {
      if (event.type === 'started' && usualTime(event.step).ms >= worthTelling) {
        const at = style.dim(`[+${formatDuration(milliseconds(event.at - begun))}]`);
        const line = `${at} ${going[event.step.action]} ${event.step.resource}, usually ${formatDuration(usualTime(event.step))}`;
        io.err(paragraph(line, style, 4));
      }
      const line = lineFor(event, begun, style);
      if (line !== undefined) io.err(line);
    },
    end: () => {},
  };
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Rows of running steps that are shown at most; the rest is counted. */
const mostRows = 8;

function live(plan: Plan, clock: Clock, io: Io): ProgressView {
  const begun = clock.now();
  const style = io.errStyle;
  const running = new Map<string, Running>();
  const done = new Set<string>();
  const log = createLogUpdate(process.stderr);
  let frame = 0;

  const draw = (): void => {
    frame += 1;
    const now = clock.now();
    const left = estimateLeft(
      plan,
      { done, runningSince: new Map([...running].map(([id, { since }]) => [id, since])) },
      now,
    );
    const head = `${style.bold(`${done.size} of ${plan.steps.length}`)} done, ${formatDuration(milliseconds(now - begun))} gone, about ${formatDuration(left)} left`;
    const longest = [...running.values()].sort((a, b) => usualTime(b.step).ms - usualTime(a.step).ms);
    const rows = columns(
      longest
        .slice(0, mostRows)
        .map(({ step, since, lastSeen }) => [
          style.cyan(frames[frame % frames.length]!),
          `${going[step.action]} ${step.resource}`,
          style.dim(
            `${formatDuration(milliseconds(now - since))} of usually ${formatDuration(usualTime(step))}${lastSeen === '' ? '' : `: ${lastSeen}`}`,
          ),
        ]),
      style,
    );
    const more = longest.length > mostRows ? [style.dim(`  and ${longest.length - mostRows} more`)] : [];
    log([head, ...rows, ...more].join('\n'));
  };
  const timer = setInterval(draw, 120);

  return {
    show(event) {
      if (event.type === 'started') running.set(event.step.id, { step: event.step, since: event.at, lastSeen: '' });
      if (event.type === 'waiting') {
        const entry = running.get(event.step.id);
        if (entry !== undefined) entry.lastSeen = event.lastSeen;
      }
      if (event.type === 'done' || event.type === 'failed' || event.type === 'skipped') running.delete(event.step.id);
      if (event.type === 'done') done.add(event.step.id);
      const line = lineFor(event, begun, style);
      if (line !== undefined) {
        log.clear();
        io.err(line);
      }
    },
    end() {
      clearInterval(timer);
      log.clear();
    },
  };
}
