import type { Leftover } from '../../../app/index.ts';
import { columns } from '../layout.ts';
import type { Style } from '../style.ts';

/** What controllers made, and what stands in the way; empty where there is none. */
export function leftoversText(leftovers: readonly Leftover[], style: Style): string {
  const rows = (list: readonly Leftover[], mark: string): string[] =>
    columns(
      list.map(({ type, name, because }) => [mark, type, name, style.dim(because)]),
      style,
    );
  const own = leftovers.filter(({ belongsToCluster }) => belongsToCluster);
  const others = leftovers.filter(({ belongsToCluster }) => !belongsToCluster);
  return [
    ...(own.length === 0
      ? []
      : [`${style.bold('Made by controllers in the cluster, removed too')}\n${rows(own, style.red('-')).join('\n')}`]),
    ...(others.length === 0
      ? []
      : [
          `${style.bold("In the way and not the cluster's, left alone")}\n${rows(others, style.yellow('!')).join('\n')}`,
        ]),
  ].join('\n\n');
}
