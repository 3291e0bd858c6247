import type { KindName } from '../../model/kinds/names.ts';
import type { Owner, Reader, Writer } from '../../ports/aws.ts';
import type { KindPermissions } from '../../ports/permissions.ts';
import type { Connection } from './connection.ts';

/** One kind's adapter. Reader and writer are made apart, so that whoever reads is never given a writer. */
export interface Adapter<K extends KindName> {
  readonly permissions: KindPermissions;
  reader(connection: Connection): Reader<K>;
  writer(connection: Connection): Writer<K>;
  /** Where setting the tags of the kind, as its writer does, is not all of it. */
  owner?(connection: Connection): Owner<K>;
}
