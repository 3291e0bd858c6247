import type { ReadContext } from '../../ports/aws.ts';
import type { Connection } from './connection.ts';
import { hasSeats, hullPermissions } from './hull.ts';
import { taggedResources, taggedResourcesPermission } from './tagged-resources.ts';

/**
 * Whether there can be anything of a service that clusters use only where EKS runs their control plane. Where the cluster has seats it is
 * the tagging service that says so, in the answer that all ask for: something of both is there only while one takes the other's place.
 */
export async function mayUse(
  connection: Connection,
  context: ReadContext,
  service: 'eks' | 'kms' | 'logs',
): Promise<boolean> {
  if (!(await hasSeats(connection, context))) return true;
  const tagged = await taggedResources(connection, context);
  return [...tagged.keys()].some((arn) => arn.split(':')[2] === service);
}

/** What `mayUse` needs. */
export const mayUsePermissions = [...hullPermissions, taggedResourcesPermission] as const;
