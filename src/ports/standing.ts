import type { CallContext, ReadContext } from './aws.ts';

/** What stands under the name of a cluster and is not ours. */
export interface Standing {
  /** Ids of what Terraform or CloudFormation made for the cluster and nobody adopted; not all of it: what can be seen without asking more. */
  readonly exported: readonly string[];
  /** ARNs of roles under the cluster's path that are neither ours nor were exported; empty where IAM does not tell. */
  readonly unownedRoles: readonly string[];
  /** ARN of an EKS cluster of that name that is neither ours nor was exported. */
  readonly foreignCluster?: string;
}

/** Looks for what stands there without being ours. */
export interface StandingReader {
  /** Asks nothing that an observation in the same context does not ask. */
  find(context: ReadContext): Promise<Standing>;
  /** Names of the clusters for which something in this region was exported. */
  exportedFor(context: CallContext): Promise<readonly string[]>;
}
