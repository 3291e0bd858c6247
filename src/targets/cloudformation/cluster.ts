import { type Resource, refTo } from '../../model/graph.ts';
import { eksKubeconfigCommand, endpointDescription } from '../export/output-texts.ts';
import type { CloudFormationKind, EmitContext } from './cloudformation-kind.ts';
import { serviceRangeBeside } from './service-range.ts';

type Cluster = Resource<'cluster'>;

/**
 * CloudFormation does not tell which range EKS chose for services, and nodes that boot by themselves must know it: where some do and
 * the spec leaves it to EKS, the template says one of EKS's own.
 */
function serviceRange({ id, desired }: Cluster, { isAskedFor, vpcRanges }: EmitContext): unknown {
  if (desired.serviceCidr !== undefined) return desired.serviceCidr;
  if (desired.ipFamily === 'ipv6' || vpcRanges === undefined || !isAskedFor(id, 'serviceRange')) return undefined;
  return serviceRangeBeside(vpcRanges);
}

const vpcConfig = ({ desired }: Cluster) => ({
  SubnetIds: desired.subnetIds,
  SecurityGroupIds: desired.securityGroupIds.length === 0 ? undefined : desired.securityGroupIds,
  EndpointPrivateAccess: desired.endpointPrivate,
  EndpointPublicAccess: desired.endpointPublic,
  PublicAccessCidrs: desired.endpointPublic ? desired.publicAccessCidrs : undefined,
});

const body = (resource: Cluster, context: EmitContext) => {
  const { desired } = resource;
  return {
    Name: desired.name,
    Version: desired.version,
    RoleArn: desired.roleArn,
    ResourcesVpcConfig: vpcConfig(resource),
    KubernetesNetworkConfig: { IpFamily: desired.ipFamily, ServiceIpv4Cidr: serviceRange(resource, context) },
    Logging:
      desired.logTypes.length === 0
        ? undefined
        : { ClusterLogging: { EnabledTypes: desired.logTypes.map((Type) => ({ Type })) } },
    EncryptionConfig:
      desired.encryptionKeyArn === null
        ? undefined
        : [{ Resources: ['secrets'], Provider: { KeyArn: desired.encryptionKeyArn } }],
    // Access entries alone; nobody is let in silently, and add-ons are resources of their own.
    AccessConfig: { AuthenticationMode: 'API', BootstrapClusterCreatorAdminPermissions: false },
    BootstrapSelfManagedAddons: false,
    UpgradePolicy: { SupportType: desired.upgradePolicy },
    DeletionProtection: desired.deletionProtection,
    Tags: context.tagList(desired.tags),
  };
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-eks-cluster.html */
export const cluster: CloudFormationKind<'cluster'> = {
  blocks: (resource, context) => [{ type: 'AWS::EKS::Cluster', body: body(resource, context) }],
  attributes: {
    clusterName: 'Ref',
    arn: 'Arn',
    endpoint: 'Endpoint',
    certificateAuthority: 'CertificateAuthorityData',
    issuer: 'OpenIdConnectIssuerUrl',
    clusterSecurityGroupId: 'ClusterSecurityGroupId',
    serviceRange: (resource, context, at) =>
      resource.desired.ipFamily === 'ipv6'
        ? at('KubernetesNetworkConfig.ServiceIpv6Cidr')
        : (serviceRange(resource, context) ?? null),
    platformVersion: null,
  },
  outputs: (resource, { region }) => ({
    ClusterEndpoint: { description: endpointDescription, value: refTo(resource, 'endpoint') },
    KubeconfigCommand: eksKubeconfigCommand(String(resource.desired.name), region),
  }),
};
