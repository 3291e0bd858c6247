import type { TerraformKind } from './terraform-kind.ts';

/** Secrets have no place in Terraform's state, and every value of a resource stands there. */
export const clusterKeys: TerraformKind<'cluster-keys'> = {
  whyNot: () =>
    'the keys of a cluster stay in its store and out of the state of Terraform; `quilla store fill` makes them',
  blocks: () => [],
  attributes: { caCertificate: null, serviceAccountJwks: null, expires: null },
  outputs: (_, { specFile }) => ({
    store_command: {
      description: 'puts the keys of the cluster and its documents into the store; machines wait for them',
      value: `quilla store fill -f ${specFile}`,
    },
    kubeconfig_command: {
      description: 'writes a kubeconfig for the cluster',
      value: `quilla kubeconfig -f ${specFile}`,
    },
  }),
};
