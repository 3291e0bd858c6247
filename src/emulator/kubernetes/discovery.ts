import { minorOf } from './bootstrap-objects.ts';
import type { Data } from './data.ts';
import { groups, type ResourceType, reviews, storedVerbs, typesOfGroup } from './resources.ts';
import type { KubernetesState } from './state.ts';

/** What `/version` says. */
export const versionOf = (state: KubernetesState): Data => ({
  major: '1',
  minor: String(minorOf(state.version)),
  gitVersion: state.selfManaged === undefined ? `v${state.version}.0-eks-emulated` : `v${state.selfManaged.kubernetes}`,
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'linux/amd64',
});

const scaleKind = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
const subresourceKind = (type: ResourceType, name: string): { group: string; version: string; kind: string } => {
  if (name === 'scale') return scaleKind;
  if (name === 'eviction') return { group: 'policy', version: 'v1', kind: 'Eviction' };
  if (name === 'binding') return { group: '', version: 'v1', kind: 'Binding' };
  return { group: type.group, version: type.version, kind: type.kind };
};
const subresourceVerbs = (name: string): string[] =>
  name === 'eviction' || name === 'binding'
    ? ['create']
    : name === 'finalize'
      ? ['update']
      : ['get', 'patch', 'update'];

const reviewsOf = (group: string): (typeof reviews)[number][] => reviews.filter((review) => review.group === group);

/** `/api/v1` and `/apis/GROUP/v1`. */
export function resourceList(group: string): Data | undefined {
  if (group !== '' && !groups.includes(group)) return undefined;
  const stored = typesOfGroup(group).flatMap((type) => [
    {
      name: type.plural,
      singularName: type.singular,
      namespaced: type.namespaced,
      kind: type.kind,
      verbs: storedVerbs,
      ...(type.shortNames.length > 0 ? { shortNames: type.shortNames } : {}),
      ...(type.categories.length > 0 ? { categories: type.categories } : {}),
    },
    ...type.subresources.map((name) => ({
      name: `${type.plural}/${name}`,
      singularName: '',
      namespaced: type.namespaced,
      ...subresourceKind(type, name),
      verbs: subresourceVerbs(name),
    })),
  ]);
  const answered = reviewsOf(group).map(({ plural, kind }) => ({
    name: plural,
    singularName: kind.toLowerCase(),
    namespaced: false,
    kind,
    verbs: ['create'],
  }));
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group === '' ? 'v1' : `${group}/v1`,
    resources: [...stored, ...answered],
  };
}

/** `/api` as clients before aggregated discovery read it. */
export const apiVersions = (state: KubernetesState): Data => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: `127.0.0.1:${state.port}` }],
});

const groupOf = (name: string): Data => {
  const version = { groupVersion: `${name}/v1`, version: 'v1' };
  return { name, versions: [version], preferredVersion: version };
};

/** `/apis` as clients before aggregated discovery read it. */
export const groupList = (): Data => ({ kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupOf) });

/** `/apis/GROUP`. */
export const groupDocument = (name: string): Data | undefined =>
  groups.includes(name) ? { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(name) } : undefined;

/** The media type that asks for it and answers it: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery */
export const aggregatedType = (version: 'v2' | 'v2beta1'): string =>
  `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;

/** All resources of the core group (`/api`) or of the named ones (`/apis`) in one document. */
export function aggregated(root: 'api' | 'apis', version: 'v2' | 'v2beta1'): Data {
  const names = root === 'api' ? [''] : groups;
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: names.map((name) => ({
      metadata: { creationTimestamp: null, ...(name === '' ? {} : { name }) },
      versions: [{ version: 'v1', freshness: 'Current', resources: discovered(name) }],
    })),
  };
}

function discovered(group: string): Data[] {
  const stored = typesOfGroup(group).map((type) => ({
    resource: type.plural,
    responseKind: { group, version: 'v1', kind: type.kind },
    scope: type.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: type.singular,
    verbs: storedVerbs,
    ...(type.shortNames.length > 0 ? { shortNames: type.shortNames } : {}),
    ...(type.categories.length > 0 ? { categories: type.categories } : {}),
    ...(type.subresources.length > 0
      ? {
          subresources: type.subresources.map((name) => ({
            subresource: name,
            responseKind: subresourceKind(type, name),
            verbs: subresourceVerbs(name),
          })),
        }
      : {}),
  }));
  const answered = reviewsOf(group).map(({ plural, kind }) => ({
    resource: plural,
    responseKind: { group, version: 'v1', kind },
    scope: 'Cluster',
    singularResource: kind.toLowerCase(),
    verbs: ['create'],
  }));
  return [...stored, ...answered];
}
