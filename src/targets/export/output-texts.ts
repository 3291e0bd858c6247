/** What the outputs of every target say. */
export interface OutputText {
  readonly description: string;
  readonly value: string;
}

/** `made`: `this configuration`. */
export const adoptCommand = (specFile: string, made: string): OutputText => ({
  description: `lets Quilla take over what ${made} made: tags only`,
  value: `quilla adopt -f ${specFile}`,
});

export const storeCommand = (specFile: string): OutputText => ({
  description: 'puts the keys of the cluster and its documents into the store; machines wait for them',
  value: `quilla store fill -f ${specFile}`,
});

/** Of a self-managed cluster: AWS knows nothing of its API. */
export const kubeconfigCommand = (specFile: string): OutputText => ({
  description: 'writes a kubeconfig for the cluster',
  value: `quilla kubeconfig -f ${specFile}`,
});

export const eksKubeconfigCommand = (name: string, region: string): OutputText => ({
  description: 'writes a kubeconfig with which kubectl asks AWS for tokens',
  value: `aws eks update-kubeconfig --name ${name} --region ${region}`,
});

export const endpointDescription = 'URL of the Kubernetes API';
