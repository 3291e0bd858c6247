import type { Tags } from '../../model/field.ts';
import type { KindName } from '../../model/kinds/names.ts';
import type { Found } from '../../model/snapshot.ts';
import { clusterTag, exportedTag, idTag } from '../../model/tags.ts';
import type { Settled } from '../../model/types.ts';
import type { CallContext, Owner, Writer } from '../../ports/aws.ts';
import { foreignTags } from './found.ts';

/** What bears a mark of ours bears these at least; readers tell some of them of no kind. */
const always = [clusterTag, idTag, exportedTag];

/** An owner that changes tags as the kind's writer does. `kept`: keys that the adapter keeps there for itself. */
export function tagOwner<K extends KindName>(writer: Writer<K>, kept: readonly string[] = []): Required<Owner<K>> {
  const change = async (found: Found<K>, tags: { before: Tags; after: Tags }, context: CallContext) => {
    const changed = ['tags'] as unknown as (keyof Settled<K> & string)[];
    const settled = { ...found.settled, tags: tags.after } as unknown as Settled<K>;
    const there = { ...found, settled: { ...found.settled, tags: tags.before } } as Found<K>;
    await writer.update({ found: there, settled, changed }, context);
  };
  const tagsOf = (found: Found<K>): Tags => (found.settled as { readonly tags?: Tags }).tags ?? {};
  return {
    own: ({ found, tags }, context) =>
      change(found, { before: tagsOf(found), after: { ...tagsOf(found), ...tags } }, context),
    disown(found, context) {
      const ours = Object.fromEntries([...always, ...kept].map((key) => [key, '']));
      return change(found, { before: { ...ours, ...tagsOf(found) }, after: foreignTags(tagsOf(found)) }, context);
    },
  };
}
