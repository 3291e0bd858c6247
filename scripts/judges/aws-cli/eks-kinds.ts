import type { Json } from '../../../src/base/canonical-json.ts';
import type { KindName } from '../../../src/model/kinds/names.ts';
import type { Cli, KindByCli, Known } from './question.ts';

const clusterQuery = [
  'name:name,clusterName:name,version:version,roleArn:roleArn,arn:arn,endpoint:endpoint,tags:tags',
  'subnetIds:resourcesVpcConfig.subnetIds,securityGroupIds:resourcesVpcConfig.securityGroupIds',
  'endpointPrivate:resourcesVpcConfig.endpointPrivateAccess,endpointPublic:resourcesVpcConfig.endpointPublicAccess',
  'publicAccessCidrs:resourcesVpcConfig.publicAccessCidrs,logTypes:logging.clusterLogging[?enabled].types[]',
  'encryptionKeyArn:encryptionConfig[0].provider.keyArn,ipFamily:kubernetesNetworkConfig.ipFamily',
  'serviceCidr:kubernetesNetworkConfig.serviceIpv4Cidr,serviceRange:kubernetesNetworkConfig.serviceIpv4Cidr',
  'upgradePolicy:upgradePolicy.supportType,deletionProtection:deletionProtection',
  'certificateAuthority:certificateAuthority.data,issuer:identity.oidc.issuer,platformVersion:platformVersion',
  'clusterSecurityGroupId:resourcesVpcConfig.clusterSecurityGroupId',
].join(',');

/** EKS keeps an add-on's roles in associations that the add-on owns. */
async function podIdentities({ clusterName, arn }: Known, cli: Cli): Promise<{ podIdentities: Json }> {
  const owned = await cli(
    `eks list-pod-identity-associations --cluster-name ${clusterName}`,
    `associations[?ownerArn=='${arn}'].associationId`,
  );
  const all = (owned as readonly string[]).map((id) =>
    cli(
      `eks describe-pod-identity-association --cluster-name ${clusterName} --association-id ${id}`,
      'association.{serviceAccount:serviceAccount,roleArn:roleArn}',
    ),
  );
  return { podIdentities: await Promise.all(all) };
}

/** Nodes and Fargate have no policies, and EKS refuses the question for them. */
async function policies({ entryType, clusterName, principalArn }: Known, cli: Cli): Promise<{ policies: Json }> {
  if (entryType !== 'STANDARD') return { policies: [] };
  const told = await cli(
    `eks list-associated-access-policies --cluster-name ${clusterName} --principal-arn ${principalArn}`,
    'associatedAccessPolicies[].{policyArn:policyArn,namespaces:accessScope.namespaces}',
  );
  return { policies: told };
}

/** Kinds of EKS. */
export const eksKinds: Partial<Record<KindName, KindByCli>> = {
  cluster: { asks: [{ command: 'eks describe-cluster --name {name}', query: `cluster.{${clusterQuery}}` }] },
  'access-entry': {
    asks: [
      {
        command: 'eks describe-access-entry --cluster-name {clusterName} --principal-arn {principalArn}',
        // EKS gives nodes a group by itself.
        query:
          "accessEntry.{clusterName:clusterName,principalArn:principalArn,entryType:type,username:username,groups:type=='STANDARD' && kubernetesGroups || `[]`,arn:accessEntryArn,tags:tags}",
      },
      policies,
    ],
  },
  addon: {
    asks: [
      {
        command: 'eks describe-addon --cluster-name {clusterName} --addon-name {addonName}',
        query:
          'addon.{clusterName:clusterName,addonName:addonName,version:addonVersion,installedVersion:addonVersion,values:configurationValues,arn:addonArn,tags:tags}',
      },
      podIdentities,
    ],
  },
};
