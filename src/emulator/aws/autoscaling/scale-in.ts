import { isLeaving } from './launch-choice.ts';
import type { AutoScalingGroup, GroupInstance } from './state.ts';

/**
 * The instances that a group gives up, by the default termination policy: of the fullest zone, of the oldest
 * template version, then the oldest; never a protected one.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
 */
export function chooseForScaleIn(group: AutoScalingGroup, count: number): readonly GroupInstance[] {
  const chosen: GroupInstance[] = [];
  const left = (): GroupInstance[] => group.instances.filter((own) => !isLeaving(own) && !chosen.includes(own));
  for (; chosen.length < count; ) {
    const sizeOf = (zone: string): number => left().filter((own) => own.zone === zone).length;
    const [next] = left()
      .filter((own) => !own.protectedFromScaleIn)
      .sort(
        (a, b) =>
          sizeOf(b.zone) - sizeOf(a.zone) ||
          Number(a.launchTemplate.version) - Number(b.launchTemplate.version) ||
          a.launchedAt - b.launchedAt ||
          a.instanceId.localeCompare(b.instanceId),
      );
    if (next === undefined) break;
    chosen.push(next);
  }
  return chosen;
}
