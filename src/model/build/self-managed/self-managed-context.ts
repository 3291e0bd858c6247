import type { SelfManagedControlPlane, SpecWith } from '../../../spec/cluster.ts';
import type { BuildContext } from '../context.ts';

/** What the builders of a self-managed cluster read. */
export interface SelfManagedContext extends BuildContext {
  readonly spec: SpecWith<SelfManagedControlPlane>;
}
