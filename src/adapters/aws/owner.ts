import type { Field } from '../../model/field.ts';
import { kinds } from '../../model/kinds/index.ts';
import type { KindName } from '../../model/kinds/names.ts';
import type { Owner } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import type { Connection } from './connection.ts';
import { note } from './hull.ts';
import { tagOwner } from './tag-owner.ts';

const hasTags = (kind: KindName): boolean => (kinds[kind].fields as Readonly<Record<string, Field>>).tags !== undefined;

/** The owner of a kind: tags, and before them notes, without which nobody would find what the tags are on. */
export function ownerOf<K extends KindName>(
  kind: K,
  adapter: Adapter<K>,
  connection: Connection,
): Owner<K> | undefined {
  const reader = adapter.reader(connection);
  const byTags = hasTags(kind) ? tagOwner(adapter.writer(connection)) : undefined;
  const owner = adapter.owner?.(connection) ?? byTags;
  if (owner === undefined && reader.notes === undefined) return undefined;
  return {
    async own(input, context) {
      for (const text of reader.notes?.(input.found, context.scope) ?? []) await note(connection, kind, text, context);
      await owner?.own(input, context);
    },
    ...(owner?.disown === undefined ? {} : { disown: owner.disown }),
  };
}
