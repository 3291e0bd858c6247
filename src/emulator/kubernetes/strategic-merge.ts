import { type Data, isData } from './data.ts';

/**
 * Lists that a strategic merge patch merges by a key, by the name of their field; others are replaced whole.
 * https://github.com/kubernetes/api/blob/master/core/v1/types.go (patchStrategy, patchMergeKey)
 */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  volumes: ['name'],
  env: ['name'],
  imagePullSecrets: ['name'],
  secrets: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  // A container's ports go by containerPort, a service's by port.
  ports: ['containerPort', 'port'],
  hostAliases: ['ip'],
  conditions: ['type'],
  addresses: ['type'],
  podIPs: ['ip'],
  ownerReferences: ['uid'],
  topologySpreadConstraints: ['topologyKey'],
  drivers: ['name'],
};
const primitiveSets = new Set(['finalizers']);

/** https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md */
export function strategicMerge(target: Data, patch: Data): Data {
  if (patch.$patch === 'replace') {
    const { $patch: _, ...rest } = patch;
    return rest;
  }
  const result: Data = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (key === '$patch' || key === '$retainKeys' || key.startsWith('$setElementOrder/')) continue;
    if (key.startsWith('$deleteFromPrimitiveList/')) removeFrom(result, key.slice(key.indexOf('/') + 1), value);
    else if (value === null) delete result[key];
    else result[key] = merged(key, result[key], value);
  }
  const retain = patch.$retainKeys;
  if (Array.isArray(retain)) for (const key of Object.keys(result)) if (!retain.includes(key)) delete result[key];
  for (const key of Object.keys(patch))
    if (key.startsWith('$setElementOrder/')) reorder(result, key.slice(17), patch[key]);
  return result;
}

/** The key by which the items of a field's list are told apart; undefined where the list is one value. */
export const mergeKeyOf = (field: string, list: readonly unknown[]): string | undefined =>
  mergeKeys[field]?.find((name) => list.some((item) => isData(item) && item[name] !== undefined));

function merged(key: string, before: unknown, value: unknown): unknown {
  if (isData(value)) {
    if (value.$patch === 'delete') return undefined;
    return strategicMerge(isData(before) ? before : {}, value);
  }
  if (!Array.isArray(value)) return value;
  if (primitiveSets.has(key)) return [...new Set([...(Array.isArray(before) ? before : []), ...value])];
  const mergeKey = mergeKeyOf(key, value);
  if (mergeKey === undefined) return value.filter((item) => !isData(item) || item.$patch === undefined);
  return mergedList(mergeKey, Array.isArray(before) ? before : [], value);
}

function mergedList(mergeKey: string, before: readonly unknown[], patch: readonly unknown[]): unknown[] {
  if (patch.some((item) => isData(item) && item.$patch === 'replace')) {
    return patch.filter((item) => isData(item) && item.$patch === undefined);
  }
  let result = [...before];
  const added: unknown[] = [];
  for (const item of patch) {
    if (!isData(item)) continue;
    const is = (other: unknown): boolean => isData(other) && other[mergeKey] === item[mergeKey];
    if (item.$patch === 'delete') result = result.filter((other) => !is(other));
    else if (result.some(is)) result = result.map((other) => (is(other) ? strategicMerge(other as Data, item) : other));
    else added.push(strategicMerge({}, item));
  }
  return [...result, ...added];
}

function removeFrom(result: Data, field: string, values: unknown): void {
  const before = result[field];
  if (Array.isArray(before) && Array.isArray(values)) result[field] = before.filter((item) => !values.includes(item));
}

function reorder(result: Data, field: string, order: unknown): void {
  const list = result[field];
  if (!Array.isArray(list) || !Array.isArray(order)) return;
  const keys = mergeKeys[field] ?? [];
  const place = (item: unknown): number => {
    const at = order.findIndex((wanted) =>
      isData(wanted) && isData(item)
        ? keys.some((key) => wanted[key] !== undefined && wanted[key] === item[key])
        : wanted === item,
    );
    return at < 0 ? order.length : at;
  };
  result[field] = [...list].sort((a, b) => place(a) - place(b));
}
