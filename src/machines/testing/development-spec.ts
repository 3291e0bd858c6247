import { parse, stringify } from 'yaml';
import { specFile } from './trial.ts';

export interface DevelopmentChange {
  /** Added under `access`. */
  readonly access?: object;
  /** How often etcd's data go to the store; five at least. */
  readonly snapshotMinutes?: number;
  /** How many; default 1. */
  readonly workers?: number;
}

/** The spec of scenarios/development, one seat and one worker, with what a test changes. */
export function developmentSpec({ access, snapshotMinutes, workers = 1 }: DevelopmentChange = {}): string {
  const document = parse(specFile('scenarios/development/spec.yaml')) as { spec: Development };
  const { spec } = document;
  spec.access = { ...spec.access, ...access };
  if (snapshotMinutes !== undefined) spec.controlPlane.selfManaged.etcd.snapshots.everyMinutes = snapshotMinutes;
  spec.nodeGroups = workers === 0 ? [] : spec.nodeGroups.map((group) => ({ ...group, size: workers }));
  return stringify(document);
}

interface Development {
  access: object;
  readonly controlPlane: { readonly selfManaged: { readonly etcd: { readonly snapshots: { everyMinutes: number } } } };
  nodeGroups: readonly object[];
}
