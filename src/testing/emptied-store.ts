import type { World } from '../emulator/world.ts';

/** What Terraform cannot put into a store: keys, and what follows from them. */
const follows = /^(cluster\/keys\/|openid\/)/;

/** Takes out of every bucket what a target cannot hold, as if it had never lain there. */
export function emptyStore(world: World): void {
  for (const { objects } of Object.values(world.s3.buckets))
    for (const key of Object.keys(objects)) if (follows.test(key)) delete objects[key];
}
