import type { Diagnostic } from '../base/diagnostic.ts';
import { milliseconds } from '../base/duration.ts';
import type { StrandedInstance } from '../insight/stranded-instance.ts';
import { type Surroundings, whyNoNode } from '../insight/why-no-node.ts';
import { bootTag } from '../model/bootstrap/self-managed/boot-config.ts';
import { ofKind, type Snapshot } from '../model/snapshot.ts';
import type { Settled } from '../model/types.ts';
import type { NodeInstance } from '../ports/facts.ts';
import type { KubernetesNode } from '../ports/kubernetes.ts';
import type { AwsToRead } from './ports.ts';

/** The group's id in the graph, from the tags that Auto Scaling puts on its instances. */
export function groupOf({ tags }: NodeInstance, snapshot: Snapshot): string {
  const asg = tags['aws:autoscaling:groupName'];
  const managed = tags['eks:nodegroup-name'] ?? tags['eks.amazonaws.com/nodegroup'];
  const own = ofKind(snapshot, 'auto-scaling-group').find(({ observed }) => observed.groupName === asg);
  const eks = ofKind(snapshot, 'node-group').find(
    ({ observed, name }) =>
      (asg !== undefined && observed.autoScalingGroupName === asg) ||
      observed.nodeGroupName === managed ||
      name === managed,
  );
  return own?.id ?? eks?.id ?? 'no group of ours';
}

interface Sight {
  readonly aws: AwsToRead;
  readonly nodes: readonly KubernetesNode[];
}

/** Why instances of ours are no nodes. Asks AWS further only where there are such. */
export async function strandedProblems(
  snapshot: Snapshot,
  instances: readonly NodeInstance[],
  { aws, nodes }: Sight,
): Promise<Diagnostic[]> {
  const joined = new Set(nodes.map(({ instanceId }) => instanceId));
  const stranded = instances.filter(({ instanceId }) => !joined.has(instanceId));
  if (stranded.length === 0) return [];
  const [surroundings, seen] = await Promise.all([
    surroundingsOf(snapshot, stranded, aws),
    strandedInstances(snapshot, stranded, aws),
  ]);
  return seen.flatMap((instance) => whyNoNode(instance, surroundings));
}

async function surroundingsOf(
  snapshot: Snapshot,
  stranded: readonly NodeInstance[],
  { facts }: AwsToRead,
): Promise<Surroundings> {
  const cluster = ofKind(snapshot, 'cluster')[0]!;
  const { endpoint, certificateAuthority, clusterSecurityGroupId } = cluster.observed;
  const groupIds = [
    ...new Set([clusterSecurityGroupId, ...stranded.flatMap(({ securityGroupIds }) => securityGroupIds)]),
  ];
  const rules = await facts.securityGroupRules(groupIds);
  const entries = ofKind(snapshot, 'access-entry').filter(({ settled }) => settled.entryType === 'EC2_LINUX');
  // EKS keeps the entries of managed groups itself, untagged: their roles are mapped while the group is not degraded.
  const managed = ofKind(snapshot, 'node-group').flatMap(({ settled, stateReason }) =>
    stateReason?.includes('AccessDenied') ? [] : (settled.nodeRoleArn ?? []),
  );
  return {
    cluster: cluster.settled as Settled<'cluster'>,
    endpoint,
    certificateAuthority,
    clusterSecurityGroupId,
    ingress: rules.find(({ groupId }) => groupId === clusterSecurityGroupId)?.ingress ?? [],
    egress: new Map(rules.map(({ groupId, egress }) => [groupId, egress])),
    mappedRoles: new Set([...entries.flatMap(({ settled }) => settled.principalArn ?? []), ...managed]),
    endpoints: endpointsOf(snapshot),
  };
}

/** Services with an endpoint in the VPC, last part of their names: `s3`, `ecr.api`. */
export const endpointsOf = (snapshot: Snapshot): ReadonlySet<string> =>
  new Set(
    ofKind(snapshot, 'vpc-endpoint').flatMap(
      ({ settled }) => settled.endpointService?.replace(/^com\.amazonaws\.[^.]+\./, '') ?? [],
    ),
  );

/** All that AWS shows of instances that are no nodes. */
export async function strandedInstances(
  snapshot: Snapshot,
  stranded: readonly NodeInstance[],
  { facts, clock }: AwsToRead,
): Promise<StrandedInstance[]> {
  const profileNames = [
    ...new Set(stranded.flatMap(({ instanceProfileArn }) => instanceProfileArn?.split('/').at(-1) ?? [])),
  ];
  const [subnets, { instanceProfiles }, consoles] = await Promise.all([
    facts.subnets([...new Set(stranded.map(({ subnetId }) => subnetId))]),
    facts.givenThings({ instanceProfiles: profileNames }),
    Promise.all(stranded.map(({ instanceId }) => facts.consoleOutput(instanceId))),
  ]);
  const wayOuts = new Map(
    subnets.map(({ subnetId, wayOut }) => [
      subnetId,
      { type: wayOut.type, publicAddresses: wayOut.type === 'nat-gateway' ? wayOut.publicAddresses : [] },
    ]),
  );
  return stranded.map((instance, i) => {
    const {
      instanceId,
      state,
      stateReason,
      subnetId,
      publicAddress,
      securityGroupIds,
      instanceProfileArn,
      launchedAt,
    } = instance;
    const group = groupOf(instance, snapshot);
    const template = ofKind(snapshot, 'launch-template').find(({ id }) => id.split('/')[1] === group.split('/')[1]);
    return {
      instanceId,
      group,
      state,
      subnetId,
      securityGroupIds,
      ...(stateReason === undefined ? {} : { stateReason }),
      ...(publicAddress === undefined ? {} : { publicAddress }),
      age: milliseconds(Math.max(0, clock.now() - Date.parse(launchedAt))),
      wayOut: wayOuts.get(subnetId),
      roleArn: instanceProfiles.get(instanceProfileArn?.split('/').at(-1) ?? '')?.roleArn,
      userData: template?.settled.userData ?? null,
      console: consoles[i],
      bootTag: instance.tags[bootTag],
    };
  });
}
