import { statSync } from 'node:fs';

/**
 * Names one network namespace for as long as it lives: one that was made anew under the same name is another, in which nothing listens.
 * The name alone where there is none.
 */
export function namespaceIdentity(namespace: string): string {
  const found = statSync(`/run/netns/${namespace}`, { throwIfNoEntry: false });
  return found === undefined ? namespace : `${namespace} ${found.dev}:${found.ino}`;
}
