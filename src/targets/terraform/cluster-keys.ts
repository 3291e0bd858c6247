import { kubeconfigCommand, storeCommand } from '../export/output-texts.ts';
import type { TerraformKind } from './terraform-kind.ts';

/** Secrets have no place in Terraform's state, and every value of a resource stands there. */
export const clusterKeys: TerraformKind<'cluster-keys'> = {
  whyNot: () =>
    'the keys of a cluster stay in its store and out of the state of Terraform; `quilla store fill` makes them',
  blocks: () => [],
  attributes: { caCertificate: null, serviceAccountJwks: null, expires: null },
  outputs: (_, { specFile }) => ({
    store_command: storeCommand(specFile),
    kubeconfig_command: kubeconfigCommand(specFile),
  }),
};
