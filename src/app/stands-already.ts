import { type Diagnostic, reporter } from '../base/diagnostic.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Standing } from '../ports/standing.ts';
import { appCodes } from './codes.ts';
import { some } from './some.ts';

const report = reporter(appCodes);

const adoptIt = '`quilla adopt -f FILE` takes it over: tags only.';

/**
 * What stands under a cluster's name without being ours. A part that is ours beside one that was exported stops a plan, which would make
 * the rest a second time.
 */
export function standsAlready({ exported, foreignCluster }: Standing, { cluster, found }: Snapshot): Diagnostic[] {
  if (exported.length > 0 && found.length > 0) {
    const detail = `${found.length} objects of cluster ${cluster} are Quilla's, and these were exported and are not: ${some(exported)}`;
    return [report('app.half-adopted', { detail, fix: 'Run `quilla adopt -f FILE` again; it goes on from here.' })];
  }
  if (exported.length > 0)
    return [
      report('app.exported-there', {
        detail: `exported for cluster ${cluster}: ${some(exported)}`,
        fix: adoptIt,
      }),
    ];
  if (foreignCluster === undefined) return [];
  return [
    report('app.foreign-cluster', {
      detail: foreignCluster,
      fix: 'Choose another name, or remove that cluster with the tool that made it.',
    }),
  ];
}

/** Why an apply must not begin where a plan only warns. */
export const namesTaken = ({ exported }: Standing, cluster: string): Diagnostic[] =>
  exported.length === 0
    ? []
    : [
        report('app.exported-stands', {
          detail: `exported for cluster ${cluster}: ${some(exported)}`,
          fix: adoptIt,
        }),
      ];
