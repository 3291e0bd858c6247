import type { CodeTable } from '../base/diagnostic.ts';

/** Who reaches the API, and what they may do. */
export const accessCodes = {
  'spec.missing-from': {
    severity: 'error',
    summary: 'A public API endpoint must say from where',
    explanation:
      'With `access.api.public: true` the list `access.api.from` says which addresses reach it. AWS would open it to the whole internet; that is possible (0.0.0.0/0), but has to be written down.',
  },
  'spec.from-without-public': {
    severity: 'error',
    summary: 'An access list has no effect without the public endpoint',
    explanation:
      '`access.api.from` is the list of the public endpoint. The private one is reached from the VPC and what is connected to it. Set `public: true` or drop the list.',
  },
  'spec.api-closed': {
    severity: 'error',
    summary: 'The API would have no endpoint',
    explanation: 'EKS needs at least one of the public and the private endpoint.',
  },
  'spec.api-open-to-the-world': {
    severity: 'warning',
    summary: 'The API is open to the world',
    explanation:
      'Every address of the internet may try the API endpoint. Only IAM and Kubernetes then stand between it and a leaked credential or a flaw in the API server. List the addresses of your office, VPN and build machines.',
  },
  'spec.api-without-nodes': {
    severity: 'error',
    summary: 'The access list would cut off the nodes',
    explanation:
      'Without the private endpoint nodes reach the API through the public one, with the address of their NAT gateway. A list without those addresses leaves every node NotReady. Keep `private: true`; or put `nat` in the list (the gateways that Quilla makes); or, with a given VPC, say its addresses in `network.vpc.natAddresses` and list them.',
  },
  'spec.reserved-group': {
    severity: 'error',
    summary: 'A Kubernetes group is reserved',
    explanation:
      'EKS access entries refuse groups that begin with `system:`, `eks:`, `aws:`, `amazon:` or `iam:`, and so does Quilla with a self-managed control plane. Give an access policy (AmazonEKSAdminViewPolicy) or a group of your own that a RoleBinding names. https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html',
  },
  'spec.masters-as-policy': {
    severity: 'note',
    summary: 'The group system:masters becomes an access policy',
    explanation:
      'EKS access entries know no system:masters. Quilla gives AmazonEKSClusterAdminPolicy on the whole cluster instead, which allows the same and can be taken away again; with a self-managed control plane too, where it is a binding to cluster-admin.',
  },
  'spec.unknown-access-policy': {
    severity: 'error',
    summary: 'There is no such access policy',
    explanation:
      'EKS access policies are a fixed list and are not IAM policies. `aws eks list-access-policies` shows them. One that is newer than the catalog can be given by its whole ARN. With a self-managed control plane those that stand for a role of Kubernetes become bindings to it (AmazonEKSClusterAdminPolicy to cluster-admin, AmazonEKSAdminPolicy to admin, AmazonEKSEditPolicy to edit, AmazonEKSViewPolicy to view); the others and patterns of namespaces have no such role.',
  },
  'spec.powerless-principal': {
    severity: 'warning',
    summary: 'A principal may do nothing',
    explanation:
      'A principal with neither groups nor policies can authenticate and is then refused everything. Give it an access policy or a group.',
  },
  'spec.ssh-key': {
    severity: 'error',
    summary: 'SSH needs one key',
    explanation:
      '`access.ssh` takes either `keyName`, a key pair that exists in the region, or `publicKey`, the text of a public key of which a key pair is made.',
  },
  'spec.ssh-open-to-the-world': {
    severity: 'warning',
    summary: 'SSH is open to the world',
    explanation:
      'Every address of the internet may try SSH on the nodes. Session Manager needs no open port and leaves a record.',
  },
} as const satisfies CodeTable;

/** Kubernetes versions. */
export const versionCodes = {
  'spec.version-unknown': {
    severity: 'error',
    summary: 'EKS does not offer this Kubernetes version',
    explanation:
      'EKS takes minor versions (1.36) and chooses the patch itself. The message lists those that the catalog knows to be offered today.',
  },
  'spec.version-end-of-life': {
    severity: 'error',
    summary: 'This Kubernetes version is at its end on EKS',
    explanation:
      'Extended support of the version has ended. EKS makes no clusters of it and has upgraded those that ran it. https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html',
  },
  'spec.version-extended-support': {
    severity: 'warning',
    summary: 'This Kubernetes version is in extended support',
    explanation:
      'Standard support has ended. With `upgradePolicy: extended` the cluster keeps the version for a year and costs 0.50 US dollars an hour more, on top of 0.10.',
  },
  'spec.version-needs-extended': {
    severity: 'error',
    summary: 'This Kubernetes version needs the extended upgrade policy',
    explanation:
      'Standard support of the version has ended and the upgrade policy is `standard`, with which AWS upgrades such a cluster by itself. Choose a newer version, or set `upgradePolicy: extended` and pay 0.50 US dollars an hour more.',
  },
  'spec.version-ends-soon': {
    severity: 'warning',
    summary: 'Standard support of this Kubernetes version ends soon',
    explanation:
      'In less than 60 days AWS will upgrade the cluster by itself (`upgradePolicy: standard`), or begin to bill extended support (`extended`).',
  },
  'spec.version-not-pinned': {
    severity: 'note',
    summary: 'The Kubernetes version is not pinned',
    explanation:
      'Without `kubernetesVersion` the newest version with a published end of support is taken, so that a later version of Quilla would plan an upgrade. Write the version down.',
  },
} as const satisfies CodeTable;
