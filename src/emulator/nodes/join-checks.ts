import { cidr, containsAddress } from '../../base/cidr.ts';
import type { InstanceRecord } from '../aws/ec2/compute-records.ts';
import type { EksCluster } from '../aws/eks/state.ts';
import type { IamRole } from '../aws/iam/state.ts';
import type { Turn } from '../call.ts';
import { addressOf } from '../kubernetes/api-server.ts';
import { minorOf } from '../kubernetes/bootstrap-objects.ts';
import type { BootSettings } from './bottlerocket-settings.ts';
import { type NodeImage, nodeImageOf } from './instance-image.ts';
import { blockedToInterface, blockedToService, wayToInternet } from './network-path.ts';
import { missingAction, pullActions, roleMay, roleOfInstance } from './node-role.ts';
import { readUserData } from './user-data.ts';

/** An instance that could join: what its node is made of. */
export interface Joining {
  readonly image: NodeImage;
  readonly settings: BootSettings;
  readonly cluster: EksCluster;
  readonly role: IamRole;
}

/** Why an instance does not join. */
export interface Refusal {
  /** For people: what is wrong and with which resource. */
  readonly why: string;
  /** What the instance's own programs write about it. */
  readonly log: string;
  /** True where no later change can make this instance join: another image or user data take another instance. */
  readonly final?: boolean;
}

export type JoinCheck = Joining | Refusal;

const refuse = (why: string, log: string, final = false): Refusal => ({ why, log, ...(final ? { final } : {}) });

/** Everything that a node's start needs, in the order in which a real one meets it. */
export function checkJoin(turn: Turn, instance: InstanceRecord): JoinCheck {
  const image = nodeImageOf(turn, instance);
  if (image === undefined)
    return refuse(
      `image ${instance.imageId} is no EKS optimized image, so nothing on it joins a cluster by itself`,
      '',
      true,
    );
  const reading = readUserData(instance.userData, image.os);
  if ('refused' in reading) {
    const log =
      image.os === 'bottlerocket'
        ? reading.refused
        : `nodeadm[1642]: {"level":"fatal","msg":"Command failed","error":"${reading.refused}"}`;
    return refuse(`its user data is not valid: ${reading.refused}`, log, true);
  }
  const { settings } = reading;
  const cluster = turn.state.eks.clusters[settings.clusterName];
  const role = roleOfInstance(turn, instance);
  const dns = dnsRefusal(turn, instance, settings);
  if (dns !== undefined) return dns;
  const rights = roleRefusal(turn, instance, role);
  if (rights !== undefined) return rights;
  if (cluster?.endpoint === undefined || turn.state.kubernetes[settings.clusterName] === undefined)
    return noSuchHost(settings, `there is no active cluster ${settings.clusterName}`);
  const joining = { image, settings, cluster, role: role! };
  return networkRefusal(turn, instance, joining) ?? clusterRefusal(turn, joining) ?? joining;
}

const kubelet = (text: string): string =>
  `kubelet[1721]: E1101 kubelet_node_status.go:107] "Unable to register node with API server" err="${text}"`;
const hostOf = (endpoint: string): string => URL.parse(endpoint)?.host ?? endpoint;
const postNodes = (settings: BootSettings, error: string): string =>
  kubelet(`Post \\"${settings.endpoint}/api/v1/nodes\\": ${error}`);

const noSuchHost = (settings: BootSettings, why: string): Refusal =>
  refuse(why, postNodes(settings, `dial tcp: lookup ${hostOf(settings.endpoint)} on 169.254.169.253:53: no such host`));

/** Without the VPC's resolver no name is found; private names of endpoints need hostnames on as well. */
function dnsRefusal(turn: Turn, instance: InstanceRecord, settings: BootSettings): Refusal | undefined {
  const vpc = turn.state.ec2.vpcs[instance.vpcId];
  const off =
    vpc?.dnsSupport === false ? 'enableDnsSupport' : vpc?.dnsHostnames === false ? 'enableDnsHostnames' : undefined;
  if (off === undefined) return undefined;
  return refuse(
    `VPC ${instance.vpcId} has ${off} off, so the instance cannot resolve the cluster's endpoint`,
    postNodes(settings, `dial tcp: lookup ${hostOf(settings.endpoint)}: i/o timeout`),
  );
}

function roleRefusal(turn: Turn, instance: InstanceRecord, role: IamRole | undefined): Refusal | undefined {
  if (role === undefined) {
    const why =
      instance.iamInstanceProfile === undefined
        ? 'the instance has no instance profile'
        : `its instance profile ${instance.iamInstanceProfile.arn} has no role`;
    return refuse(
      why,
      nodeadm(
        'operation error EC2: DescribeInstances, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found',
      ),
    );
  }
  if (!roleMay(turn, role, 'ec2:DescribeInstances')) {
    const why = `role ${role.roleName} may not ec2:DescribeInstances (AmazonEKSWorkerNodePolicy gives it)`;
    return refuse(
      why,
      nodeadm(
        'operation error EC2: DescribeInstances, https response error StatusCode: 403, api error UnauthorizedOperation: You are not authorized to perform this operation.',
      ),
    );
  }
  const missing = missingAction(turn, role, pullActions);
  if (missing === undefined) return undefined;
  return refuse(
    `role ${role.roleName} may not ${missing}, so no image can be pulled (AmazonEC2ContainerRegistryPullOnly gives it)`,
    `kubelet[1721]: E1101 log.go:32] "RunPodSandbox from runtime service failed" err="failed to get sandbox image: failed to pull image: 403 Forbidden: User is not authorized to perform: ${missing}"`,
  );
}

const nodeadm = (error: string): string => `nodeadm[1642]: {"level":"fatal","msg":"Command failed","error":"${error}"}`;

const hosts = {
  ec2: (region: string) => `ec2.${region}.amazonaws.com`,
  'ecr.api': (region: string) => `api.ecr.${region}.amazonaws.com`,
  'ecr.dkr': (region: string) => `602401143452.dkr.ecr.${region}.amazonaws.com`,
  // Where ECR keeps the layers of images.
  s3: (region: string) => `prod-${region}-starport-layer-bucket.s3.${region}.amazonaws.com`,
} as const;
const services = Object.keys(hosts) as readonly (keyof typeof hosts)[];

function networkRefusal(turn: Turn, instance: InstanceRecord, { settings, cluster }: Joining): Refusal | undefined {
  for (const service of services) {
    const blocked = blockedToService(turn, instance, service);
    if (blocked === undefined) continue;
    const host = hosts[service](turn.region);
    return refuse(
      `it cannot reach ${service}: ${blocked}`,
      `nodeadm[1642]: {"level":"error","msg":"dial tcp: ${host}:443: i/o timeout"}`,
    );
  }
  const blocked = blockedToApi(turn, instance, cluster);
  if (blocked === undefined) return undefined;
  return refuse(
    `it cannot reach the Kubernetes API: ${blocked}`,
    postNodes(settings, `dial tcp ${hostOf(settings.endpoint)}: i/o timeout`),
  );
}

/** In its VPC a cluster's name resolves to the private endpoint when that is on, and to the public one only when it is off. */
function blockedToApi(turn: Turn, instance: InstanceRecord, cluster: EksCluster): string | undefined {
  const { endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs, vpcId } = cluster.vpc;
  if (endpointPrivateAccess && instance.vpcId === vpcId) {
    const reasons = cluster.networkInterfaceIds.map((id) => blockedToInterface(turn, instance, id));
    if (reasons.some((reason) => reason === undefined)) return undefined;
    return reasons[0] ?? 'the control plane has no network interface in the VPC';
  }
  if (!endpointPublicAccess) return `its public endpoint is off and the instance is not in its VPC ${vpcId}`;
  const path = wayToInternet(turn, instance);
  if ('blocked' in path) return `the private endpoint is off and ${path.blocked}`;
  const allowed = publicAccessCidrs.some(
    (range) => !range.includes(':') && containsAddress(cidr(range), path.publicAddress),
  );
  return allowed
    ? undefined
    : `the private endpoint is off and ${path.publicAddress}, from which the instance comes, is not in the public access list (${publicAccessCidrs.join(', ')})`;
}

function clusterRefusal(turn: Turn, { settings, cluster, role, image }: Joining): Refusal | undefined {
  const real = addressOf(turn.state.kubernetes[cluster.name]!);
  if (settings.endpoint.replace(/\/$/, '') !== real.endpoint)
    return noSuchHost(
      settings,
      `its user data names the endpoint ${settings.endpoint}; the cluster's is ${real.endpoint}`,
    );
  if (normal(settings.certificateAuthority) !== normal(real.certificateAuthority)) {
    return refuse(
      `its user data has another certificate authority than the cluster ${cluster.name}`,
      postNodes(settings, 'tls: failed to verify certificate: x509: certificate signed by unknown authority'),
    );
  }
  const serviceCidr = cluster.network.serviceIpv4Cidr ?? cluster.network.serviceIpv6Cidr;
  if (
    settings.serviceCidr !== undefined &&
    serviceCidr !== undefined &&
    settings.serviceCidr !== serviceCidr &&
    cluster.network.ipFamily === 'ipv4'
  ) {
    return refuse(
      `its user data names the service range ${settings.serviceCidr}; the cluster's is ${serviceCidr}, so its pods would not find the DNS service`,
      nodeadm(`cluster CIDR ${settings.serviceCidr} does not match`),
      true,
    );
  }
  const entry = cluster.accessEntries[role.arn];
  if (entry?.type !== 'EC2_LINUX' && entry?.type !== 'EC2') {
    const why =
      entry === undefined
        ? `the cluster has no access entry for role ${role.arn}`
        : `the access entry of role ${role.arn} is of type ${entry.type}, not EC2_LINUX`;
    return refuse(why, kubelet('Unauthorized'));
  }
  return skewRefusal(cluster, image);
}

const normal = (base64: string): string => Buffer.from(base64, 'base64').toString().trim();

/** https://kubernetes.io/releases/version-skew-policy/#kubelet */
function skewRefusal(cluster: EksCluster, { kubernetes, kubeletVersion }: NodeImage): Refusal | undefined {
  const ahead = minorOf(kubernetes) - minorOf(cluster.version);
  if (ahead <= 0 && ahead >= -3) return undefined;
  const why =
    ahead > 0
      ? `newer than the control plane's ${cluster.version}`
      : `more than three minors older than the control plane's ${cluster.version}`;
  return refuse(
    `its kubelet ${kubeletVersion} is ${why}, which Kubernetes does not support`,
    kubelet(`kubelet ${kubeletVersion} is ${why}`),
    true,
  );
}
