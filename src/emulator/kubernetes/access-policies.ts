/** What EKS's access policies allow: https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html */
export interface Rule {
  /** `*` for all. */
  readonly groups: readonly string[];
  /** Plural names, with `/subresource`; `*` for all. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const all = ['*'];
const read = ['get', 'list', 'watch'];
const write = ['create', 'delete', 'deletecollection', 'patch', 'update'];

const viewed: readonly Rule[] = [
  {
    groups: [''],
    resources: [
      'configmaps',
      'endpoints',
      'persistentvolumeclaims',
      'persistentvolumeclaims/status',
      'pods',
      'pods/log',
      'pods/status',
      'replicationcontrollers',
      'serviceaccounts',
      'services',
      'services/status',
      'bindings',
      'events',
      'limitranges',
      'namespaces',
      'namespaces/status',
      'resourcequotas',
    ],
    verbs: read,
  },
  {
    groups: ['apps'],
    resources: [
      'daemonsets',
      'daemonsets/status',
      'deployments',
      'deployments/scale',
      'deployments/status',
      'replicasets',
      'replicasets/scale',
      'replicasets/status',
      'statefulsets',
      'statefulsets/scale',
      'statefulsets/status',
      'controllerrevisions',
    ],
    verbs: read,
  },
  { groups: ['batch'], resources: ['cronjobs', 'cronjobs/status', 'jobs', 'jobs/status'], verbs: read },
  { groups: ['policy'], resources: ['poddisruptionbudgets', 'poddisruptionbudgets/status'], verbs: read },
  { groups: ['networking.k8s.io'], resources: ['ingresses', 'ingresses/status', 'networkpolicies'], verbs: read },
  { groups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
];

const edited: readonly Rule[] = [
  ...viewed,
  { groups: [''], resources: ['secrets'], verbs: [...read, ...write] },
  {
    groups: [''],
    resources: [
      'configmaps',
      'endpoints',
      'events',
      'persistentvolumeclaims',
      'pods',
      'replicationcontrollers',
      'serviceaccounts',
      'services',
    ],
    verbs: write,
  },
  {
    groups: [''],
    resources: ['pods/eviction', 'pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy'],
    verbs: ['create', 'get'],
  },
  {
    groups: ['apps'],
    resources: [
      'daemonsets',
      'deployments',
      'deployments/scale',
      'deployments/rollback',
      'replicasets',
      'replicasets/scale',
      'statefulsets',
      'statefulsets/scale',
    ],
    verbs: write,
  },
  { groups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: write },
  { groups: ['policy'], resources: ['poddisruptionbudgets'], verbs: write },
  { groups: ['networking.k8s.io'], resources: ['ingresses', 'networkpolicies'], verbs: write },
  { groups: ['coordination.k8s.io'], resources: ['leases'], verbs: [...read, ...write] },
];

const administered: readonly Rule[] = [
  ...edited,
  { groups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: [...read, ...write] },
  { groups: ['authorization.k8s.io'], resources: ['localsubjectaccessreviews'], verbs: ['create'] },
];

const rules: Readonly<Record<string, readonly Rule[]>> = {
  AmazonEKSClusterAdminPolicy: [{ groups: all, resources: all, verbs: all }],
  AmazonEKSAdminPolicy: administered,
  AmazonEKSAdminViewPolicy: [{ groups: all, resources: all, verbs: read }],
  AmazonEKSEditPolicy: edited,
  AmazonEKSViewPolicy: viewed,
  AmazonEKSSecretReaderPolicy: [{ groups: [''], resources: ['secrets'], verbs: read }],
};

/** The rules of Kubernetes' own roles for people: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles */
export const userFacingRules = {
  'cluster-admin': [{ groups: all, resources: all, verbs: all }],
  admin: administered,
  edit: edited,
  view: viewed,
} as const satisfies Readonly<Record<string, readonly Rule[]>>;

/** The rules of an access policy by its ARN; none for the policies that only EKS's own parts use. */
export const rulesOf = (policyArn: string): readonly Rule[] => rules[policyArn.split('/').at(-1)!] ?? [];
