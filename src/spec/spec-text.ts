import { stringify } from 'yaml';
import type { ClusterInput } from './input.ts';

/** A spec as YAML that `loadCluster` reads, under a comment. Lists are written out each time: anchors are hard to edit. */
export const specText = (input: ClusterInput, comment: string): string =>
  `# ${comment}\n${stringify(input, { aliasDuplicateObjects: false, lineWidth: 0 })}`;
