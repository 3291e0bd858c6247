import type { Call, Touched } from '../../call.ts';

type Input = Readonly<Record<string, unknown>>;

/** The groups that a request names, by itself or by the tags it changes, with their tags. */
export function touched(operation: string, input: Input, call: Call): readonly Touched[] | undefined {
  if (operation.startsWith('Describe')) return undefined;
  const tagged = ((input.Tags ?? []) as readonly Input[]).map(({ ResourceId }) => ResourceId);
  const names = input.AutoScalingGroupName === undefined ? tagged : [input.AutoScalingGroupName];
  const known = [...new Set(names)].filter((name) => typeof name === 'string');
  if (known.length === 0) return undefined;
  return known.map((name) => ({
    resource: `arn:${call.world.partition}:autoscaling:${call.region}:${call.account}:autoScalingGroup:*:autoScalingGroupName/${name}`,
    tags: Object.fromEntries((call.state.autoscaling.groups[name]?.tags ?? []).map(({ key, value }) => [key, value])),
  }));
}
