import { CreateNetworkInterfaceCommand, CreateVolumeCommand, type ResourceType } from '@aws-sdk/client-ec2';
import { CreateNodegroupCommand, DeleteNodegroupCommand } from '@aws-sdk/client-eks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyPlan } from '../app/apply.ts';
import { type DestroyEvent, type DestroyResult, destroy, planDestroy } from '../app/destroy.ts';
import { planCluster } from '../app/plan.ts';
import { minutes } from '../base/duration.ts';
import { loadOrThrow } from './scenarios.ts';
import { type Session, startSession } from './session.ts';

const spec = `
apiVersion: quilla.dev/v1alpha1
kind: Cluster
metadata: {name: demo}
spec:
  region: us-east-1
  kubernetesVersion: "1.36"
  controlPlane: {eks: {secretsEncryption: false, logging: {types: [api, audit]}}}
  network: {cidr: 10.0.0.0/16, zones: [us-east-1a, us-east-1b], nat: single}
  nodeGroups:
    - {name: workers, instanceTypes: [m6i.large], size: 1}
`;

let session: Session;
const region = () => session.aws.world.regions['us-east-1']!;
const clients = () => session.ports.connection.clients;

beforeAll(async () => {
  session = await startSession({ kubernetes: true });
  const plan = await planCluster(loadOrThrow(spec, 'demo'), session.ports.toRead);
  for await (const event of applyPlan(plan, session.ports.toWrite)) if (event.type === 'failed') throw event;
});
afterAll(() => session.stop());

const tagged = (type: ResourceType, tags: Readonly<Record<string, string>>) => ({
  TagSpecifications: [{ ResourceType: type, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }],
});

async function run(events: AsyncGenerator<DestroyEvent, DestroyResult>) {
  const seen: DestroyEvent[] = [];
  for (;;) {
    const next = await events.next();
    if (next.done === true) return { result: next.value, seen };
    seen.push(next.value);
  }
}

it('is refused with their names while node groups of others stand in the cluster, before anything is removed', async () => {
  const { clusters } = region().eks;
  const [own] = Object.values(clusters.demo!.nodegroups);
  const input = { clusterName: 'demo', nodegroupName: 'by-hand', nodeRole: own!.nodeRole, subnets: own!.subnets };
  await clients().eks.send(new CreateNodegroupCommand(input));
  await expect(planDestroy('demo', undefined, session.ports.toWrite)).rejects.toMatchObject({
    diagnostics: [{ code: 'app.left-behind', detail: expect.stringContaining('node-group by-hand') }],
  });
  await session.clock.sleep(minutes(5));
  await clients().eks.send(new DeleteNodegroupCommand({ clusterName: 'demo', nodegroupName: 'by-hand' }));
  await session.clock.sleep(minutes(10));
});

it('leaves neither the group of EKS that an idle interface names, nor a log group; volumes that are kept are named', async () => {
  const { vpc } = region().eks.clusters.demo!;
  const { ec2 } = clients();
  const cni = {
    SubnetId: vpc.subnetIds[0]!,
    Groups: [vpc.clusterSecurityGroupId],
    ...tagged('network-interface', { 'cluster.k8s.amazonaws.com/name': 'demo' }),
  };
  await ec2.send(new CreateNetworkInterfaceCommand(cni));
  const tags = tagged('volume', { 'ebs.csi.aws.com/cluster': 'true', KubernetesCluster: 'demo' });
  const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1, ...tags }));

  const { plan, leftovers } = await planDestroy('demo', undefined, session.ports.toWrite);
  expect(leftovers.map(({ type }) => type).sort()).toEqual(['network-interface', 'volume']);
  const agreed = { plan, graph: undefined, keepVolumes: true };
  const { result, seen } = await run(destroy(agreed, session.ports.toWrite));
  expect(result).toMatchObject({ outcome: 'done', remaining: [], kept: [{ type: 'volume', id: VolumeId }] });
  const order = seen.flatMap((event) => {
    if (event.type === 'leftover-removed') return [event.leftover.type];
    return event.type === 'started' && event.step.kind === 'cluster' ? ['cluster'] : [];
  });
  expect(order).toEqual(['network-interface', 'cluster']);
  expect(Object.values(region().ec2.securityGroups).some(({ name }) => name.startsWith('eks-'))).toBe(false);
  expect(Object.keys(region().ec2.volumes)).toContain(VolumeId);
  await session.clock.sleep(minutes(5));
  expect(region().logs.groups).toEqual({});

  const again = await planDestroy('demo', undefined, session.ports.toWrite);
  await run(destroy({ plan: again.plan, graph: undefined }, session.ports.toWrite));
  expect(region().ec2.volumes[VolumeId!]?.state ?? 'deleted').toMatch(/^delet/);
});
