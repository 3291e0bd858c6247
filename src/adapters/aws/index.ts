import type { KindName } from '../../model/kinds/names.ts';
import type { Owners, Readers, Writers } from '../../ports/aws.ts';
import type { PermissionTable } from '../../ports/permissions.ts';
import { accessEntry } from './access-entry.ts';
import type { Adapter } from './adapter.ts';
import { addon } from './addon.ts';
import { autoScalingGroup } from './auto-scaling-group.ts';
import { bucket } from './bucket.ts';
import { bucketObject } from './bucket-object.ts';
import { cluster } from './cluster.ts';
import { clusterKeys } from './cluster-keys.ts';
import type { Connection } from './connection.ts';
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
import { leftoverFinder, leftoverRemover } from './leftovers.ts';
import { lifecycleHook } from './lifecycle-hook.ts';
import { listener } from './listener.ts';
import { loadBalancer } from './load-balancer.ts';
import { logGroup } from './log-group.ts';
import { natGateway } from './nat-gateway.ts';
import { networkInterface } from './network-interface.ts';
import { nodeGroup } from './node-group.ts';
import { oidcProvider } from './oidc-provider.ts';
import { ownerOf } from './owner.ts';
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
import { withoutExportedTag } from './without-exported-tag.ts';

export { certificateIssuer, issuerPermissions } from '../keys/issuer.ts';
export { factPermissions, facts } from './facts.ts';
export { leftoverPermissions } from './leftovers.ts';
export { lockName, lockPermissions, parameterLocks } from './lock.ts';
export { machinePermissions, machines } from './machines.ts';
export { standing } from './standing.ts';
export { storePermissions, storeReader, storeWriter } from './store.ts';
export { verbPermissions } from './verb-permissions.ts';

/** The adapter of every kind. */
export const adapters: { readonly [K in KindName]: Adapter<K> } = {
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
  'security-group': securityGroup,
  'security-group-rule': securityGroupRule,
  'kms-key': kmsKey,
  'kms-alias': kmsAlias,
  'log-group': logGroup,
  role,
  policy,
  'instance-profile': instanceProfile,
  'oidc-provider': oidcProvider,
  'key-pair': keyPair,
  cluster,
  'access-entry': accessEntry,
  'pod-identity-association': podIdentityAssociation,
  addon,
  'launch-template': launchTemplate,
  'node-group': nodeGroup,
  'auto-scaling-group': autoScalingGroup,
  'fargate-profile': fargateProfile,
  volume,
  'network-interface': networkInterface,
  'load-balancer': loadBalancer,
  'target-group': targetGroup,
  listener,
  'hosted-zone': hostedZone,
  'dns-record': dnsRecord,
  bucket,
  'bucket-object': bucketObject,
  'cluster-keys': clusterKeys,
  queue,
  'event-rule': eventRule,
  'lifecycle-hook': lifecycleHook,
  'kms-grant': kmsGrant,
};

/** A table over kinds made from the adapters; each entry's kind is the key's, which `Object.fromEntries` cannot say. */
const table = <T>(of: (adapter: Adapter<KindName>, kind: KindName) => unknown): T =>
  Object.fromEntries(
    Object.entries(adapters).map(([kind, adapter]) => [
      kind,
      of(adapter as unknown as Adapter<KindName>, kind as KindName),
    ]),
  ) as T;

/** What reads every kind. Whoever plans is given these and no writers. */
export const readers = (connection: Connection): Readers =>
  table((adapter) => withoutExportedTag(adapter.reader(connection)));

/** What changes every kind. */
export const writers = (connection: Connection): Writers => table((adapter) => adapter.writer(connection));

/** What changes whose every kind is. */
export const owners = (connection: Connection): Owners => table((adapter, kind) => ownerOf(kind, adapter, connection));

/** What every kind's adapter calls. */
export const permissions: PermissionTable = table((adapter) => adapter.permissions);

/** What finds and removes what controllers in the cluster made and a destroy would leave behind. */
export const leftovers = (connection: Connection) => ({
  ...leftoverFinder(connection),
  ...leftoverRemover(connection),
});
