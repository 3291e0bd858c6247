import type { IamRole } from '../aws/iam/state.ts';
import type { Turn } from '../call.ts';
import { isReadyPod, type Node, type Pod } from '../kubernetes/object.ts';
import type { Store } from '../kubernetes/store.ts';
import { instanceBehind } from './instance-behind.ts';
import { roleMay, roleOfInstance } from './node-role.ts';

export type Credentials =
  | { readonly role: IamRole; readonly from: 'pod-identity' | 'irsa' | 'node' }
  | { readonly missing: string };

const roleByArn = (turn: Turn, arn: string): IamRole | undefined =>
  Object.values(turn.world.iam.roles).find((role) => role.arn === arn);

function nodeRole(turn: Turn, node: Node): IamRole | undefined {
  const instance = instanceBehind(turn, node.spec.providerID);
  return instance === undefined ? undefined : roleOfInstance(turn, instance);
}

/** Whose rights a pod has on AWS: its pod identity's, its service account's (IRSA), else its node's. */
export function credentialsOf(store: Store, pod: Pod, node: Node): Credentials {
  const { turn, state } = store;
  const cluster = turn.state.eks.clusters[state.name];
  const account = store.get('serviceaccounts', pod.spec.serviceAccountName ?? 'default', pod.metadata.namespace);
  const irsa = account?.metadata.annotations?.['eks.amazonaws.com/role-arn'];
  const issuer = state.selfManaged?.issuer ?? cluster?.issuer;
  if (irsa !== undefined) return byIssuer(turn, issuer, irsa);
  const association = Object.values(cluster?.podIdentityAssociations ?? {}).find(
    ({ namespace, serviceAccount }) =>
      namespace === pod.metadata.namespace && serviceAccount === pod.spec.serviceAccountName,
  );
  if (association !== undefined) {
    const agent = store
      .list('pods')
      .some(
        (other) =>
          other.spec.nodeName === node.metadata.name &&
          isReadyPod(other) &&
          other.metadata.labels?.['app.kubernetes.io/name'] === 'eks-pod-identity-agent',
      );
    if (!agent) return { missing: 'the pod identity agent does not run on the node' };
    const own = nodeRole(turn, node);
    if (own !== undefined && !roleMay(turn, own, 'eks-auth:AssumeRoleForPodIdentity'))
      return {
        missing: `the node's role ${own.roleName} may not eks-auth:AssumeRoleForPodIdentity (AmazonEKSWorkerNodePolicy gives it)`,
      };
    const role = roleByArn(turn, association.roleArn);
    return role === undefined
      ? { missing: `the role ${association.roleArn} of its pod identity does not exist` }
      : { role, from: 'pod-identity' };
  }
  const instance = instanceBehind(turn, node.spec.providerID);
  const hops = instance?.metadataOptions.HttpPutResponseHopLimit ?? 1;
  // The metadata service's answer to a pod crosses one hop more than to the host.
  if (pod.spec.hostNetwork !== true && hops < 2)
    return {
      missing: "no EC2 IMDS role found: the pod has no role of its own and the hop limit keeps it from the node's",
    };
  const role = nodeRole(turn, node);
  return role === undefined ? { missing: 'the node has no role' } : { role, from: 'node' };
}

function byIssuer(turn: Turn, url: string | undefined, arn: string): Credentials {
  const role = roleByArn(turn, arn);
  if (role === undefined) return { missing: `the role ${arn} of its service account does not exist` };
  const issuer = url?.replace(/^https:\/\//, '') ?? '';
  const provider = Object.values(turn.world.iam.oidcProviders).some(({ url }) => url === issuer);
  if (!provider)
    return { missing: `InvalidIdentityToken: No OpenIDConnect provider found in your account for https://${issuer}` };
  if (!role.assumeRolePolicyDocument.includes(issuer))
    return { missing: 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity' };
  return { role, from: 'irsa' };
}
