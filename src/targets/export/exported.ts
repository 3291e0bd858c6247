import type { Diagnostic } from '../../base/diagnostic.ts';
import type { ResourceGraph } from '../../model/graph.ts';
import type { Snapshot } from '../../model/snapshot.ts';

/** What a target is given. */
export interface ExportInput {
  readonly graph: ResourceGraph;
  /** ID of the account, twelve digits. */
  readonly account: string;
  readonly partition: string;
  /** The spec as commands name it: `cluster.yaml`. */
  readonly specFile: string;
  /** The cluster that stands, where it is to be imported. */
  readonly snapshot?: Snapshot;
  /** IPv4 ranges of the VPC where it is a given one: the graph does not hold them. */
  readonly givenVpcRanges?: readonly string[];
}

/** What a target writes: texts by their path in the folder, and what it cannot hold. */
export interface Exported {
  readonly files: Readonly<Record<string, string>>;
  readonly diagnostics: readonly Diagnostic[];
  /** What to run in the folder, in this order. */
  readonly commands: readonly string[];
}
