import type { KindName } from '../../model/kinds/names.ts';
import type { Reader, Writer } from '../../ports/aws.ts';
import type { KindPermissions } from '../../ports/permissions.ts';
import type { Connection } from './connection.ts';

/** One kind's adapter. Reader and writer are made apart, so that whoever reads is never given a writer. */
export interface Adapter<K extends KindName> {
  readonly permissions: KindPermissions;
  reader(connection: Connection): Reader<K>;
  writer(connection: Connection): Writer<K>;
}
