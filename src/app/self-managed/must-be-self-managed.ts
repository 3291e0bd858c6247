import { Failure, reporter } from '../../base/diagnostic.ts';
import type { Cluster } from '../../spec/cluster.ts';
import { appCodes } from '../codes.ts';

const why = {
  store: 'EKS keeps its keys and backups itself, so there is no store',
  logs: 'its control plane has no seats; controlPlane.eks.logging sends its logs to CloudWatch',
  shell: 'its control plane has no machines of yours',
  admin: '--admin is for self-managed only, since its certificate authority signs for nobody outside',
  seat: 'its control plane has no seats',
} as const;

/** Fails where a verb is about seats or their store and the spec asks for EKS. */
export function mustBeSelfManaged({ metadata, spec }: Cluster, verb: keyof typeof why): void {
  if (spec.controlPlane.type === 'self-managed') return;
  throw new Failure(
    reporter(appCodes)('app.not-self-managed', { detail: `the spec of ${metadata.name} says eks: ${why[verb]}` }),
  );
}

/** What a look at the store has to expect. */
export function storeWanted({ spec: { controlPlane } }: Cluster): {
  readonly everyMinutes: number;
  readonly secretsEncryption: boolean;
} {
  if (controlPlane.type !== 'self-managed') throw new Error('asked of a cluster of EKS');
  return {
    everyMinutes: controlPlane.etcd.snapshots.everyMinutes,
    secretsEncryption: controlPlane.secretsEncryption,
  };
}
