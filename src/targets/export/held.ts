import type { Resource, ResourceGraph } from '../../model/graph.ts';
import { refsIn } from '../../model/value.ts';

/** A resource that a target cannot hold, and why. */
export interface NotHeld {
  readonly resource: Resource;
  readonly because: string;
}

export interface Held {
  readonly held: readonly Resource[];
  readonly not: readonly NotHeld[];
}

/**
 * Parts a graph into what a target can hold and what it cannot. What refers to something that is not held cannot be held either: its
 * value would not be known.
 */
export function heldBy(graph: ResourceGraph, whyNot: (resource: Resource) => string | undefined): Held {
  const not = new Map<string, NotHeld>();
  for (const resource of graph.resources) {
    const because = whyNot(resource);
    if (because !== undefined) not.set(resource.id, { resource, because });
  }
  for (let before = -1; before !== not.size; ) {
    before = not.size;
    for (const resource of graph.resources) {
      const missing = not.has(resource.id) ? undefined : refsIn(resource.desired).find((ref) => not.has(ref.$ref));
      if (missing !== undefined)
        not.set(resource.id, {
          resource,
          because: `its ${missing.field} comes from ${missing.$ref}, which is not in it`,
        });
    }
  }
  return { held: graph.resources.filter(({ id }) => !not.has(id)), not: [...not.values()] };
}
