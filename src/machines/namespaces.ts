import { readdirSync } from 'node:fs';

/** Names of all network namespaces of this host. */
export function namespaces(): readonly string[] {
  try {
    return readdirSync('/run/netns');
  } catch {
    // There is no such folder before the first namespace has a name.
    return [];
  }
}
