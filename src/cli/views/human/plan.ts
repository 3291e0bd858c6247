import {
  concerns,
  type Diagnostic,
  estimate,
  type FieldChange,
  fieldOf,
  type Plan,
  type Step,
  shortHash,
  tableOf,
} from '../../../app/index.ts';
import { canonicalJson } from '../../../base/canonical-json.ts';
import { formatDuration } from '../../../base/duration.ts';
import { columns, paragraph } from '../layout.ts';
import { plural, type Style } from '../style.ts';
import { diagnosticsText } from './diagnostics.ts';

export interface PlanView {
  /** Values of everything that is made, too. */
  readonly verbose: boolean;
}

/** The plan as people read it: by concern, each change with its reason and its cost, ending in a count. */
export function planText(plan: Plan, style: Style, view: PlanView): string {
  const head = `${plan.purpose === 'destroy' ? 'Removal' : 'Plan'} for cluster ${style.bold(plan.cluster)} in ${plan.region}, account ${plan.account}`;
  const sections = concerns.flatMap((concern) => {
    const rows = rowsOf(
      plan.steps.filter((step) => tableOf(step.kind).concern === concern),
      { style, view },
    );
    return rows.length === 0 ? [] : [`${style.bold(title(concern))}\n${rows.join('\n')}`];
  });
  const remarks = plan.notes.filter((note) => !isInPassing(note));
  const notes = remarks.length === 0 ? [] : [diagnosticsText(remarks, style)];
  const passing = plan.notes.filter(isInPassing).map(({ detail }) => style.dim(paragraph(`${detail}.`, style)));
  return [head, ...sections, ...notes, ...passing, countText(plan, style)].join('\n\n');
}

/** What stands in every plan gets a line and no heading, so that a plan with nothing to do stays short. */
const isInPassing = ({ code, severity }: Diagnostic): boolean => severity === 'note' && code.startsWith('support.');

const title = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

interface Draw {
  readonly style: Style;
  readonly view: PlanView;
}

function rowsOf(steps: readonly Step[], draw: Draw): string[] {
  const created = new Set(steps.filter(({ action }) => action === 'create').map(({ resource }) => resource));
  const shown = steps.filter(
    (step) => !(step.action === 'delete' && step.effect === 'replaces' && created.has(step.resource)),
  );
  const order = [...shown].sort((a, b) => a.resource.localeCompare(b.resource, 'en', { numeric: true }));
  const room = roomForHeadlines(order, draw.style);
  const heads = columns(
    order.map((step) => [
      mark(step, draw.style),
      step.resource,
      cut(headline(step), room),
      draw.style.dim(reason(step)),
    ]),
    // Nobody's screen: a row stays a line, to be searched.
    draw.style.isWidthKnown ? draw.style : { ...draw.style, width: 1000 },
  );
  return order.map((step, i) => [heads[i]!, ...details(step, draw)].join('\n'));
}

/** What ids and short reasons leave of the width; a reason longer than a field's path has its own lines anyway. */
function roomForHeadlines(steps: readonly Step[], style: Style): number {
  if (!style.isWidthKnown) return Number.POSITIVE_INFINITY;
  const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length));
  const reasons = steps.map(reason).filter((text) => !text.includes(' '));
  return Math.max(
    12,
    Math.min(60, style.width - 9 - longest(steps.map(({ resource }) => resource)) - longest(reasons)),
  );
}

const cut = (text: string, room: number): string => (text.length > room ? `${text.slice(0, room - 1)}…` : text);

/** What tells this one from others of its kind: `10.0.32.0/19, us-east-1a`. */
function headline(step: Step): string {
  const values = (tableOf(step.kind).headline ?? []).flatMap((name) => {
    const value = step.after?.[name];
    if (step.action !== 'create' || value === undefined || value === null || hasReference(value)) return [];
    const text =
      typeof value === 'string'
        ? value
        : Array.isArray(value) && value.every((item) => typeof item === 'string')
          ? value.join(', ')
          : labelled(name, value);
    return text === '' ? [] : [text];
  });
  return values.join(', ');
}

const hasReference = (value: unknown): boolean => JSON.stringify(value).includes('"$ref"');

/** Numbers and switches say what they are: `min 3`. */
function labelled(name: string, value: unknown): string {
  const short = name
    .replace(/Size$/, '')
    .replace(/([A-Z])/g, ' $1')
    .toLowerCase();
  if (typeof value === 'boolean') return value ? short : '';
  return typeof value === 'number' ? `${short} ${value}` : literal(value);
}

/** A creation or change needs no more reason than the field that asks for it: what changes stands below. A removal says why. */
const reason = (step: Step): string => {
  if (step.action === 'create' && step.effect === 'none')
    return /^asked for by (\S+), not in AWS yet$/.exec(step.because)?.[1] ?? step.because;
  if (step.action === 'update') return /\((\S+)\)$/.exec(step.because)?.[1] ?? step.because;
  return step.because;
};

function mark(step: Step, style: Style): string {
  if (step.effect === 'replaces') return style.red('±');
  switch (step.action) {
    case 'create':
      return style.green('+');
    case 'update':
      return style.yellow('~');
    case 'delete':
      return style.red('-');
    case 'wait':
      return style.cyan('…');
    default:
      return step.action satisfies never;
  }
}

function details(step: Step, { style, view }: Draw): string[] {
  const made = step.action === 'create' && step.effect !== 'replaces';
  if (made)
    return view.verbose
      ? Object.entries(step.after ?? {}).map(([name, value]) => `        ${name}: ${shown(step, name, value)}`)
      : [];
  const { removing } = tableOf(step.kind);
  if (step.action === 'delete' && step.effect === 'interrupts')
    return [`        ${style.yellow('interrupts')} ${removing ?? ''}`.trimEnd()];
  if (step.takes !== undefined)
    return [`        ${paragraph(`takes with it ${[...step.takes].sort().join(', ')}`, style, 8)}`];
  return step.changes.flatMap((change) => changeLines(step, change, style));
}

function changeLines(step: Step, change: FieldChange, style: Style): string[] {
  const lines = [`        ${change.field}: ${difference(step, change)}`];
  if (change.change === 'rolled')
    lines.push(`        ${style.yellow('rolls')} ${tableOf(step.kind).rolling ?? ''}`.trimEnd());
  if (change.interrupts !== undefined) lines.push(`        ${style.yellow('interrupts')} ${change.interrupts}`);
  if (step.effect === 'replaces' && change.change === 'fixed' && change.field !== 'name')
    lines.push(`        ${style.red('replaces')} this cannot be changed in place`);
  return lines;
}

function difference(step: Step, { field, before, after }: FieldChange): string {
  if (Array.isArray(before) && Array.isArray(after)) {
    const texts = (list: readonly unknown[]): string[] => list.map((item) => shown(step, field, item));
    const [was, is] = [texts(before), texts(after)];
    const parts = [
      ...was.filter((text) => !is.includes(text)).map((text) => `-${text}`),
      ...is.filter((text) => !was.includes(text)).map((text) => `+${text}`),
    ];
    return parts.join(' ');
  }
  if (isMap(before) && isMap(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
      (name) => canonicalJson(before[name] ?? null) !== canonicalJson(after[name] ?? null),
    );
    return names
      .map((name) => `${name} ${shown(step, field, before[name])} → ${shown(step, field, after[name])}`)
      .join(', ');
  }
  return `${shown(step, field, before)} → ${shown(step, field, after)}`;
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('$ref' in value) && !('$join' in value);

function shown(step: Step, field: string, value: unknown): string {
  if (value === undefined || value === null) return 'none';
  const text = typeof value === 'string' ? value : literal(value);
  if (fieldOf(step.kind, field)?.opaque === true) return `(sha256 ${shortHash(value)}, ${text.length} characters)`;
  return text.length > 160 ? `${text.slice(0, 120)}… (${text.length} characters)` : text;
}

const isEmptyMap = (value: unknown): boolean => isMap(value) && Object.keys(value).length === 0;

/** References read as `(vpc.vpcId)`: known once that resource is there. */
function literal(value: unknown): string {
  if (typeof value === 'object' && value !== null && '$ref' in value)
    return `(${(value as { $ref: string }).$ref}.${(value as unknown as { field: string }).field})`;
  if (typeof value === 'object' && value !== null && '$join' in value)
    return (value as { $join: unknown[] }).$join.map(literalPart).join('');
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(literal).join(', ');
  if (isMap(value)) {
    const entries = Object.entries(value).filter(([, item]) => item !== null);
    return entries.length === 1
      ? literal(entries[0]![1])
      : entries.flatMap(([key, item]) => (isEmptyMap(item) ? [] : [`${key} ${literal(item)}`])).join(', ');
  }
  return String(value);
}
const literalPart = (part: unknown): string => (typeof part === 'string' ? part : literal(part));

function countText({ summary, steps, purpose }: Plan, style: Style): string {
  const { create, update, replace, delete: remove, wait, unchanged } = summary;
  if (steps.length === 0)
    return purpose === 'destroy'
      ? style.bold('Nothing of this cluster is there.')
      : `${style.bold('Nothing to do:')} ${plural(unchanged, 'resource')} as the spec says.`;
  if (purpose === 'destroy')
    return `${style.bold(plural(remove, 'resource'))} to remove. Usually takes about ${formatDuration(estimate(steps))}.`;
  const counts = [
    `${create} to create`,
    `${update} to change`,
    `${replace} to replace`,
    `${remove} to delete`,
    ...(wait > 0 ? [`${wait} to wait for`] : []),
  ];
  return `${style.bold(counts.join(', '))}; ${unchanged} unchanged. Usually takes about ${formatDuration(estimate(steps))}.`;
}
