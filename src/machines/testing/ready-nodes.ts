import type { KubernetesList, Trial } from './trial.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
}

/** Whether a node or a pod says of itself that it is ready. */
export const isReady = ({ status }: KubernetesList['items'][number]): boolean =>
  (status as { conditions?: readonly Condition[] }).conditions?.some(
    ({ type, status }) => type === 'Ready' && status === 'True',
  ) ?? false;

/** Names of the nodes that are Ready by the word of their kubelets. */
export const readyNodes = async (trial: Trial): Promise<readonly string[]> =>
  (await trial.kubectlJson('get', 'nodes')).items.filter(isReady).map(({ metadata }) => metadata.name);
