import { emptyRoute53State } from './aws/route53/state.ts';
import { emptyS3State } from './aws/s3/state.ts';
import { newRegion } from './new-world.ts';
import type { RegionState, World } from './world.ts';

type Record_ = Readonly<Record<string, unknown>>;

/** What is there over what a new one has: services that came later begin empty. */
const filled = <T extends object>(fresh: T, there: unknown): T => {
  const known = (there ?? {}) as Record_;
  const parts = Object.entries(fresh).map(([name, part]) => [
    name,
    isMap(part) && isMap(known[name]) ? { ...(part as object), ...(known[name] as object) } : (known[name] ?? part),
  ]);
  return { ...known, ...Object.fromEntries(parts) } as T;
};

const isMap = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Load balancers and target groups of version 1 were bare: what controllers make, without listeners, attributes and targets. */
function withAttributes(elbv2: RegionState['elbv2']): RegionState['elbv2'] {
  const all = <R extends object>(records: Readonly<Record<string, R>>, more: object): Record<string, R> =>
    Object.fromEntries(Object.entries(records).map(([arn, record]) => [arn, { ...more, ...record }]));
  const healthCheck = {
    protocol: 'TCP',
    port: 'traffic-port',
    intervalSeconds: 30,
    timeoutSeconds: 10,
    healthyThreshold: 5,
    unhealthyThreshold: 2,
  };
  return {
    ...elbv2,
    loadBalancers: all(elbv2.loadBalancers, { attributes: {} }),
    targetGroups: all(elbv2.targetGroups, { attributes: {}, targets: [], tags: {}, healthCheck }),
  };
}

function region(name: string, there: unknown): RegionState {
  const whole = filled(newRegion(name), there);
  return { ...whole, elbv2: withAttributes(whole.elbv2) };
}

/** Versions of worlds that this program reads. */
export const worldVersions: readonly number[] = [1, 2];

/** A world as this version has it, from one that an earlier version wrote; a current one is given back as it is. */
export function currentWorld(world: World): World {
  if (Number(world.version) === 2) return world;
  const regions = Object.entries(world.regions).map(([name, there]) => [name, region(name, there)]);
  return {
    ...world,
    version: 2,
    route53: world.route53 ?? emptyRoute53State(),
    s3: filled(emptyS3State(), world.s3),
    regions: Object.fromEntries(regions) as World['regions'],
  };
}
