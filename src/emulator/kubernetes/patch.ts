import { z } from 'zod';
import { type Data, isData } from './data.ts';
import { invalidRequest, StatusError } from './status-error.ts';
import { strategicMerge } from './strategic-merge.ts';

/** JSON Merge Patch: https://www.rfc-editor.org/rfc/rfc7386 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isData(patch)) return patch;
  const result: Data = isData(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

const operations = z.array(
  z.object({
    op: z.enum(['add', 'remove', 'replace', 'move', 'copy', 'test']),
    path: z.string(),
    from: z.string().optional(),
    value: z.unknown().optional(),
  }),
);

/** JSON Patch: https://www.rfc-editor.org/rfc/rfc6902 */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  const read = operations.safeParse(patch);
  if (!read.success)
    throw invalidRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  const root = { '': structuredClone(target) };
  for (const { op, path, from, value } of read.data) {
    if (op === 'test') {
      if (JSON.stringify(valueAt(root, path)) !== JSON.stringify(value))
        throw failedPatch(`testing value ${path} failed`);
    } else if (op === 'remove') take(root, path);
    else if (op === 'replace') {
      take(root, path);
      put(root, path, value);
    } else if (op === 'add') put(root, path, structuredClone(value));
    else put(root, path, op === 'move' ? take(root, from ?? '') : structuredClone(valueAt(root, from ?? '')));
  }
  return root[''];
}

const failedPatch = (message: string): StatusError =>
  new StatusError(422, 'Invalid', `the server rejected our request due to an error in our request: ${message}`);

const pointer = (path: string): string[] =>
  path.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

function parentOf(root: Data, path: string): { parent: Data | unknown[]; key: string } {
  const keys = pointer(path);
  const key = keys.pop()!;
  let at: unknown = root;
  for (const step of keys) at = Array.isArray(at) ? at[Number(step)] : isData(at) ? at[step] : undefined;
  if (!isData(at) && !Array.isArray(at)) throw failedPatch(`doc is missing path: ${path}: missing value`);
  return { parent: at, key };
}

function valueAt(root: Data, path: string): unknown {
  const { parent, key } = parentOf(root, path);
  return Array.isArray(parent) ? parent[Number(key)] : parent[key];
}

function take(root: Data, path: string): unknown {
  const { parent, key } = parentOf(root, path);
  const value = Array.isArray(parent) ? parent[Number(key)] : parent[key];
  if (value === undefined)
    throw failedPatch(`remove operation does not apply: doc is missing path: ${path}: missing value`);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
  return value;
}

function put(root: Data, path: string, value: unknown): void {
  const { parent, key } = parentOf(root, path);
  if (!Array.isArray(parent)) parent[key] = value;
  else parent.splice(key === '-' ? parent.length : Number(key), 0, value);
}

/** Applies a PATCH request's body by its content type. */
export function applyPatch(target: Data, contentType: string, body: string): Data {
  const patch = parsed(body);
  const media = contentType.split(';')[0]!.trim();
  if (media === 'application/json-patch+json') return jsonPatch(target, patch) as Data;
  if (!isData(patch))
    throw invalidRequest(
      'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
    );
  if (media === 'application/merge-patch+json') return mergePatch(target, patch) as Data;
  if (media === 'application/strategic-merge-patch+json') return strategicMerge(target, patch);
  throw new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json`,
  );
}

export function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw invalidRequest(
      "the object provided is unrecognized (must be of type JSON): couldn't get version/kind; json parse error",
    );
  }
}
