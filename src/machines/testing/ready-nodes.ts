import type { KubernetesList, Trial } from './trial.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime: string;
}

type Item = KubernetesList['items'][number];

/** Since when a node or a pod says of itself that it is ready, in milliseconds since 1970, to the second; undefined where it is not. */
export function readySince({ status }: Item): number | undefined {
  const ready = (status as { conditions?: readonly Condition[] }).conditions?.find(
    ({ type, status }) => type === 'Ready' && status === 'True',
  );
  return ready && Date.parse(ready.lastTransitionTime);
}

/** Whether a node or a pod says of itself that it is ready. */
export const isReady = (item: Item): boolean => readySince(item) !== undefined;

/** Names of the nodes that are Ready by the word of their kubelets. */
export const readyNodes = async (trial: Trial): Promise<readonly string[]> =>
  (await trial.kubectlJson('get', 'nodes')).items.filter(isReady).map(({ metadata }) => metadata.name);
