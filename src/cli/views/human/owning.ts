import { type AdoptPlanned, concerns, type DisownPlanned, hasChanges, type Plan, tableOf } from '../../../app/index.ts';
import { columns, paragraph } from '../layout.ts';
import { plural, type Style } from '../style.ts';
import { planText } from './plan.ts';

const titleOf = (what: string, { cluster, region, account }: Plan, style: Style): string =>
  `${what} cluster ${style.bold(cluster)} in ${region}, account ${account}`;

/** How many of each kind, in the order of plans. */
function kindsText({ steps }: Plan, style: Style): string {
  const kinds = Map.groupBy(steps, ({ kind }) => kind);
  const rows = concerns.flatMap((concern) =>
    [...kinds]
      .filter(([kind]) => tableOf(kind).concern === concern)
      .map(([kind, all]) => [String(all.length).padStart(4), tableOf(kind).label]),
  );
  return columns(rows, style).join('\n');
}

/** What `quilla adopt` would do, and what the next plan would show. */
export function adoptText({ plan, next }: AdoptPlanned, style: Style, view: { readonly verbose: boolean }): string {
  const head = titleOf('Adoption of', plan, style);
  if (!hasChanges(plan)) return `${head}\n\nNothing to do: the cluster is Quilla's already.`;
  const what = paragraph(
    `The tag quilla.dev/cluster=${plan.cluster} goes onto ${plural(plan.steps.length, 'object')}; groups of nodes also get the size of the spec in a tag, and what no list of AWS finds by a tag is noted. Nothing else changes: the cluster runs on, and Terraform or CloudFormation may keep it.`,
    style,
  );
  const after = hasChanges(next)
    ? `${style.bold('What the next plan will show, which adopting leaves as it is')}\n\n${planText(next, style, view)}`
    : 'The next plan will have nothing to do.';
  return [head, what, kindsText(plan, style), after].join('\n\n');
}

/** What `quilla disown` would do. */
export function disownText({ plan, store, exported }: DisownPlanned, style: Style): string {
  const head = titleOf('Letting go of', plan, style);
  if (!hasChanges(plan) && exported.length > 0) {
    const who = `Nothing to do: the cluster was exported, Terraform or CloudFormation made it, and it is not Quilla's. So there is nothing to let go of; ${plural(exported.length, 'object')} at least ${exported.length === 1 ? 'carries' : 'carry'} the tag quilla.dev/exported.`;
    return `${head}\n\n${paragraph(who, style)}`;
  }
  if (!hasChanges(plan)) return `${head}\n\nNothing to do: nothing there carries the tags of Quilla.`;
  const updates = plan.steps.filter(({ action }) => action === 'update');
  const what = paragraph(
    `Every tag quilla.dev/* goes from ${plural(updates.length, 'object')}, and the lock goes. Nothing else changes: the cluster runs on. Quilla will not know it any more: no plan, no status, no destroy. Launch templates stay as they are, and what instances got from them with them: another version would roll the nodes.`,
    style,
  );
  const parts = [head, what, kindsText({ ...plan, steps: updates }, style)];
  if (store === null) return parts.join('\n\n');
  const goes = store.goes.length === 0 ? 'nothing' : store.goes.join(', ');
  const kept = columns(
    store.stays.map(({ prefix, because }) => [prefix, because]),
    style,
  );
  return [
    ...parts,
    `${style.bold(`Of the store ${store.bucket}`)}\n${paragraph(`Goes: ${goes}.`, style, 2)}\nStays with its bucket, since no seat comes back without it:\n${kept.join('\n')}`,
  ].join('\n\n');
}

/** What `quilla store fill` would make. */
export function fillText(plan: Plan, style: Style, view: { readonly verbose: boolean }): string {
  if (hasChanges(plan)) return planText(plan, style, view);
  return `${titleOf('Store of', plan, style)}\n\nNothing to do: keys and documents are there.`;
}
