import {
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  GetConsoleOutputCommand,
  type Instance,
  type InstanceTypeInfo,
} from '@aws-sdk/client-ec2';
import {
  type ClusterVersionInformation,
  DescribeAddonVersionsCommand,
  DescribeClusterVersionsCommand,
  ListClustersCommand,
} from '@aws-sdk/client-eks';
import { GetParametersCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { clusterTag } from '../../model/tags.ts';
import type {
  AddonVersions,
  ClusterSummary,
  ClusterVersion,
  Facts,
  Identity,
  InstanceTypeFacts,
  NodeInstance,
} from '../../ports/facts.ts';
import type { Permission } from '../../ports/permissions.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import { describeCluster } from './eks.ts';
import { givenThings } from './facts-given.ts';
import { dnsFacts, networkFacts, securityGroupFacts, subnetFacts } from './facts-network.ts';
import { quotaFacts } from './facts-quotas.ts';
import { launchFailures, offeringZones, seatPlaces, seatsClusters, zoneNameServers } from './facts-seats.ts';
import { hostedZones } from './facts-zones.ts';
import { unlessGone } from './gone.ts';
import { zoneArn } from './route53-changes.ts';

async function identity({ clients, call, region }: Connection): Promise<Identity> {
  const answer = await call('sts:GetCallerIdentity', () => clients.sts.send(new GetCallerIdentityCommand({})));
  const arn = answer.Arn!;
  return { account: answer.Account!, partition: arn.split(':')[1]!, region, arn, userId: answer.UserId! };
}

/** GetParameters takes ten names a call. */
async function parameters({ clients, call }: Connection, names: readonly string[]): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for (let i = 0; i < names.length; i += 10) {
    const answer = await call('ssm:GetParameters', () =>
      clients.ssm.send(new GetParametersCommand({ Names: names.slice(i, i + 10) })),
    );
    for (const parameter of answer.Parameters ?? []) values.set(parameter.Name!, parameter.Value!);
  }
  return values;
}

const toType = (info: InstanceTypeInfo): InstanceTypeFacts => ({
  name: info.InstanceType!,
  vcpus: info.VCpuInfo?.DefaultVCpus ?? 0,
  memoryMiB: info.MemoryInfo?.SizeInMiB ?? 0,
  architectures: info.ProcessorInfo?.SupportedArchitectures ?? [],
  maxInterfaces: info.NetworkInfo?.MaximumNetworkInterfaces ?? 0,
  addressesPerInterface: info.NetworkInfo?.Ipv4AddressesPerInterface ?? 0,
  ...(info.Hypervisor === undefined ? {} : { hypervisor: info.Hypervisor }),
  bareMetal: info.BareMetal ?? false,
  gpus: (info.GpuInfo?.Gpus ?? []).reduce((sum, gpu) => sum + (gpu.Count ?? 0), 0),
});

async function instanceTypes({ clients, call }: Connection, names: readonly string[]): Promise<InstanceTypeFacts[]> {
  if (names.length === 0) return [];
  const Filters = [{ Name: 'instance-type', Values: [...names] }];
  const pages = await allPages(
    (NextToken) =>
      call('ec2:DescribeInstanceTypes', () =>
        clients.ec2.send(new DescribeInstanceTypesCommand({ Filters, NextToken })),
      ),
    (page) => page.NextToken,
  );
  return pages.flatMap((page) => page.InstanceTypes ?? []).map(toType);
}

async function addonVersions(
  { clients, call }: Connection,
  addonName: string,
  kubernetesVersion: string,
): Promise<AddonVersions> {
  const pages = await allPages(
    (nextToken) =>
      call('eks:DescribeAddonVersions', () =>
        clients.eks.send(new DescribeAddonVersionsCommand({ addonName, kubernetesVersion, nextToken })),
      ),
    (page) => page.nextToken,
  );
  const versions = pages.flatMap((page) => page.addons ?? []).flatMap((addon) => addon.addonVersions ?? []);
  const usual = versions.find((version) => version.compatibilities?.some((one) => one.defaultVersion === true));
  return {
    addonName,
    ...(usual?.addonVersion === undefined ? {} : { default: usual.addonVersion }),
    compatible: versions.flatMap(({ addonVersion }) => (addonVersion === undefined ? [] : [addonVersion])),
  };
}

const day = (date: Date | undefined): string | undefined => date?.toISOString().slice(0, 10);

function toVersion(info: ClusterVersionInformation): ClusterVersion {
  const standard = day(info.endOfStandardSupportDate);
  const extended = day(info.endOfExtendedSupportDate);
  const status = info.versionStatus ?? info.status?.toUpperCase().replace('-', '_');
  return {
    version: info.clusterVersion!,
    isDefault: info.defaultVersion ?? false,
    support: status === 'STANDARD_SUPPORT' ? 'standard' : status === 'EXTENDED_SUPPORT' ? 'extended' : 'ended',
    ...(standard === undefined ? {} : { endOfStandardSupport: standard }),
    ...(extended === undefined ? {} : { endOfExtendedSupport: extended }),
  };
}

async function clusterVersions({ clients, call }: Connection): Promise<ClusterVersion[]> {
  const pages = await allPages(
    (nextToken) =>
      call('eks:DescribeClusterVersions', () => clients.eks.send(new DescribeClusterVersionsCommand({ nextToken }))),
    (page) => page.nextToken,
  );
  return pages.flatMap((page) => page.clusterVersions ?? []).map(toVersion);
}

async function ourClusters(connection: Connection): Promise<ClusterSummary[]> {
  const { clients, call } = connection;
  const pages = await allPages(
    (nextToken) => call('eks:ListClusters', () => clients.eks.send(new ListClustersCommand({ nextToken }))),
    (page) => page.nextToken,
  );
  const names = pages.flatMap((page) => page.clusters ?? []);
  const described = await Promise.all(names.map((name) => describeCluster(connection, name)));
  return described.flatMap((cluster) =>
    cluster?.tags?.[clusterTag] !== cluster?.name || cluster === undefined
      ? []
      : [
          {
            name: cluster.name!,
            version: cluster.version ?? '',
            status: cluster.status ?? '',
            ...(cluster.endpoint === undefined ? {} : { endpoint: cluster.endpoint }),
          },
        ],
  );
}

function toInstance(instance: Instance): NodeInstance {
  const { StateReason, StateTransitionReason } = instance;
  const reason = StateReason?.Message ?? (StateTransitionReason || undefined);
  return {
    instanceId: instance.InstanceId!,
    state: instance.State?.Name ?? 'unknown',
    ...(reason === undefined ? {} : { stateReason: reason }),
    type: instance.InstanceType ?? '',
    zone: instance.Placement?.AvailabilityZone ?? '',
    subnetId: instance.SubnetId ?? '',
    privateDnsName: instance.PrivateDnsName ?? '',
    ...(instance.PrivateIpAddress === undefined ? {} : { privateAddress: instance.PrivateIpAddress }),
    ...(instance.PublicIpAddress === undefined ? {} : { publicAddress: instance.PublicIpAddress }),
    securityGroupIds: (instance.SecurityGroups ?? []).map((group) => group.GroupId!),
    ...(instance.IamInstanceProfile?.Arn === undefined ? {} : { instanceProfileArn: instance.IamInstanceProfile.Arn }),
    imageId: instance.ImageId ?? '',
    spot: instance.InstanceLifecycle === 'spot',
    launchedAt: (instance.LaunchTime ?? new Date(0)).toISOString(),
    tags: Object.fromEntries((instance.Tags ?? []).map((tag) => [tag.Key!, tag.Value ?? ''])),
  };
}

/** Both managers' instances carry `kubernetes.io/cluster/NAME`: kubelets and the VPC CNI look for it. */
async function nodeInstances({ clients, call }: Connection, cluster: string): Promise<NodeInstance[]> {
  const Filters = [{ Name: 'tag-key', Values: [`kubernetes.io/cluster/${cluster}`] }];
  const pages = await allPages(
    (NextToken) =>
      call('ec2:DescribeInstances', () =>
        clients.ec2.send(new DescribeInstancesCommand({ Filters, NextToken, MaxResults: 1000 })),
      ),
    (page) => page.NextToken,
  );
  return pages
    .flatMap((page) => page.Reservations ?? [])
    .flatMap((one) => one.Instances ?? [])
    .map(toInstance);
}

async function consoleOutput({ clients, call }: Connection, InstanceId: string): Promise<string | undefined> {
  const answer = await unlessGone(
    call('ec2:GetConsoleOutput', () => clients.ec2.send(new GetConsoleOutputCommand({ InstanceId }))),
  );
  return answer?.Output ? Buffer.from(answer.Output, 'base64').toString('utf8') : undefined;
}

/** What AWS tells beside our own resources. */
export const facts = (connection: Connection): Facts => ({
  identity: () => identity(connection),
  givenNetwork: (vpcId, subnetIds) => networkFacts(connection, vpcId, subnetIds),
  vpcDns: (vpcId) => dnsFacts(connection, vpcId),
  parameters: (names) => parameters(connection, names),
  quotas: (names) => quotaFacts(connection, names),
  givenThings: (names) => givenThings(connection, names),
  instanceTypes: (names) => instanceTypes(connection, names),
  addonVersions: (addonName, version) => addonVersions(connection, addonName, version),
  clusterVersions: () => clusterVersions(connection),
  ourClusters: () => ourClusters(connection),
  nodeInstances: (cluster) => nodeInstances(connection, cluster),
  consoleOutput: (instanceId) => consoleOutput(connection, instanceId),
  subnets: (ids) => subnetFacts(connection, ids),
  ourSeats: () => seatsClusters(connection),
  seatPlaces: (asked) => seatPlaces(connection, asked),
  launchFailures: (names) => launchFailures(connection, names),
  offeringZones: (types) => offeringZones(connection, types),
  hostedZones: (name) => hostedZones(connection, name),
  zoneNameServers: (id) => zoneNameServers(connection, id),
  securityGroupRules: async (ids) => (await securityGroupFacts(connection, ids)).map(({ vpcId: _, ...rules }) => rules),
});

/** What each fact needs. */
export const factPermissions: Readonly<Record<keyof Facts, readonly Permission[]>> = (() => {
  const any = (...actions: readonly string[]): Permission[] => actions.map((action) => ({ action, resource: '*' }));
  const routes = ['ec2:DescribeSubnets', 'ec2:DescribeRouteTables', 'ec2:DescribeNatGateways'];
  return {
    identity: any('sts:GetCallerIdentity'),
    givenNetwork: any('ec2:DescribeSubnets', 'ec2:DescribeRouteTables'),
    vpcDns: any('ec2:DescribeVpcAttribute'),
    parameters: [
      { action: 'ssm:GetParameters', resource: `arn:\${partition}:ssm:\${region}::parameter/aws/service/*` },
    ],
    quotas: any(
      'servicequotas:GetServiceQuota',
      'servicequotas:GetAWSDefaultServiceQuota',
      'ec2:DescribeVpcs',
      'ec2:DescribeAddresses',
      'ec2:DescribeInstances',
    ),
    givenThings: [
      { action: 'iam:GetRole', resource: 'arn:${partition}:iam::${account}:role/*' },
      { action: 'iam:GetInstanceProfile', resource: 'arn:${partition}:iam::${account}:instance-profile/*' },
      ...any('ec2:DescribeKeyPairs', 'ec2:DescribeSecurityGroups'),
    ],
    instanceTypes: any('ec2:DescribeInstanceTypes'),
    addonVersions: any('eks:DescribeAddonVersions'),
    clusterVersions: any('eks:DescribeClusterVersions'),
    ourClusters: any('eks:ListClusters', 'eks:DescribeCluster'),
    nodeInstances: any('ec2:DescribeInstances'),
    consoleOutput: any('ec2:GetConsoleOutput'),
    subnets: any(...routes),
    securityGroupRules: any('ec2:DescribeSecurityGroups'),
    ourSeats: any('ec2:DescribeSecurityGroups'),
    seatPlaces: any(
      'ec2:DescribeVolumes',
      'ec2:DescribeNetworkInterfaces',
      'elasticloadbalancing:DescribeTargetHealth',
    ),
    launchFailures: any('autoscaling:DescribeScalingActivities'),
    offeringZones: any('ec2:DescribeInstanceTypeOfferings'),
    hostedZones: any('route53:ListHostedZonesByName'),
    zoneNameServers: [{ action: 'route53:GetHostedZone', resource: zoneArn }],
  };
})();
