import type { SelfManagedControlPlane } from './self-managed.ts';

/** A component that takes extra flags. */
export type Component = keyof SelfManagedControlPlane['flags'];

export interface ReservedFlag {
  readonly why: string;
  readonly fix: string;
}

const takeOut = 'Take it out.';
const reason = (why: string, fix = takeOut): ReservedFlag => ({ why, fix });

const tls = reason('certificates and keys come from the store and are renewed on the seat');
const wiring = reason('it is how the parts of the control plane find and trust one another');
const gates = reason('gates hold for every component', 'Use controlPlane.selfManaged.featureGates.');
const pods = reason('it follows from the pod network', 'Use network.podNetwork.cidr.');
const services = reason('it follows from the network', 'Use network.serviceCidr.');
const cloud = reason('the AWS cloud controller runs as an add-on');

const apiServer: Readonly<Record<string, ReservedFlag>> = {
  'advertise-address': wiring,
  'secure-port': wiring,
  'bind-address': wiring,
  'etcd-servers': wiring,
  'etcd-cafile': tls,
  'etcd-certfile': tls,
  'etcd-keyfile': tls,
  'client-ca-file': tls,
  'tls-cert-file': tls,
  'tls-private-key-file': tls,
  'kubelet-client-certificate': tls,
  'kubelet-client-key': tls,
  'proxy-client-cert-file': tls,
  'proxy-client-key-file': tls,
  'requestheader-client-ca-file': tls,
  'service-account-key-file': tls,
  'service-account-signing-key-file': tls,
  'service-account-issuer': reason('it is the address of the documents by which IAM trusts pods', 'See podRoles.'),
  'service-account-jwks-uri': reason('it is the address of the documents by which IAM trusts pods', 'See podRoles.'),
  'api-audiences': reason('it follows from the issuer, and IAM checks it', 'See podRoles.'),
  'service-cluster-ip-range': services,
  'encryption-provider-config': reason('the key is one of the store', 'Use secretsEncryption.'),
  'audit-policy-file': reason('the file is written by Quilla', 'Use auditPolicy.'),
  'authentication-token-webhook-config-file': reason('it is how IAM identities are known'),
  'authentication-token-webhook-version': reason('it is how IAM identities are known'),
  'authentication-config': reason('it would replace what lets the load balancer ask /readyz'),
  'anonymous-auth': reason('the load balancer asks /readyz without a name, and nothing else is open to anybody'),
  'authorization-mode': reason('Node and RBAC keep nodes to their own pods; there is no way around them'),
  'authorization-config': reason('Node and RBAC keep nodes to their own pods; there is no way around them'),
  'enable-admission-plugins': reason(
    'NodeRestriction is in it, without which a node could speak for others',
    'Use an admission webhook or a ValidatingAdmissionPolicy.',
  ),
  'disable-admission-plugins': reason(
    'NodeRestriction could be among them, without which a node could speak for others',
  ),
  'enable-bootstrap-token-auth': reason('nodes join by IAM, without tokens'),
  'token-auth-file': reason('static tokens never expire', 'Use access.principals, or quilla kubeconfig --admin.'),
  'feature-gates': gates,
  'cloud-provider': cloud,
};

const controllerManager: Readonly<Record<string, ReservedFlag>> = {
  'allocate-node-cidrs': pods,
  'cluster-cidr': pods,
  'service-cluster-ip-range': services,
  'cloud-provider': cloud,
  'external-cloud-volume-plugin': cloud,
  'configure-cloud-routes': cloud,
  'cluster-signing-cert-file': tls,
  'cluster-signing-key-file': tls,
  'root-ca-file': tls,
  'service-account-private-key-file': tls,
  'client-ca-file': tls,
  'requestheader-client-ca-file': tls,
  kubeconfig: wiring,
  'authentication-kubeconfig': wiring,
  'authorization-kubeconfig': wiring,
  'leader-elect': wiring,
  'cluster-name': reason('the cloud controller and tags use the name of the cluster'),
  controllers: reason('the approval of certificates and the tokens of service accounts depend on them'),
  'feature-gates': gates,
};

const scheduler: Readonly<Record<string, ReservedFlag>> = {
  kubeconfig: wiring,
  'authentication-kubeconfig': wiring,
  'authorization-kubeconfig': wiring,
  'leader-elect': wiring,
  'feature-gates': gates,
};

const kubelet: Readonly<Record<string, ReservedFlag>> = {
  config: wiring,
  kubeconfig: wiring,
  'bootstrap-kubeconfig': reason('nodes join by IAM, without tokens'),
  'container-runtime-endpoint': wiring,
  'cloud-provider': cloud,
  'provider-id': reason('the cloud controller knows nodes by it'),
  'hostname-override': reason('nodes are named by their instance ids, which is how IAM vouches for them'),
  'node-ip': reason('it is the address of the first interface'),
  'node-labels': reason('labels have a field of their own', 'Use labels of the node group.'),
  'register-with-taints': reason('taints have a field of their own', 'Use taints of the node group.'),
  'max-pods': reason('it has a field of its own', 'Use maxPods of the node group.'),
  'image-credential-provider-config': reason('it is how images come from ECR'),
  'image-credential-provider-bin-dir': reason('it is how images come from ECR'),
  'client-ca-file': tls,
  'tls-cert-file': tls,
  'tls-private-key-file': tls,
  'rotate-server-certificates': tls,
  'anonymous-auth': reason('a kubelet answers nobody whom it does not know'),
  'authorization-mode': reason('a kubelet asks the API server who may do what'),
  'read-only-port': reason('it shows pods to everybody in the network'),
  'cluster-dns': services,
  'feature-gates': gates,
};

const etcd: Readonly<Record<string, ReservedFlag>> = {
  name: reason('it is the name of the seat'),
  'data-dir': reason('it is on the volume of the seat'),
  'wal-dir': reason('it is on the volume of the seat'),
  'initial-cluster': reason('how a member starts is decided by what the store knows of its seat'),
  'initial-cluster-state': reason('how a member starts is decided by what the store knows of its seat'),
  'initial-cluster-token': reason('how a member starts is decided by what the store knows of its seat'),
  'force-new-cluster': reason('it would drop the other members and what they alone know'),
  'initial-advertise-peer-urls': wiring,
  'listen-peer-urls': wiring,
  'listen-client-urls': wiring,
  'advertise-client-urls': wiring,
  discovery: wiring,
  'discovery-srv': wiring,
  'cert-file': tls,
  'key-file': tls,
  'trusted-ca-file': tls,
  'client-cert-auth': tls,
  'peer-cert-file': tls,
  'peer-key-file': tls,
  'peer-trusted-ca-file': tls,
  'peer-client-cert-auth': tls,
  'auto-tls': tls,
  'peer-auto-tls': tls,
  'config-file': reason('it would replace all other flags'),
};

const reserved: Readonly<Record<Component, Readonly<Record<string, ReservedFlag>>>> = {
  apiServer,
  controllerManager,
  scheduler,
  kubelet,
  etcd,
};

/** Why a flag is not for specs; undefined where it is. `https://kubernetes.io/docs/reference/command-line-tools-reference/` */
export const reservedFlag = (component: Component, flag: string): ReservedFlag | undefined =>
  Object.hasOwn(reserved[component], flag) ? reserved[component][flag] : undefined;
