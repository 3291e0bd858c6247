import type { Diagnostic } from '../../base/diagnostic.ts';
import { nearest } from '../../base/nearest.ts';
import { inOrder } from '../../base/order.ts';
import type { Ignore, Patch } from '../../spec/cluster.ts';
import { report } from '../codes.ts';
import type { Field } from '../field.ts';
import type { Resource } from '../graph.ts';
import { kinds } from '../kinds/index.ts';
import type { KindName } from '../kinds/names.ts';
import { mergePatch } from '../merge-patch.ts';
import { isJoin, isRef, refsIn } from '../value.ts';

export interface Patched {
  readonly resources: readonly Resource[];
  readonly patched: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

const fieldsOf = (kind: KindName): Readonly<Record<string, Field>> => kinds[kind].fields;
const givenFields = (kind: KindName): string[] =>
  Object.entries(fieldsOf(kind)).flatMap(([name, field]) => (field.change === 'observed' ? [] : [name]));

const suggestion = (name: string, allowed: readonly string[], otherwise: string): string => {
  const near = nearest(name, allowed);
  return near === undefined ? otherwise : `Did you mean ${near}?`;
};

function unknownResource(id: string, resources: readonly Resource[], path: string): Diagnostic {
  const ids = resources.map((one) => one.id);
  return report('graph.unknown-resource', {
    detail: `${id} is not among the ${ids.length} resources of this spec`,
    fix: suggestion(id, ids, '`quilla plan -o json` lists the ids.'),
    at: { path },
  });
}

function unknownField(name: string, { kind, id }: Resource, path: string): Diagnostic {
  const allowed = givenFields(kind);
  const isObserved = fieldsOf(kind)[name]?.change === 'observed';
  return report('graph.unknown-field', {
    detail: isObserved
      ? `${name} of ${id} is told by AWS, not chosen`
      : `${id} is a ${kind}, which has no field ${name}`,
    fix: suggestion(name, allowed, `Its fields are ${allowed.join(', ')}.`),
    at: { path },
  });
}

const missingFields = (names: readonly string[], resource: Resource, path: string): readonly Diagnostic[] =>
  names
    .filter((name) => !givenFields(resource.kind).includes(name))
    .map((name) => unknownField(name, resource, `${path}.${name}`));

/** References and joins stand for texts. */
function typeOf(value: unknown): string {
  if (isRef(value) || isJoin(value)) return 'text';
  if (Array.isArray(value)) return 'list';
  return (
    { string: 'text', number: 'number', boolean: 'boolean', object: 'object' }[typeof value as string] ?? typeof value
  );
}

function retyped(before: Resource, after: Readonly<Record<string, unknown>>, path: string): readonly Diagnostic[] {
  const desired = before.desired as Readonly<Record<string, unknown>>;
  return Object.entries(after).flatMap(([name, value]) => {
    const old = desired[name];
    if (old === undefined || old === null || value === null || typeOf(old) === typeOf(value)) return [];
    const detail = `${name} of ${before.id} is a ${typeOf(old)}, and the patch makes it a ${typeOf(value)}`;
    return [report('graph.patched-type', { detail, fix: `Give a ${typeOf(old)}.`, at: { path: `${path}.${name}` } })];
  });
}

/** The merge patch on the fields; what a resource cannot be without is set to null where the patch says null, and not left out. */
function merged(resource: Resource, merge: Patch['merge']): Readonly<Record<string, unknown>> {
  const after = mergePatch(resource.desired, merge) as Record<string, unknown>;
  const nulls = Object.keys(merge).filter(
    (name) => merge[name] === null && fieldsOf(resource.kind)[name]?.isOptional === false,
  );
  return { ...after, ...Object.fromEntries(nulls.map((name) => [name, null])) };
}

function lostReferences(resource: Resource, resources: readonly Resource[], path: string): readonly Diagnostic[] {
  const byId = new Map(resources.map((one) => [one.id, one]));
  return refsIn(resource.desired).flatMap(({ $ref, field }) => {
    const target = byId.get($ref);
    if (target !== undefined && fieldsOf(target.kind)[field]?.change === 'observed') return [];
    const detail = target === undefined ? `${$ref} is not a resource of this spec` : `AWS tells no ${field} of ${$ref}`;
    const names =
      target === undefined
        ? [...byId.keys()]
        : Object.keys(fieldsOf(target.kind)).filter((name) => fieldsOf(target.kind)[name]?.change === 'observed');
    const fix = suggestion(
      target === undefined ? $ref : field,
      names,
      'Name a resource and a field that AWS tells of it.',
    );
    return [report('graph.unknown-reference', { detail, fix, at: { path } })];
  });
}

function circles(resources: readonly Resource[]): readonly Diagnostic[] {
  const nodes = resources.map(({ id, needs, desired }) => ({
    id,
    needs: [...needs, ...refsIn(desired).map(({ $ref }) => $ref)],
  }));
  try {
    inOrder(nodes);
    return [];
  } catch (error) {
    return [report('graph.circular-reference', { detail: (error as Error).message, at: { path: 'spec.patches' } })];
  }
}

/** Applies the spec's patches in their order. Every one that cannot be applied is a diagnostic. */
export function applyPatches(resources: readonly Resource[], patches: readonly Patch[]): Patched {
  const byId = new Map(resources.map((one) => [one.id, one]));
  const diagnostics: Diagnostic[] = [];
  const touched = new Map<string, string>();
  patches.forEach(({ resource: id, merge }, i) => {
    const path = `spec.patches[${i}]`;
    const target = byId.get(id);
    if (target === undefined) {
      diagnostics.push(unknownResource(id, resources, `${path}.resource`));
      return;
    }
    const desired = merged(target, merge);
    diagnostics.push(
      ...missingFields(Object.keys(merge), target, `${path}.merge`),
      ...retyped(target, desired, `${path}.merge`),
    );
    byId.set(id, { ...target, desired } as Resource);
    touched.set(id, path);
  });
  const all = [...byId.values()];
  const lost = [...touched].flatMap(([id, path]) => lostReferences(byId.get(id)!, all, `${path}.merge`));
  const found = [...diagnostics, ...lost];
  return {
    resources: all,
    patched: [...touched.keys()],
    diagnostics: found.length > 0 || touched.size === 0 ? found : circles(all),
  };
}

/** What is wrong with the spec's `ignore`. */
export function checkIgnored(resources: readonly Resource[], ignore: readonly Ignore[]): readonly Diagnostic[] {
  return ignore.flatMap(({ resource: id, fields }, i) => {
    const path = `spec.ignore[${i}]`;
    const target = resources.find((one) => one.id === id);
    return target === undefined
      ? [unknownResource(id, resources, `${path}.resource`)]
      : missingFields(fields, target, `${path}.fields`);
  });
}
