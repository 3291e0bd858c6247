import type { EksControlPlane, SpecWith } from '../../../spec/cluster.ts';
import type { BuildContext } from '../context.ts';

/** What the builders of an EKS cluster read. */
export interface EksContext extends BuildContext {
  readonly spec: SpecWith<EksControlPlane>;
}
