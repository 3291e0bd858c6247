import type { Data } from './data.ts';
import { groups, typesOfGroup } from './resources.ts';
import type { KubernetesState } from './state.ts';

const info = (state: KubernetesState): Data => ({ title: 'Kubernetes', version: `v${state.version}.0` });

/** `/openapi/v3`: where the document of each group is. */
export function openapiIndex(): Data {
  const paths = ['api/v1', ...groups.map((group) => `apis/${group}/v1`)];
  return {
    paths: Object.fromEntries(paths.map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=EMBEDDED` }])),
  };
}

/** The parameters by which kubectl sees that the server itself validates and can dry-run, so that it needs no schema. */
const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
  name,
  in: 'query',
  schema: { type: name === 'force' ? 'boolean' : 'string' },
}));

/** `/openapi/v3/apis/GROUP/v1`: paths and parameters; no schemas of objects, since none is kept here. */
export function openapiDocument(state: KubernetesState, group: string): Data | undefined {
  if (group !== '' && !groups.includes(group)) return undefined;
  const root = group === '' ? '/api/v1' : `/apis/${group}/v1`;
  const paths = typesOfGroup(group).map((type) => {
    const path = `${root}${type.namespaced ? '/namespaces/{namespace}' : ''}/${type.plural}/{name}`;
    const gvk = { group, kind: type.kind, version: 'v1' };
    const operation = { parameters, responses: { 200: { description: 'OK' } }, 'x-kubernetes-group-version-kind': gvk };
    return [path, { patch: operation }];
  });
  return { openapi: '3.0.0', info: info(state), paths: Object.fromEntries(paths), components: { schemas: {} } };
}

/** `/openapi/v2`, as JSON. */
export const openapiV2 = (state: KubernetesState): Data => ({
  swagger: '2.0',
  info: info(state),
  paths: {},
  definitions: {},
});
