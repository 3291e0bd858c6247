import type { World } from '../emulator/world.ts';
import { idTag } from '../model/tags.ts';
import { makeExported } from './exported-world.ts';

/** Kinds to which CloudFormation gives no tags. */
const bareKinds = /^(security-group-rule|policy|instance-profile|listener)\//;

/** Turns what Quilla made for a cluster into what CloudFormation would have made from its template; gives how many are without tags. */
export function makeDeployed(world: World, cluster: string): number {
  makeExported(world, cluster);
  let bare = 0;
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const tags = value as Record<string, unknown>;
    if (bareKinds.test(String(tags[idTag] ?? ''))) {
      for (const key of Object.keys(tags)) delete tags[key];
      bare += 1;
    }
    Object.values(value).forEach(walk);
  };
  walk(world);
  return bare;
}
