import type { Resource } from '../../model/graph.ts';
import { refTo } from '../../model/graph.ts';
import { eksKubeconfigCommand, endpointDescription } from '../export/output-texts.ts';
import type { TerraformKind } from './terraform-kind.ts';

const vpcConfig = ({ desired }: Resource<'cluster'>) => ({
  subnet_ids: desired.subnetIds,
  security_group_ids: desired.securityGroupIds,
  endpoint_private_access: desired.endpointPrivate,
  endpoint_public_access: desired.endpointPublic,
  public_access_cidrs: desired.endpointPublic ? desired.publicAccessCidrs : undefined,
});

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eks_cluster */
export const cluster: TerraformKind<'cluster'> = {
  lacks: ({ desired }) =>
    desired.deletionProtection
      ? [
          'deletion protection: the AWS provider of version 5 has no argument for it, so that AWS deletes the cluster whenever it is asked to',
        ]
      : [],
  blocks: (resource, { tags }) => {
    const { desired } = resource;
    return [
      {
        type: 'aws_eks_cluster',
        body: {
          name: desired.name,
          version: desired.version,
          role_arn: desired.roleArn,
          vpc_config: vpcConfig(resource),
          kubernetes_network_config: { ip_family: desired.ipFamily, service_ipv4_cidr: desired.serviceCidr },
          enabled_cluster_log_types: desired.logTypes,
          encryption_config:
            desired.encryptionKeyArn === null
              ? undefined
              : { resources: ['secrets'], provider: { key_arn: desired.encryptionKeyArn } },
          // Access entries alone; nobody is let in silently, and add-ons are resources of their own.
          access_config: { authentication_mode: 'API', bootstrap_cluster_creator_admin_permissions: false },
          bootstrap_self_managed_addons: false,
          upgrade_policy: { support_type: desired.upgradePolicy },
          tags: tags(desired.tags),
        },
        // They count when a cluster is made and AWS does not tell them afterwards.
        notImported: ['access_config[0].bootstrap_cluster_creator_admin_permissions', 'bootstrap_self_managed_addons'],
      },
    ];
  },
  attributes: {
    clusterName: 'name',
    arn: 'arn',
    endpoint: 'endpoint',
    certificateAuthority: 'certificate_authority[0].data',
    issuer: 'identity[0].oidc[0].issuer',
    clusterSecurityGroupId: 'vpc_config[0].cluster_security_group_id',
    serviceRange: ({ desired }) =>
      `kubernetes_network_config[0].${desired.ipFamily === 'ipv6' ? 'service_ipv6_cidr' : 'service_ipv4_cidr'}`,
    platformVersion: 'platform_version',
  },
  importIds: ({ observed }) => [observed.clusterName],
  outputs: (resource, { region }) => ({
    cluster_endpoint: { description: endpointDescription, value: refTo(resource, 'endpoint') },
    kubeconfig_command: eksKubeconfigCommand(String(resource.desired.name), region),
  }),
};
