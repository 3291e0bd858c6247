import { seconds } from '../../base/duration.ts';
import type { InstanceRecord } from '../aws/ec2/compute-records.ts';
import type { EksCluster } from '../aws/eks/state.ts';
import type { Turn } from '../call.ts';
import { newWorld } from '../new-world.ts';
import { nodeEvents } from '../nodes/boot.ts';
import { createTurns } from '../turns.ts';
import { applyAddonWorkloads } from './addons.ts';
import { answer } from './answer.ts';
import { addressOf, createApiServer } from './api-server.ts';
import { reconcile } from './controllers/reconcile.ts';
import { kubernetesEvents } from './events.ts';
import { launchInstance, makeRole } from './kubernetes-trial-records.ts';
import { Store } from './store.ts';
import type { User } from './user.ts';

const region = 'us-east-1';
const account = '123456789012';

export const admin: User = {
  name: `arn:aws:iam::${account}:user/admin`,
  groups: ['system:authenticated'],
  policies: [
    {
      policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
      scope: 'cluster',
      namespaces: [],
      associatedAt: 0,
      modifiedAt: 0,
    },
  ],
};

const cluster = (turn: Turn): EksCluster => {
  const [vpc] = Object.values(turn.state.ec2.vpcs);
  const subnetIds = Object.values(turn.state.ec2.subnets)
    .slice(0, 2)
    .map(({ id }) => id);
  const group = Object.values(turn.state.ec2.securityGroups)[0]!.id;
  return {
    name: 'k8s',
    arn: `arn:aws:eks:${region}:${account}:cluster/k8s`,
    createdAt: turn.now,
    version: '1.34',
    platformVersion: 'eks.1',
    roleArn: `arn:aws:iam::${account}:role/cluster`,
    status: 'ACTIVE',
    issues: [],
    issuer: `https://oidc.eks.${region}.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF`,
    creatorArn: admin.name,
    vpc: {
      vpcId: vpc!.id,
      subnetIds,
      securityGroupIds: [],
      clusterSecurityGroupId: group,
      endpointPublicAccess: true,
      endpointPrivateAccess: false,
      publicAccessCidrs: ['0.0.0.0/0'],
    },
    network: { ipFamily: 'ipv4', serviceIpv4Cidr: '10.100.0.0/16' },
    logTypes: [],
    authenticationMode: 'API',
    bootstrapClusterCreatorAdminPermissions: false,
    bootstrapSelfManagedAddons: false,
    supportType: 'STANDARD',
    deletionProtection: false,
    tags: {},
    requestHash: '',
    networkInterfaceIds: [],
    accessEntries: {},
    addons: {},
    nodegroups: {},
    fargateProfiles: {},
    podIdentityAssociations: {},
    updates: {},
  };
};

export function nodeConfig({
  name,
  endpoint,
  ca,
  serviceCidr,
  flags,
}: {
  name: string;
  endpoint: string;
  ca: string;
  serviceCidr: string;
  flags?: readonly string[];
}): string {
  const kubelet =
    flags === undefined ? '' : `\n  kubelet:\n    flags:\n${flags.map((flag) => `      - ${flag}`).join('\n')}`;
  const text = `MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="BOUNDARY"

--BOUNDARY
Content-Type: application/node.eks.aws

---
apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  cluster:
    name: ${name}
    apiServerEndpoint: ${endpoint}
    certificateAuthority: ${ca}
    cidr: ${serviceCidr}${kubelet}

--BOUNDARY--
`;
  return Buffer.from(text).toString('base64');
}

/** A world with a cluster `k8s` in the default VPC, a node role and no instances; for tests. Time moves by `pass`. */
export function kubernetesTrial({ addons = ['vpc-cni', 'kube-proxy'] }: { addons?: readonly string[] } = {}) {
  const world = newWorld(account);
  let now = world.now;
  const unhandled = { 'ec2.none': () => undefined };
  const turns = createTurns({
    world,
    now: () => now,
    eventHandlers: async (prefix) =>
      prefix === 'kubernetes' ? kubernetesEvents : prefix === 'nodes' ? nodeEvents : unhandled,
  });
  const turn = (): Turn => turns.at(region);
  const first = turn();
  const eks = cluster(first);
  first.state.eks.clusters.k8s = eks;
  const address = createApiServer(first, {
    name: 'k8s',
    clusterArn: eks.arn,
    version: eks.version,
    serviceCidr: '10.100.0.0/16',
  });
  Object.assign(eks, address);
  makeRole(first);
  const role = `arn:aws:iam::${account}:role/nodes`;
  eks.accessEntries[role] = entry(role, 'EC2_LINUX');
  for (const name of addons) applyAddonWorkloads(first, { cluster: 'k8s', name, version: 'v1.0.0-eksbuild.1' });
  const state = first.state.kubernetes.k8s!;
  const pass = async (time: { ms: number }): Promise<void> => {
    const end = now + time.ms;
    for (let next = turns.next(); next !== undefined && next <= end; next = turns.next()) {
      now = Math.max(now, next);
      await turns.runDue(now);
    }
    now = end;
    await turns.runDue(now);
  };
  const store = (): Store => new Store(turn(), state);
  const request = (
    method: string,
    path: string,
    body?: unknown,
    options: { user?: User; headers?: Record<string, string> } = {},
  ) => {
    const [name, query = ''] = path.split('?');
    const headers = { 'content-type': 'application/json', accept: 'application/json', ...options.headers };
    const current = store();
    reconcile(current);
    return answer(current, options.user ?? admin, {
      method,
      path: name!,
      query: new URLSearchParams(query),
      headers,
      body: body === undefined ? '' : JSON.stringify(body),
    });
  };
  const launch = (change: Partial<InstanceRecord> = {}): InstanceRecord =>
    launchInstance(turn(), { userData: userDataOf(turn()), ...change });
  /** Launches instances and waits until they had time to be Ready. */
  const withNodes = async (count: number): Promise<InstanceRecord[]> => {
    const made = Array.from({ length: count }, () => launch());
    await pass(seconds(120));
    return made;
  };
  return {
    world,
    turns,
    turn,
    eks,
    state,
    role,
    pass,
    store,
    request,
    launch,
    withNodes,
    userData: () => userDataOf(turn()),
  };
}

export type KubernetesTrial = ReturnType<typeof kubernetesTrial>;

export const entry = (
  principalArn: string,
  type: EksCluster['accessEntries'][string]['type'],
): EksCluster['accessEntries'][string] => ({
  principalArn,
  arn: '',
  type,
  username: 'system:node:{{EC2PrivateDNSName}}',
  groups: ['system:nodes'],
  tags: {},
  createdAt: 0,
  modifiedAt: 0,
  requestHash: '',
  policies: {},
});

const userDataOf = (turn: Turn): string => {
  const { endpoint, certificateAuthority: ca } = addressOf(turn.state.kubernetes.k8s!);
  return nodeConfig({ name: 'k8s', endpoint, ca, serviceCidr: '10.100.0.0/16' });
};
