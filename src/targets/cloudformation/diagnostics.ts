import type { Diagnostic } from '../../base/diagnostic.ts';
import { report } from '../export/codes.ts';
import { kindOf } from './kind-of.ts';
import type { World } from './world.ts';

const some = (ids: readonly string[]): string =>
  ids.length <= 3 ? ids.join(', ') : `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more`;

/** What the template does not hold, and what it says otherwise; resources that lack the same are named together. */
export function diagnosticsOf({ held, context }: World): readonly Diagnostic[] {
  const lacking = held.held.flatMap((resource) =>
    (kindOf(resource).lacks?.(resource, context) ?? []).map((detail) => ({ resource, detail })),
  );
  const groups = Map.groupBy(lacking, ({ resource, detail }) => `${resource.kind} ${detail}`);
  return [
    ...held.not.map(({ resource, because }) =>
      report('export.cannot-hold', { detail: `${resource.id}: ${because}`, at: { path: resource.from } }),
    ),
    ...[...groups.values()].map((group) => {
      const [{ resource, detail }] = group as [(typeof group)[number]];
      const ids = group.map((one) => one.resource.id).sort();
      return report('export.differs', { detail: `${some(ids)}: ${detail}`, at: { path: resource.from } });
    }),
  ];
}
