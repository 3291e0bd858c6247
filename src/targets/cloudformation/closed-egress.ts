import type { Resource } from '../../model/graph.ts';
import { isRef } from '../../model/value.ts';
import type { EmitContext } from './cloudformation-kind.ts';

type Rule = Resource<'security-group-rule'>;
type Group = Resource<'security-group'>;

/** A rule that refers to nothing, or to a group that holds no rule itself, can stand in its group without a circle. */
function standsAlone({ desired: { peer } }: Rule, { resource }: EmitContext): boolean {
  if (!('groupId' in peer)) return typeof Object.values(peer)[0] === 'string';
  if (!isRef(peer.groupId)) return true;
  const other = resource(peer.groupId.$ref);
  return other?.kind === 'security-group' && other.desired.openEgress === true;
}

/**
 * The outgoing rules that stand in a closed group itself: AWS's own rule, which lets everything out, leaves only for a rule that the
 * group is made with. All others are resources of their own, since groups that name one another would be a circle.
 */
export function inlineEgress(group: Group, context: EmitContext): readonly Rule[] {
  if (group.desired.openEgress === true) return [];
  return context.resources.filter(
    (other): other is Rule =>
      other.kind === 'security-group-rule' &&
      other.desired.direction === 'egress' &&
      isRef(other.desired.groupId) &&
      other.desired.groupId.$ref === group.id &&
      standsAlone(other, context),
  );
}

/** Whether a rule stands in its group and is no resource of its own. */
export function isInline(rule: Rule, context: EmitContext): boolean {
  const { groupId } = rule.desired;
  const group = isRef(groupId) ? context.resource(groupId.$ref) : undefined;
  return group?.kind === 'security-group' && inlineEgress(group, context).some(({ id }) => id === rule.id);
}
