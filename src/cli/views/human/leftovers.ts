import type { Leftover } from '../../../app/index.ts';
import { columns } from '../layout.ts';
import type { Style } from '../style.ts';

/** A claim's volume is the one leftover that cannot be made again. */
const withLoss = (leftover: Leftover): Leftover =>
  leftover.type === 'volume' ? { ...leftover, because: `its data is lost; ${leftover.because}` } : leftover;

/** What controllers made, and what stands in the way; empty where there is none. */
export function leftoversText(
  leftovers: readonly Leftover[],
  style: Style,
  { keepVolumes = false }: { readonly keepVolumes?: boolean } = {},
): string {
  const rows = (list: readonly Leftover[], mark: string): string[] =>
    columns(
      list.map(({ type, name, because }) => [mark, type, name, style.dim(because)]),
      style,
    );
  const isKept = ({ type, belongsToCluster }: Leftover): boolean =>
    keepVolumes && belongsToCluster && type === 'volume';
  const kept = leftovers.filter(isKept);
  const own = leftovers.filter((one) => one.belongsToCluster && !isKept(one));
  const others = leftovers.filter(({ belongsToCluster }) => !belongsToCluster);
  return [
    ...(own.length === 0
      ? []
      : [
          `${style.bold('Made by controllers in the cluster, removed too')}\n${rows(own.map(withLoss), style.red('-')).join('\n')}`,
        ]),
    ...(kept.length === 0
      ? []
      : [`${style.bold('Kept with its data, as --keep-volumes asks')}\n${rows(kept, style.green('=')).join('\n')}`]),
    ...(others.length === 0
      ? []
      : [
          `${style.bold("In the way and not the cluster's, left alone")}\n${rows(others, style.yellow('!')).join('\n')}`,
        ]),
  ].join('\n\n');
}
