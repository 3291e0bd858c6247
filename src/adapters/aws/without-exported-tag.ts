import type { Tags } from '../../model/field.ts';
import type { KindName } from '../../model/kinds/names.ts';
import type { Found } from '../../model/snapshot.ts';
import { exportedTag } from '../../model/tags.ts';
import type { Reader } from '../../ports/aws.ts';

function without<K extends KindName>(found: Found<K>): Found<K> {
  const { tags } = found.settled as { readonly tags?: Tags };
  if (tags === undefined || !(exportedTag in tags)) return found;
  const { [exportedTag]: _, ...others } = tags;
  return { ...found, settled: { ...found.settled, tags: others } };
}

/** Terraform goes on to expect its tag after Quilla took over: it is in no graph, and no difference. */
export const withoutExportedTag = <K extends KindName>(reader: Reader<K>): Reader<K> => ({
  ...reader,
  list: async (context) => (await reader.list(context)).map((found) => without<K>(found as Found<K>)),
});
