import { kubeconfigCommand, storeCommand } from '../export/output-texts.ts';
import type { CloudFormationKind } from './cloudformation-kind.ts';

/** Secrets have no place in a template or in the description of a stack. */
export const clusterKeys: CloudFormationKind<'cluster-keys'> = {
  whyNot: () => 'the keys of a cluster stay in its store and out of the stack; `quilla store fill` makes them',
  blocks: () => [],
  attributes: { caCertificate: null, serviceAccountJwks: null, expires: null },
  outputs: (_, { specFile }) => ({
    StoreCommand: storeCommand(specFile),
    KubeconfigCommand: kubeconfigCommand(specFile),
  }),
};
