import type { InventoryObject } from '../inventory.ts';
import { asSet, at, byTag, member, type Properties, type Stock, said, type TypeTable, tags } from './type-table.ts';

const named =
  (type: string, property: string) =>
  ({ ClusterName, ...properties }: Properties, stock: Stock): InventoryObject | undefined =>
    stock.byKey(type, `${ClusterName}|${(properties as Properties)[property]}`);

type Part = Readonly<Record<string, unknown>>;

/** Members of an answer under the names of a template. */
const renamed = (object: InventoryObject, path: string, names: Readonly<Record<string, string>>): Part => {
  const part = member(object, path) as Part | undefined;
  const all = Object.entries(names).map(([template, answer]) => [template, part?.[answer]] as const);
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
};

/** A range that EKS chose is compared where the template says one. */
const network = (object: InventoryObject, _: Stock, properties: Properties): unknown => {
  const says = (properties.KubernetesNetworkConfig ?? {}) as Part;
  const { ServiceIpv4Cidr, ...rest } = renamed(object, 'kubernetesNetworkConfig', {
    IpFamily: 'ipFamily',
    ServiceIpv4Cidr: 'serviceIpv4Cidr',
  });
  return 'ServiceIpv4Cidr' in says ? { ...rest, ServiceIpv4Cidr } : rest;
};

const vpcConfig = (value: unknown): unknown => {
  const { SubnetIds, SecurityGroupIds = [], PublicAccessCidrs, ...rest } = value as Part;
  const isPublic = rest.EndpointPublicAccess === true;
  return {
    ...rest,
    SubnetIds: asSet(SubnetIds),
    SecurityGroupIds: asSet(SecurityGroupIds),
    // Of no meaning to an endpoint that is closed; EKS tells a range all the same.
    ...(isPublic ? { PublicAccessCidrs: asSet(PublicAccessCidrs) } : {}),
  };
};

interface Logging {
  readonly types: readonly string[];
  readonly enabled: boolean;
}

function logging(object: InventoryObject): unknown {
  const all = (member(object, 'logging.clusterLogging') as readonly Logging[] | undefined) ?? [];
  const types = all.filter(({ enabled }) => enabled).flatMap((one) => one.types);
  return types.length === 0 ? undefined : { ClusterLogging: { EnabledTypes: types.sort().map((Type) => ({ Type })) } };
}

const loggingForm = (value: unknown): unknown => {
  if (value === undefined) return undefined;
  const { ClusterLogging } = value as { ClusterLogging: { EnabledTypes: readonly unknown[] } };
  return { ClusterLogging: { EnabledTypes: asSet(ClusterLogging.EnabledTypes) } };
};

interface Encryption {
  readonly resources: readonly string[];
  readonly provider: { readonly keyArn: string };
}

const encryption = (object: InventoryObject): unknown =>
  (member(object, 'encryptionConfig') as readonly Encryption[] | undefined)?.map(({ resources, provider }) => ({
    Resources: resources,
    Provider: { KeyArn: provider.keyArn },
  }));

const cluster: TypeTable = {
  find: (properties, stock) => stock.byKey('AWS::EKS::Cluster', properties.Name),
  ref: at('name'),
  attributes: {
    Arn: at('arn'),
    Endpoint: at('endpoint'),
    CertificateAuthorityData: at('certificateAuthority.data'),
    OpenIdConnectIssuerUrl: at('identity.oidc.issuer'),
    ClusterSecurityGroupId: at('resourcesVpcConfig.clusterSecurityGroupId'),
    'KubernetesNetworkConfig.ServiceIpv6Cidr': at('kubernetesNetworkConfig.serviceIpv6Cidr'),
  },
  properties: {
    Name: said('name'),
    Version: said('version'),
    RoleArn: said('roleArn'),
    ResourcesVpcConfig: {
      told: (object) =>
        renamed(object, 'resourcesVpcConfig', {
          SubnetIds: 'subnetIds',
          SecurityGroupIds: 'securityGroupIds',
          EndpointPrivateAccess: 'endpointPrivateAccess',
          EndpointPublicAccess: 'endpointPublicAccess',
          PublicAccessCidrs: 'publicAccessCidrs',
        }),
      form: vpcConfig,
    },
    KubernetesNetworkConfig: { told: network },
    Logging: { told: logging, form: loggingForm },
    EncryptionConfig: { told: encryption },
    AccessConfig: {
      told: (object) =>
        renamed(object, 'accessConfig', {
          AuthenticationMode: 'authenticationMode',
          BootstrapClusterCreatorAdminPermissions: 'bootstrapClusterCreatorAdminPermissions',
        }),
    },
    UpgradePolicy: { told: (object) => renamed(object, 'upgradePolicy', { SupportType: 'supportType' }) },
    DeletionProtection: said('deletionProtection', { byDefault: false }),
    ComputeConfig: said('computeConfig'),
    RemoteNetworkConfig: said('remoteNetworkConfig'),
    Tags: tags,
  },
  untold: { BootstrapSelfManagedAddons: 'counts when the cluster is made' },
};

/** Roles of an add-on's service accounts, by the associations that it owns. */
function identities(object: InventoryObject, stock: Stock): unknown {
  const arns = (member(object, 'podIdentityAssociations') as readonly string[] | undefined) ?? [];
  const own = stock
    .of('AWS::EKS::PodIdentityAssociation')
    .filter((one) => arns.includes(member(one, 'associationArn') as string));
  return own.map((one) => ({ ServiceAccount: member(one, 'serviceAccount'), RoleArn: member(one, 'roleArn') }));
}

const asJson = (value: unknown): unknown =>
  value === undefined || value === '' ? undefined : (JSON.parse(String(value)) as unknown);

const addon: TypeTable = {
  find: named('AWS::EKS::Addon', 'AddonName'),
  ref: at('addonName'),
  attributes: { Arn: at('addonArn') },
  properties: {
    ClusterName: said('clusterName'),
    AddonName: said('addonName'),
    AddonVersion: said('addonVersion', { onlyIfSaid: true }),
    ConfigurationValues: said('configurationValues', { form: asJson }),
    PodIdentityAssociations: { told: identities, byDefault: [], form: asSet },
    ServiceAccountRoleArn: said('serviceAccountRoleArn'),
    Tags: tags,
  },
  untold: { ResolveConflicts: 'is sent along and never told' },
};

interface Policy {
  readonly policyArn: string;
  readonly accessScope: { readonly type: string; readonly namespaces: readonly string[] };
}

const policies = (object: InventoryObject): unknown =>
  ((member(object, 'accessPolicies') as readonly Policy[] | undefined) ?? []).map(({ policyArn, accessScope }) => ({
    PolicyArn: policyArn,
    AccessScope:
      accessScope.type === 'cluster'
        ? { Type: 'cluster' }
        : { Type: accessScope.type, Namespaces: accessScope.namespaces },
  }));

const accessEntry: TypeTable = {
  find: named('AWS::EKS::AccessEntry', 'PrincipalArn'),
  ref: at('principalArn'),
  attributes: { AccessEntryArn: at('accessEntryArn') },
  properties: {
    ClusterName: said('clusterName'),
    PrincipalArn: said('principalArn'),
    Type: said('type', { byDefault: 'STANDARD' }),
    // EKS derives both for nodes, and a name from the ARN for people.
    Username: said('username', { onlyIfSaid: true }),
    KubernetesGroups: said('kubernetesGroups', { onlyIfSaid: true, form: asSet }),
    AccessPolicies: { told: policies, byDefault: [], form: asSet },
    Tags: tags,
  },
};

const podIdentity: TypeTable = {
  find: byTag('AWS::EKS::PodIdentityAssociation'),
  ref: at('associationArn'),
  attributes: { AssociationId: at('associationId'), AssociationArn: at('associationArn') },
  properties: {
    ClusterName: said('clusterName'),
    Namespace: said('namespace'),
    ServiceAccount: said('serviceAccount'),
    RoleArn: said('roleArn'),
    DisableSessionTags: said('disableSessionTags', { byDefault: false }),
    TargetRoleArn: said('targetRoleArn'),
    Tags: tags,
  },
};

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

const taints = (object: InventoryObject): unknown =>
  (member(object, 'taints') as readonly Taint[] | undefined)?.map(({ key, value = '', effect }) => ({
    Key: key,
    Value: value,
    Effect: effect,
  }));

const nodegroup: TypeTable = {
  find: named('AWS::EKS::Nodegroup', 'NodegroupName'),
  ref: (object) => `${member(object, 'clusterName')}/${member(object, 'nodegroupName')}`,
  attributes: { NodegroupName: at('nodegroupName'), Arn: at('nodegroupArn') },
  properties: {
    ClusterName: said('clusterName'),
    NodegroupName: said('nodegroupName'),
    NodeRole: said('nodeRole'),
    Subnets: said('subnets', { form: asSet }),
    AmiType: said('amiType', { onlyIfSaid: true }),
    CapacityType: said('capacityType', { byDefault: 'ON_DEMAND' }),
    InstanceTypes: said('instanceTypes'),
    LaunchTemplate: { told: (object) => renamed(object, 'launchTemplate', { Id: 'id', Version: 'version' }) },
    ScalingConfig: {
      told: (object) =>
        renamed(object, 'scalingConfig', { MinSize: 'minSize', MaxSize: 'maxSize', DesiredSize: 'desiredSize' }),
    },
    Labels: said('labels', { byDefault: {} }),
    Taints: { told: taints, byDefault: [], form: asSet },
    UpdateConfig: {
      told: (object) =>
        renamed(object, 'updateConfig', {
          MaxUnavailable: 'maxUnavailable',
          MaxUnavailablePercentage: 'maxUnavailablePercentage',
        }),
      byDefault: { MaxUnavailable: 1 },
    },
    Version: said('version', { onlyIfSaid: true }),
    ReleaseVersion: said('releaseVersion', { onlyIfSaid: true }),
    NodeRepairConfig: said('nodeRepairConfig', { byDefault: { enabled: false } }),
    Tags: tags,
  },
};

interface Selector {
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
}

const selectors = (object: InventoryObject): unknown =>
  (member(object, 'selectors') as readonly Selector[]).map(({ namespace, labels = {} }) => ({
    Namespace: namespace,
    ...(Object.keys(labels).length === 0
      ? {}
      : { Labels: asSet(Object.entries(labels).map(([Key, Value]) => ({ Key, Value }))) }),
  }));

const fargateProfile: TypeTable = {
  find: named('AWS::EKS::FargateProfile', 'FargateProfileName'),
  ref: at('fargateProfileName'),
  attributes: { Arn: at('fargateProfileArn') },
  properties: {
    ClusterName: said('clusterName'),
    FargateProfileName: said('fargateProfileName'),
    PodExecutionRoleArn: said('podExecutionRoleArn'),
    Subnets: said('subnets', { form: asSet }),
    Selectors: { told: selectors, form: asSet },
    Tags: tags,
  },
};

export const eksTypes: Readonly<Record<string, TypeTable>> = {
  'AWS::EKS::Cluster': cluster,
  'AWS::EKS::Addon': addon,
  'AWS::EKS::AccessEntry': accessEntry,
  'AWS::EKS::PodIdentityAssociation': podIdentity,
  'AWS::EKS::Nodegroup': nodegroup,
  'AWS::EKS::FargateProfile': fargateProfile,
};
