import type { World } from './world.ts';

/** Earlier states of the world, for reads that lag behind. A copy is made only when something was written. */
export interface Past {
  /** Remembers the world before it changes. */
  keep(): void;
  /** The world as it was at that time, or the first that is known. */
  at(time: number): World;
}

/** Keeps the world of the last `longestLag` milliseconds. */
export function createPast(world: World, longestLag: number): Past {
  const copies: { readonly until: number; readonly world: World }[] = [];
  const keep = (): void => {
    copies.push({ until: world.now, world: structuredClone(world) });
    // The oldest copy that may still be asked for is the last one that ended before the longest lag.
    while (copies.length > 1 && copies[0]!.until < world.now - longestLag) copies.shift();
  };
  // A copy holds from the write before it until its own; later than all copies is now.
  const at = (time: number): World => copies.find(({ until }) => until > time)?.world ?? world;
  return { keep, at };
}
