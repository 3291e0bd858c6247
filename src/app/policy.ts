import type { ResourceGraph } from '../model/graph.ts';
import { type KindName, kindNames } from '../model/kinds/names.ts';
import { clusterTag, exportedTag } from '../model/tags.ts';
import type { Scope } from '../ports/aws.ts';
import type { Condition, Permission, PermissionTable } from '../ports/permissions.ts';
import { hasSeats, type PolicyLists, policyLists } from './policy-lists.ts';
import { toAdopt, toDisown, toFill } from './policy-of-owners.ts';
import {
  documentsOf,
  grouped,
  type PolicyDocument,
  type Statement,
  type StatementCondition,
} from './policy-statements.ts';

export type { PolicyDocument } from './policy-statements.ts';

/** `store` means its `show` and `verify`, `recover` its `recover`, `fill` its `fill`; `kubeconfig` means a certificate of `--admin`: a context for IAM needs no more than `status`. */
export const policyVerbs = [
  'plan',
  'apply',
  'destroy',
  'adopt',
  'disown',
  'status',
  'store',
  'fill',
  'recover',
  'logs',
  'kubeconfig',
] as const;
export type PolicyVerb = (typeof policyVerbs)[number];

export interface PolicyInput {
  readonly verb: PolicyVerb;
  readonly graph: ResourceGraph;
  readonly scope: Scope;
  readonly permissions: PermissionTable;
  /** What a verb calls beside the adapters of kinds: identity, facts, quotas, the lock, what controllers leave behind. */
  readonly further: FurtherPermissions;
}

/** By verb; `selfManaged` is needed beside, where the control plane is one's own. */
export type FurtherPermissions = Readonly<Record<PolicyVerb, readonly Permission[]>> & {
  readonly selfManaged: Readonly<Record<PolicyVerb, readonly Permission[]>>;
};

/** Kinds that are read only where there are seats: without the group of the seats nobody asks for them. */
const besideSeats: ReadonlySet<KindName> = new Set([
  'volume',
  'network-interface',
  'load-balancer',
  'target-group',
  'listener',
  'hosted-zone',
  'dns-record',
  'bucket',
  'bucket-object',
  'cluster-keys',
  'queue',
  'event-rule',
  'lifecycle-hook',
]);
/** What says where the store and the API are. */
const ofStore: ReadonlySet<KindName> = new Set(['security-group', 'bucket', 'cluster-keys', 'bucket-object']);
const ofAccess: ReadonlySet<KindName> = new Set([...ofStore, 'cluster', 'load-balancer', 'dns-record']);

/**
 * Of EKS a self-managed cluster asks only, before it is there, whether it is one of EKS, and whether an issuer of EKS in this region is
 * what a destroy left of one.
 */
const isAskedBesideSeats = ({ action, resource }: Permission): boolean =>
  action.startsWith('eks:')
    ? action === 'eks:DescribeCluster'
    : !resource.includes(':oidc-provider/oidc.eks.') || action === 'iam:GetOpenIDConnectProvider';

/** What the adapters of one kind call for a verb. */
function ofKind(kind: KindName, { verb, graph, permissions }: PolicyInput): readonly Permission[] {
  const { read, create, update, delete: remove } = permissions[kind];
  if (besideSeats.has(kind) && !hasSeats(graph)) return [];
  if (verb === 'store' || verb === 'recover') return ofStore.has(kind) ? read : [];
  if (verb === 'kubeconfig') return ofAccess.has(kind) ? read : [];
  if (verb === 'adopt') return [...read, ...toAdopt(permissions[kind])];
  if (verb === 'disown') return [...read, ...toDisown(permissions[kind])];
  if (verb === 'fill') return [...read, ...toFill(kind, permissions[kind])];
  if (verb === 'plan' || verb === 'status' || verb === 'logs') return read;
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
  const beside = hasSeats(graph) ? further.selfManaged[verb] : [];
  const all = [...kindNames.flatMap((kind) => ofKind(kind, input)), ...further[verb], ...beside];
  const asked = hasSeats(graph) ? all.filter(isAskedBesideSeats) : all;
  return documentsOf(grouped(asked.flatMap((permission) => statementsOf(permission, { scope, lists }))));
}

interface Filling {
  readonly scope: Scope;
  readonly lists: PolicyLists;
}

const isList = (name: string, lists: PolicyLists): name is keyof PolicyLists => Object.hasOwn(lists, name);

/** The values that a text stands for: with the scope in it and, where it names a list of the graph, once for each of its members. */
function valuesOf(text: string, { scope, lists }: Filling): readonly string[] {
  const [placeholder, name = ''] =
    [...text.matchAll(/\$\{(\w+)\}/g)].find(([, each]) => isList(each ?? '', lists)) ?? [];
  if (placeholder === undefined || !isList(name, lists)) return [filled(text, scope)];
  return lists[name].map((member) =>
    filled(
      text.replace(placeholder, () => member),
      scope,
    ),
  );
}

const filled = (text: string, scope: Scope): string =>
  text.replace(
    /\$\{(partition|region|account|cluster)\}/g,
    (_, name: 'partition' | 'region' | 'account' | 'cluster') => scope[name],
  );

const written = (condition: Permission['condition']): Condition => {
  if (condition === 'our-tag-in-request') return { StringEquals: { [`aws:RequestTag/${clusterTag}`]: '${cluster}' } };
  if (condition === 'our-tag-on-resource') return { StringEquals: { [`aws:ResourceTag/${clusterTag}`]: '${cluster}' } };
  if (condition === 'exported-tag-on-resource') {
    return { StringEquals: { [`aws:ResourceTag/${exportedTag}`]: '${cluster}' } };
  }
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
