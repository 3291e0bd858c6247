import type { Diagnostic } from '../../base/diagnostic.ts';
import { some } from '../../base/some.ts';
import type { Resource } from '../../model/graph.ts';
import type { KindName } from '../../model/kinds/names.ts';
import { report } from './codes.ts';
import type { ExportInput } from './exported.ts';
import type { Held } from './held.ts';

/** What is said of a resource. */
export interface Said {
  readonly resource: Resource;
  readonly detail: string;
}

/** Resources of one kind of which the same is said are named together. */
const grouped = (said: readonly Said[]): readonly { ids: string; detail: string; first: Resource }[] =>
  [...Map.groupBy(said, ({ resource, detail }) => `${resource.kind} ${detail}`).values()].map((group) => {
    const [{ resource, detail }] = group as [Said];
    return { ids: some(group.map((one) => one.resource.id).sort(), 3), detail, first: resource };
  });

const inStore: readonly KindName[] = ['cluster-keys', 'bucket-object'];

/** How the store gets what lies in it. What is imported is there, and follows the spec when it is told to. */
function storeFix({ kind }: Resource, { snapshot }: ExportInput): { readonly fix?: string } {
  if (!inStore.includes(kind)) return {};
  if (snapshot === undefined) return { fix: 'Run `quilla store fill -f FILE` once the rest stands.' };
  return kind === 'bucket-object' ? { fix: 'Run `quilla store fill --update -f FILE` when the spec changes.' } : {};
}

/** What a target does not hold (and what needs that), and what it says otherwise. */
export const exportDiagnostics = (input: ExportInput, held: Held, lacking: readonly Said[]): readonly Diagnostic[] => [
  ...grouped(held.not.map(({ resource, because }) => ({ resource, detail: because }))).map(({ ids, detail, first }) =>
    report('export.cannot-hold', { detail: `${ids}: ${detail}`, ...storeFix(first, input), at: { path: first.from } }),
  ),
  ...grouped(lacking).map(({ ids, detail, first }) =>
    report('export.differs', { detail: `${ids}: ${detail}`, at: { path: first.from } }),
  ),
];
