/** What EKS keeps of one region: plain JSON, times in milliseconds since 1970. */
export interface EksState {
  /** By cluster name. */
  clusters: Record<string, EksCluster>;
}

export const emptyEksState = (): EksState => ({ clusters: {} });

export type AuthenticationMode = 'API' | 'API_AND_CONFIG_MAP' | 'CONFIG_MAP';
export type LogType = 'api' | 'audit' | 'authenticator' | 'controllerManager' | 'scheduler';

export interface EksClusterVpc {
  vpcId: string;
  subnetIds: string[];
  /** Further groups of the control plane's interfaces, given by the caller. */
  securityGroupIds: string[];
  clusterSecurityGroupId: string;
  endpointPublicAccess: boolean;
  endpointPrivateAccess: boolean;
  publicAccessCidrs: string[];
}

export interface EksClusterNetwork {
  ipFamily: 'ipv4' | 'ipv6';
  serviceIpv4Cidr?: string;
  serviceIpv6Cidr?: string;
}

export interface EksIssue {
  code: string;
  message: string;
  resourceIds: string[];
}

export interface EksCluster {
  name: string;
  arn: string;
  createdAt: number;
  /** Kubernetes minor: `1.36`. */
  version: string;
  platformVersion: string;
  roleArn: string;
  status: 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING' | 'FAILED';
  /** `https://...`, from the Kubernetes part; absent until the cluster is ACTIVE. */
  endpoint?: string;
  /** The CA certificate, PEM in base64; absent until the cluster is ACTIVE. */
  certificateAuthority?: string;
  /** `https://oidc.eks.REGION.amazonaws.com/id/32HEXDIGITS`. */
  issuer: string;
  /** The IAM principal (role or user ARN) that made the cluster. */
  creatorArn: string;
  vpc: EksClusterVpc;
  network: EksClusterNetwork;
  /** The log types that are on. */
  logTypes: LogType[];
  /** ARN of the KMS key that encrypts secrets. */
  encryptionKeyArn?: string;
  authenticationMode: AuthenticationMode;
  bootstrapClusterCreatorAdminPermissions: boolean;
  bootstrapSelfManagedAddons: boolean;
  supportType: 'STANDARD' | 'EXTENDED';
  /** Absent until somebody says it. */
  zonalShift?: boolean;
  deletionProtection: boolean;
  tags: Record<string, string>;
  clientRequestToken?: string;
  /** Health. */
  issues: EksIssue[];
  /** Canonical hash of the request, for clientRequestToken. */
  requestHash: string;
  /** Interfaces of the control plane in the caller's subnets. */
  networkInterfaceIds: string[];
  /** By principal ARN. */
  accessEntries: Record<string, EksAccessEntry>;
  /** By add-on name. */
  addons: Record<string, EksAddon>;
  /** By node group name. */
  nodegroups: Record<string, EksNodegroup>;
  /** By profile name. */
  fargateProfiles: Record<string, EksFargateProfile>;
  /** By association id. */
  podIdentityAssociations: Record<string, EksPodIdentityAssociation>;
  /** By update id. */
  updates: Record<string, EksUpdate>;
}

export type AccessEntryType =
  | 'STANDARD'
  | 'EC2_LINUX'
  | 'EC2_WINDOWS'
  | 'FARGATE_LINUX'
  | 'EC2'
  | 'HYBRID_LINUX'
  | 'HYPERPOD_LINUX';

export interface EksAccessEntry {
  principalArn: string;
  arn: string;
  type: AccessEntryType;
  username: string;
  groups: string[];
  tags: Record<string, string>;
  createdAt: number;
  modifiedAt: number;
  requestHash: string;
  /** EKS made it for a node group or profile and takes it away with that; entries of callers stay. */
  madeByEks?: true;
  /** By policy ARN. */
  policies: Record<string, EksAssociatedPolicy>;
}

export interface EksAssociatedPolicy {
  policyArn: string;
  scope: 'cluster' | 'namespace';
  namespaces: string[];
  associatedAt: number;
  modifiedAt: number;
}

export interface EksAddon {
  name: string;
  arn: string;
  version: string;
  status: 'CREATING' | 'ACTIVE' | 'CREATE_FAILED' | 'UPDATING' | 'DELETING' | 'DEGRADED' | 'UPDATE_FAILED';
  issues: EksIssue[];
  createdAt: number;
  modifiedAt: number;
  serviceAccountRoleArn?: string;
  configurationValues?: string;
  namespace: string;
  resolveConflicts: 'NONE' | 'OVERWRITE' | 'PRESERVE';
  /** ARNs of the associations that the add-on owns. */
  podIdentityAssociations: string[];
  tags: Record<string, string>;
  requestHash: string;
  /** The update in progress. */
  updateId?: string;
}

export interface EksTaint {
  key: string;
  value: string;
  effect: 'NO_SCHEDULE' | 'NO_EXECUTE' | 'PREFER_NO_SCHEDULE';
}

export interface EksNodegroup {
  name: string;
  arn: string;
  /** Ends the name of the Auto Scaling group. */
  uuid: string;
  version: string;
  releaseVersion: string;
  createdAt: number;
  modifiedAt: number;
  status: 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING' | 'CREATE_FAILED' | 'DELETE_FAILED' | 'DEGRADED';
  capacityType: 'ON_DEMAND' | 'SPOT';
  minSize: number;
  maxSize: number;
  /** As last asked for; the Auto Scaling group's own counts where it exists. */
  desiredSize: number;
  instanceTypes?: string[];
  subnets: string[];
  amiType: string;
  nodeRole: string;
  labels: Record<string, string>;
  taints: EksTaint[];
  diskSize?: number;
  remoteAccess?: { ec2SshKey?: string; sourceSecurityGroups?: string[]; securityGroupId?: string };
  /** The caller's launch template. */
  launchTemplate?: { id: string; name: string; version: string };
  /** The launch template that EKS made out of it and the group runs. */
  ownLaunchTemplateId?: string;
  maxUnavailable?: number;
  maxUnavailablePercentage?: number;
  nodeRepair: boolean;
  autoScalingGroupName: string;
  tags: Record<string, string>;
  issues: EksIssue[];
  clientRequestToken?: string;
  requestHash: string;
  updateId?: string;
}

export interface EksFargateProfile {
  name: string;
  arn: string;
  createdAt: number;
  podExecutionRoleArn: string;
  subnets: string[];
  selectors: { namespace: string; labels: Record<string, string> }[];
  status: 'CREATING' | 'ACTIVE' | 'DELETING';
  tags: Record<string, string>;
  requestHash: string;
}

export interface EksPodIdentityAssociation {
  id: string;
  arn: string;
  namespace: string;
  serviceAccount: string;
  roleArn: string;
  targetRoleArn?: string;
  externalId?: string;
  disableSessionTags: boolean;
  policy?: string;
  /** ARN of the add-on that owns it. */
  ownerArn?: string;
  createdAt: number;
  modifiedAt: number;
  tags: Record<string, string>;
  requestHash: string;
}

export interface EksUpdate {
  id: string;
  type: string;
  status: 'InProgress' | 'Successful' | 'Failed' | 'Cancelled';
  params: { type: string; value: string }[];
  createdAt: number;
  errors: { errorCode: string; errorMessage: string; resourceIds: string[] }[];
  /** The node group or add-on it is about; the cluster itself where neither is there. */
  nodegroup?: string;
  addon?: string;
  clientRequestToken?: string;
  requestHash: string;
}
