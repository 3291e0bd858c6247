import type { AppsV1Api, CoreV1Api, VersionApi } from '@kubernetes/client-node';
import type { KubernetesReader } from '../../ports/kubernetes.ts';
import { toKubernetesFailure } from './failure.ts';
import { toDaemonSet, toDeployment, toEvent, toNode, toPod } from './views.ts';

/** How to reach a cluster's API. */
export interface ClusterAccess {
  /** `https://...`. */
  readonly endpoint: string;
  /** The API's CA, PEM in base64, as EKS gives it. */
  readonly certificateAuthority: string;
  /** Name in the API's certificate, where it is not the one that is connected to. */
  readonly tlsServerName?: string | undefined;
  /** Asked before each request, so that a long watch over a cluster never runs out of it. */
  readonly token: () => Promise<string>;
}

interface Apis {
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly version: VersionApi;
}

/** The client costs as much to load as everything else: it is loaded when the first question is asked. */
async function connectTo({ endpoint, certificateAuthority, tlsServerName, token }: ClusterAccess): Promise<Apis> {
  const { AppsV1Api, CoreV1Api, KubeConfig, VersionApi } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    {
      name: 'cluster',
      server: endpoint,
      caData: certificateAuthority,
      skipTLSVerify: false,
      ...(tlsServerName === undefined ? {} : { tlsServerName }),
    },
    { name: 'user', token: await token() },
  );
  return {
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
    version: config.makeApiClient(VersionApi),
  };
}

interface Page<T> {
  readonly items: readonly T[];
  readonly metadata?: { readonly _continue?: string | undefined } | undefined;
}

/** Lists in pages, so that a large cluster's answer never has to be held by its API at once. */
async function everything<T>(ask: (options: { limit: number; _continue?: string }) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let next: string | undefined;
  do {
    const page = await ask({ limit: 500, ...(next === undefined ? {} : { _continue: next }) });
    all.push(...page.items);
    next = page.metadata?._continue || undefined;
  } while (next !== undefined);
  return all;
}

/** Reads a cluster through its API; failures come as KubernetesFailure. */
export function kubernetesReader(access: ClusterAccess): KubernetesReader {
  const ask = async <T>(question: (apis: Apis) => Promise<T>): Promise<T> => {
    try {
      return await question(await connectTo(access));
    } catch (error) {
      throw toKubernetesFailure(error, access.endpoint);
    }
  };
  return {
    version: () => ask(async ({ version }) => (await version.getCode()).gitVersion),
    nodes: () => ask(async ({ core }) => (await everything((page) => core.listNode(page))).map(toNode)),
    pods: (namespace) =>
      ask(async ({ core }) => {
        const pods = await everything((page) =>
          namespace === undefined ? core.listPodForAllNamespaces(page) : core.listNamespacedPod({ namespace, ...page }),
        );
        return pods.map(toPod);
      }),
    deployments: (namespace) =>
      ask(async ({ apps }) => {
        const found = await everything((page) =>
          namespace === undefined
            ? apps.listDeploymentForAllNamespaces(page)
            : apps.listNamespacedDeployment({ namespace, ...page }),
        );
        return found.map(toDeployment);
      }),
    daemonSets: (namespace) =>
      ask(async ({ apps }) => {
        const found = await everything((page) =>
          namespace === undefined
            ? apps.listDaemonSetForAllNamespaces(page)
            : apps.listNamespacedDaemonSet({ namespace, ...page }),
        );
        return found.map(toDaemonSet);
      }),
    events: (namespace) =>
      ask(async ({ core }) => {
        const found = await everything((page) =>
          namespace === undefined
            ? core.listEventForAllNamespaces(page)
            : core.listNamespacedEvent({ namespace, ...page }),
        );
        const rank = (type: string): number => (type === 'Warning' ? 0 : 1);
        return found.map(toEvent).sort((a, b) => rank(a.type) - rank(b.type) || (a.last < b.last ? 1 : -1));
      }),
  };
}
