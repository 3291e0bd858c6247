import type { Field } from '../field.ts';
import type { Resource } from '../graph.ts';
import { kinds } from '../kinds/index.ts';

/**
 * Values that belong to others once they are applied (a group's desired size) are noted in the resource's own tags, so that the
 * next plan can tell a value that the spec changed from one that somebody scaled.
 */
export function withAppliedValues(resource: Resource): Resource {
  const desired = resource.desired as Readonly<Record<string, unknown>>;
  const noted = Object.entries<Field>(kinds[resource.kind].fields).flatMap(([name, { handedOver }]) =>
    handedOver === undefined || desired[name] === undefined ? [] : [[handedOver, String(desired[name])] as const],
  );
  if (noted.length === 0) return resource;
  const tags = { ...(desired.tags as Readonly<Record<string, string>>), ...Object.fromEntries(noted) };
  return { ...resource, desired: { ...desired, tags } } as Resource;
}
