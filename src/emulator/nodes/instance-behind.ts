import type { InstanceRecord } from '../aws/ec2/compute-records.ts';
import type { Turn } from '../call.ts';

/** The EC2 instance that a Node's providerID (`aws:///us-east-1a/i-0123`) names; undefined where there is none any more. */
export function instanceBehind(turn: Turn, providerID: string | undefined): InstanceRecord | undefined {
  const id = /\/(i-[0-9a-f]+)$/.exec(providerID ?? '')?.[1];
  return id === undefined ? undefined : turn.state.ec2.instances[id];
}
