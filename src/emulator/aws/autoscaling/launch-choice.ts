import type { Turn } from '../../call.ts';
import { imagesOf } from '../ec2/images.ts';
import { typesFor } from './instance-requirements.ts';
import type { AutoScalingGroup, GroupInstance, LaunchOverride, LaunchTemplateChoice } from './state.ts';
import { templateData, templateOf } from './templates.ts';

/** One thing that a group may launch, in the order in which it tries them. */
export interface LaunchChoice {
  readonly subnetId: string;
  readonly zone: string;
  readonly template: LaunchTemplateChoice;
  /** Undefined: what the template says. */
  readonly instanceType: string | undefined;
  readonly spot: boolean;
  readonly maxPrice: string | undefined;
}

/** What of a group says what it launches next. */
export type Launching = Pick<AutoScalingGroup, 'subnetIds' | 'instances' | 'launchTemplate' | 'mixedInstances'>;

export const isLeaving = (instance: GroupInstance): boolean =>
  instance.lifecycleState.startsWith('Terminating') || instance.lifecycleState === 'Detaching';

/** The group's subnets, those of the emptiest zone first; within a zone in the order given. */
function subnetsByNeed(turn: Turn, group: Launching): { id: string; zone: string }[] {
  const staying = group.instances.filter((instance) => !isLeaving(instance));
  const count = (zone: string): number => staying.filter((instance) => instance.zone === zone).length;
  const inSubnet = (id: string): number => staying.filter((instance) => instance.subnetId === id).length;
  return group.subnetIds
    .flatMap((id) => {
      const zone = turn.state.ec2.subnets[id]?.zone;
      return zone === undefined ? [] : [{ id, zone }];
    })
    .sort((a, b) => count(a.zone) - count(b.zone) || a.zone.localeCompare(b.zone) || inSubnet(a.id) - inSubnet(b.id));
}

/** Whether the next instance of a mixed group is a spot one: the base comes first, then the share. */
function nextIsSpot(turn: Turn, group: Launching): boolean {
  const mixed = group.mixedInstances;
  if (mixed === undefined) return false;
  const { ec2 } = turn.state;
  const staying = group.instances.filter((instance) => !isLeaving(instance));
  const onDemand = staying.filter((instance) => ec2.instances[instance.instanceId]?.spotRequestId === undefined).length;
  if (onDemand < mixed.onDemandBaseCapacity) return false;
  const above = Math.max(0, staying.length + 1 - mixed.onDemandBaseCapacity);
  const wanted = mixed.onDemandBaseCapacity + Math.ceil((above * mixed.onDemandPercentageAboveBaseCapacity) / 100);
  return onDemand >= wanted;
}

/** The types of an override: the one that it names, or all that fulfil its requirements and can run the template's image. */
function kindsOf(turn: Turn, override: LaunchOverride, base: LaunchTemplateChoice): readonly LaunchOverride[] {
  if (override.requirements === undefined) return [override];
  const imageId = templateData(turn, override.launchTemplate ?? base)?.data.ImageId;
  const architecture = imagesOf(turn.region).find((image) => image.id === imageId)?.architecture;
  return typesFor(override.requirements, architecture).map((instanceType) => ({ ...override, instanceType }));
}

/** What the group would launch next: zones that have the fewest first, and in each the types in the order given. */
export function launchChoices(turn: Turn, group: Launching): readonly LaunchChoice[] {
  const base = templateOf(group);
  const overrides = (group.mixedInstances?.overrides ?? []).flatMap((own) => kindsOf(turn, own, base));
  const kinds = overrides.length > 0 ? overrides : [{ instanceType: undefined, launchTemplate: undefined }];
  const spot = nextIsSpot(turn, group);
  return subnetsByNeed(turn, group).flatMap(({ id, zone }) =>
    kinds.map((kind) => ({
      subnetId: id,
      zone,
      template: kind.launchTemplate ?? base,
      instanceType: kind.instanceType ?? templateData(turn, base)?.data.InstanceType,
      spot,
      maxPrice: group.mixedInstances?.spotMaxPrice,
    })),
  );
}
