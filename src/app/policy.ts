import { canonicalJson } from '../base/canonical-json.ts';
import type { ResourceGraph } from '../model/graph.ts';
import { type KindName, kindNames } from '../model/kinds/names.ts';
import { clusterTag } from '../model/tags.ts';
import type { Scope } from '../ports/aws.ts';
import type { Permission, PermissionTable } from '../ports/permissions.ts';

export type PolicyVerb = 'plan' | 'apply' | 'destroy';

/** A statement of an IAM policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

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

/** The least IAM policy that a verb needs for this spec, as the adapters declare it. Every kind is read, whatever the spec holds: what left the spec must be seen. */
export function leastPolicy(input: PolicyInput): PolicyDocument {
  const { scope, further, verb } = input;
  const filled = [...kindNames.flatMap((kind) => ofKind(kind, input)), ...further[verb]].map((permission) =>
    fill(permission, scope),
  );
  const groups = Map.groupBy(filled, ({ Resource, Condition }) => canonicalJson({ Resource, Condition }));
  const statements = [...groups.values()].map((group, i): Statement => {
    const Action = [...new Set(group.map(({ action }) => action))].sort();
    const { Resource, Condition } = group[0]!;
    return {
      Sid: `Quilla${i + 1}`,
      Effect: 'Allow',
      Action,
      Resource,
      ...(Condition === undefined ? {} : { Condition }),
    };
  });
  return { Version: '2012-10-17', Statement: statements };
}

function fill(
  { action, resource, condition }: Permission,
  scope: Scope,
): { action: string; Resource: string; Condition?: Statement['Condition'] } {
  const Resource = resource.replace(
    /\$\{(partition|region|account|cluster)\}/g,
    (_, name: 'partition' | 'region' | 'account' | 'cluster') => scope[name],
  );
  if (condition === undefined) return { action, Resource };
  if (condition === 'our-tag-in-request')
    return { action, Resource, Condition: { StringEquals: { [`aws:RequestTag/${clusterTag}`]: scope.cluster } } };
  if (condition === 'our-tag-on-resource')
    return { action, Resource, Condition: { StringEquals: { [`aws:ResourceTag/${clusterTag}`]: scope.cluster } } };
  return { action, Resource, Condition: condition };
}
