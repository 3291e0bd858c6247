import type { ResourceGraph } from '../model/graph.ts';
import { type KindName, kindNames } from '../model/kinds/names.ts';
import { clusterTag } from '../model/tags.ts';
import type { Scope } from '../ports/aws.ts';
import type { Condition, Permission, PermissionTable } from '../ports/permissions.ts';
import { type PolicyLists, policyLists } from './policy-lists.ts';
import {
  documentsOf,
  grouped,
  type PolicyDocument,
  type Statement,
  type StatementCondition,
} from './policy-statements.ts';

export type { PolicyDocument } from './policy-statements.ts';

export type PolicyVerb = 'plan' | 'apply' | 'destroy';

export interface PolicyInput {
  readonly verb: PolicyVerb;
  readonly graph: ResourceGraph;
  readonly scope: Scope;
  readonly permissions: PermissionTable;
  /** What a verb calls beside the adapters of kinds: identity, facts, quotas, the lock, what controllers leave behind. */
  readonly further: Readonly<Record<PolicyVerb, readonly Permission[]>>;
}

/** What the adapters of one kind call for a verb. */
function ofKind(kind: KindName, { verb, graph, permissions }: PolicyInput): readonly Permission[] {
  const { read, create, update, delete: remove } = permissions[kind];
  if (verb === 'plan') return read;
  if (verb === 'destroy') return [...read, ...remove];
  const isMade = graph.resources.some((resource) => resource.kind === kind);
  return isMade ? [...read, ...create, ...update, ...remove] : read;
}

/**
 * The least IAM policy that a verb needs for this spec, as the adapters declare it: one document, or several where IAM's limit for
 * a managed policy asks for it, all of which must be attached. Every kind is read, whatever the spec holds: what left the spec must be seen.
 */
export function leastPolicy(input: PolicyInput): readonly PolicyDocument[] {
  const { scope, further, verb, graph } = input;
  const lists = policyLists(graph, scope);
  const all = [...kindNames.flatMap((kind) => ofKind(kind, input)), ...further[verb]];
  return documentsOf(grouped(all.flatMap((permission) => statementsOf(permission, { scope, lists }))));
}

interface Filling {
  readonly scope: Scope;
  readonly lists: PolicyLists;
}

/** The values that a text stands for: itself with the scope in it, or a list of the graph. */
function valuesOf(text: string, { scope, lists }: Filling): readonly string[] {
  const list = /^\$\{(givenSubnets|passedRoles|attachedPolicies|boundary)\}$/.exec(text)?.[1];
  return list === undefined ? [filled(text, scope)] : lists[list as keyof PolicyLists];
}

const filled = (text: string, scope: Scope): string =>
  text.replace(
    /\$\{(partition|region|account|cluster)\}/g,
    (_, name: 'partition' | 'region' | 'account' | 'cluster') => scope[name],
  );

const written = (condition: Permission['condition']): Condition => {
  if (condition === 'our-tag-in-request') return { StringEquals: { [`aws:RequestTag/${clusterTag}`]: '${cluster}' } };
  if (condition === 'our-tag-on-resource') return { StringEquals: { [`aws:ResourceTag/${clusterTag}`]: '${cluster}' } };
  return condition ?? {};
};

/** One statement, or none where the graph has nothing that the permission is about. */
function statementsOf({ action, resource, condition, onlyWithout }: Permission, filling: Filling): Statement[] {
  if (onlyWithout !== undefined && filling.lists[onlyWithout].length > 0) return [];
  const Resource = valuesOf(resource, filling);
  const tests = Object.entries(written(condition)).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, value]) => {
      const texts: readonly string[] = typeof value === 'string' ? [value] : value;
      const values = texts.flatMap((text) => valuesOf(text, filling));
      const isLeftAway = values.length === 0 && texts.includes('${boundary}');
      return isLeftAway ? [] : [{ operator, key: filled(key, filling.scope), values }];
    }),
  );
  if (Resource.length === 0 || tests.some(({ values }) => values.length === 0)) return [];
  const Condition: Record<string, Record<string, readonly string[]>> = {};
  for (const { operator, key, values } of tests) Condition[operator] = { ...Condition[operator], [key]: values };
  const own: { Condition?: StatementCondition } = tests.length === 0 ? {} : { Condition };
  return [{ Effect: 'Allow', Action: [action], Resource, ...own }];
}
