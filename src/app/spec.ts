/** What people write: loading with places, the schema, and a spec to begin with. */
export type { Cluster } from '../spec/cluster.ts';
export { specJsonSchema } from '../spec/json-schema.ts';
export { type LoadedCluster, type LoadOptions, loadCluster } from '../spec/load.ts';
export { type NewSpecOptions, renderNewSpec } from '../spec/new-spec.ts';
export { specText } from '../spec/spec-text.ts';
export { writtenOut } from '../spec/written-out.ts';
