import type { ApiServers } from './kubernetes/start-api-servers.ts';
import type { Turns } from './turns.ts';

/** Whether and how the API servers of EKS clusters get sockets of their own. */
export interface KubernetesOptions {
  /** Told of a port that cannot be opened. Without it, requests to this AWS fail with that error. */
  readonly onError?: (error: Error) => void;
}

/** Opens the Kubernetes API of each cluster when there is one; its code is not loaded before. */
export interface KubernetesHost {
  /** Resolves when every cluster that has an API server can be reached. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Without options no sockets are opened. */
export function createKubernetesHost(turns: Turns, options: KubernetesOptions | undefined): KubernetesHost {
  let starting: Promise<ApiServers> | undefined;
  const start = async (): Promise<ApiServers> => {
    const { startApiServers } = await import('./kubernetes/start-api-servers.ts');
    return startApiServers(turns, options);
  };
  const settle = async (): Promise<void> => {
    if (!options || (!starting && !hasClusters(turns))) return;
    starting ??= start();
    const ready = (await starting).ready();
    await (options.onError ? ready.catch(() => undefined) : ready);
  };
  const close = async (): Promise<void> => {
    await (await starting)?.close();
  };
  return { settle, close };
}

const hasClusters = ({ world }: Turns): boolean =>
  Object.values(world.regions).some(({ kubernetes }) => Object.keys(kubernetes).length > 0);
