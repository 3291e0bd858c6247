import type { Addon } from '@aws-sdk/client-eks';
import type { EksAddon, EksCluster } from './state.ts';

/** An add-on as DescribeAddon answers it. */
export const addonView = (cluster: EksCluster, addon: EksAddon): Addon => ({
  addonName: addon.name,
  clusterName: cluster.name,
  status: addon.status,
  addonVersion: addon.version,
  health: { issues: addon.issues.map((issue) => ({ ...issue })) as NonNullable<Addon['health']>['issues'] },
  addonArn: addon.arn,
  createdAt: new Date(addon.createdAt),
  modifiedAt: new Date(addon.modifiedAt),
  ...(addon.serviceAccountRoleArn === undefined ? {} : { serviceAccountRoleArn: addon.serviceAccountRoleArn }),
  tags: { ...addon.tags },
  publisher: 'eks',
  owner: 'aws',
  ...(addon.configurationValues === undefined ? {} : { configurationValues: addon.configurationValues }),
  ...(addon.podIdentityAssociations.length === 0
    ? {}
    : { podIdentityAssociations: [...addon.podIdentityAssociations] }),
  namespaceConfig: { namespace: addon.namespace },
});
