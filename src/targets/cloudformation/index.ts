import type { KindName } from '../../model/kinds/names.ts';
import { accessEntry } from './access-entry.ts';
import { addon } from './addon.ts';
import { autoScalingGroup } from './auto-scaling-group.ts';
import { bucket } from './bucket.ts';
import { bucketObject } from './bucket-object.ts';
import type { CloudFormationKind } from './cloudformation-kind.ts';
import { cluster } from './cluster.ts';
import { clusterKeys } from './cluster-keys.ts';
import { dnsRecord } from './dns-record.ts';
import { egressOnlyInternetGateway } from './egress-only-internet-gateway.ts';
import { elasticIp } from './elastic-ip.ts';
import { eventRule } from './event-rule.ts';
import { fargateProfile } from './fargate-profile.ts';
import { givenSubnetTags } from './given-subnet-tags.ts';
import { hostedZone } from './hosted-zone.ts';
import { instanceProfile } from './instance-profile.ts';
import { internetGateway } from './internet-gateway.ts';
import { keyPair } from './key-pair.ts';
import { kmsAlias } from './kms-alias.ts';
import { kmsGrant } from './kms-grant.ts';
import { kmsKey } from './kms-key.ts';
import { launchTemplate } from './launch-template.ts';
import { lifecycleHook } from './lifecycle-hook.ts';
import { listener } from './listener.ts';
import { loadBalancer } from './load-balancer.ts';
import { logGroup } from './log-group.ts';
import { natGateway } from './nat-gateway.ts';
import { networkInterface } from './network-interface.ts';
import { nodeGroup } from './node-group.ts';
import { oidcProvider } from './oidc-provider.ts';
import { podIdentityAssociation } from './pod-identity-association.ts';
import { policy } from './policy.ts';
import { queue } from './queue.ts';
import { role } from './role.ts';
import { route } from './route.ts';
import { routeTable } from './route-table.ts';
import { routeTableAssociation } from './route-table-association.ts';
import { securityGroup } from './security-group.ts';
import { securityGroupRule } from './security-group-rule.ts';
import { subnet } from './subnet.ts';
import { targetGroup } from './target-group.ts';
import { volume } from './volume.ts';
import { vpc } from './vpc.ts';
import { vpcCidrBlock } from './vpc-cidr-block.ts';
import { vpcEndpoint } from './vpc-endpoint.ts';

/** How each kind is written. */
export const cloudFormationKinds: { readonly [K in KindName]: CloudFormationKind<K> } = {
  vpc,
  'vpc-cidr-block': vpcCidrBlock,
  subnet,
  'given-subnet-tags': givenSubnetTags,
  'internet-gateway': internetGateway,
  'egress-only-internet-gateway': egressOnlyInternetGateway,
  'elastic-ip': elasticIp,
  'nat-gateway': natGateway,
  'route-table': routeTable,
  route,
  'route-table-association': routeTableAssociation,
  'vpc-endpoint': vpcEndpoint,
  'hosted-zone': hostedZone,
  'security-group': securityGroup,
  'security-group-rule': securityGroupRule,
  'kms-key': kmsKey,
  'kms-alias': kmsAlias,
  'kms-grant': kmsGrant,
  'log-group': logGroup,
  role,
  policy,
  'instance-profile': instanceProfile,
  'oidc-provider': oidcProvider,
  'key-pair': keyPair,
  bucket,
  'cluster-keys': clusterKeys,
  'bucket-object': bucketObject,
  cluster,
  'load-balancer': loadBalancer,
  'target-group': targetGroup,
  listener,
  'dns-record': dnsRecord,
  volume,
  'network-interface': networkInterface,
  'access-entry': accessEntry,
  'pod-identity-association': podIdentityAssociation,
  addon,
  'launch-template': launchTemplate,
  'node-group': nodeGroup,
  'auto-scaling-group': autoScalingGroup,
  'lifecycle-hook': lifecycleHook,
  queue,
  'event-rule': eventRule,
  'fargate-profile': fargateProfile,
};
