import type { EksAssociatedPolicy } from '../aws/eks/state.ts';

/** Who asks, as Kubernetes sees them. */
export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  /** The EKS access policies of their access entry. */
  readonly policies: readonly EksAssociatedPolicy[];
}

export const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'], policies: [] };
