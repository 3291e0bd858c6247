import { sha256Hex } from '../../base/hash.ts';

/** Names of network namespaces. `runId` is four hexadecimal digits; ids are AWS's, of which the last eight characters tell. */
export const namespaceOf = {
  internet: (runId: string): string => `q-${runId}-net`,
  vpc: (runId: string, vpcId: string): string => `q-${runId}-${vpcId.slice(-8)}`,
  machine: (runId: string, instanceId: string): string => `q-${runId}-${instanceId.slice(-8)}`,
  endpoint: (runId: string, endpointId: string): string => `q-${runId}-${endpointId.slice(-8)}`,
  balancer: (runId: string, arn: string): string => `q-${runId}-${sha256Hex(arn).slice(0, 8)}`,
};
