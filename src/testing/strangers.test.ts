import {
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateVolumeCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  type ResourceType,
} from '@aws-sdk/client-ec2';
import { CreateClusterCommand } from '@aws-sdk/client-eks';
import { CreateLoadBalancerCommand, CreateTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyPlan } from '../app/apply.ts';
import { type DestroyEvent, type DestroyResult, destroy, planDestroy } from '../app/destroy.ts';
import { planCluster } from '../app/plan.ts';
import { minutes } from '../base/duration.ts';
import type { World } from '../emulator/world.ts';
import { follow } from './run-to-end.ts';
import { loadOrThrow } from './scenarios.ts';
import { type Session, startSession } from './session.ts';
import { addByHand, added, invite, recordsOf } from './strangers.ts';

const specOf = (edit = ''): string => `
apiVersion: quilla.dev/v1alpha1
kind: Cluster
metadata: {name: demo}
spec:
  region: us-east-1
  kubernetesVersion: "1.36"
  controlPlane: eks
  network: {cidr: 10.0.0.0/16, zones: [us-east-1a, us-east-1b], nat: single}
  nodeGroups:
    - {name: workers, instanceTypes: [m6i.large], size: 1}
    - {name: own, manager: asg, instanceTypes: [m6i.large], size: 1${edit}}
`;
const load = (edit?: string) => loadOrThrow(specOf(edit), 'demo');

let session: Session;
let guests: ReadonlyMap<string, string>;
let alone: World;

beforeAll(async () => {
  const first = await startSession();
  for await (const event of applyPlan(await planCluster(load(), first.ports.toRead), first.ports.toWrite))
    if (event.type === 'failed') throw new Error(JSON.stringify(event));
  alone = first.aws.world;
  await first.stop();
});
beforeEach(async () => {
  session = await startSession({ world: structuredClone(alone) });
});
afterEach(() => session.stop());

const region = () => session.aws.world.regions['us-east-1']!;
const clients = () => session.ports.connection.clients;
/** What is made meanwhile is a guest, whom nothing may touch. */
async function guestsOf(arrive: () => Promise<unknown>): Promise<ReadonlyMap<string, string>> {
  const before = recordsOf(session.aws.world);
  await arrive();
  return structuredClone(added(before, recordsOf(session.aws.world)));
}
function expectUntouched(): void {
  const now = recordsOf(session.aws.world);
  expect(guests.size).toBeGreaterThan(0);
  expect(new Map([...guests].map(([at]) => [at, now.get(at)]))).toEqual(guests);
}
const apply = async (edit: string) =>
  follow(applyPlan(await planCluster(load(edit), session.ports.toRead), session.ports.toWrite), 0);
const ours = (): string[] =>
  [...recordsOf(session.aws.world)].flatMap(([at, record]) =>
    /"quilla\.dev\/cluster":"demo"/.test(record) ? [at] : [],
  );

async function remove(): Promise<{ result: DestroyResult; seen: DestroyEvent[] }> {
  const { plan } = await planDestroy('demo', undefined, session.ports.toWrite);
  const events = destroy({ plan, graph: undefined }, session.ports.toWrite);
  const seen: DestroyEvent[] = [];
  for (;;) {
    const next = await events.next();
    if (next.done === true) return { result: next.value, seen };
    seen.push(next.value);
  }
}

describe('what is not tagged as ours', () => {
  it('is neither planned, changed nor removed, whatever its kind, name or path', async () => {
    guests = await guestsOf(() => invite(session, 'demo'));
    expect(guests.size).toBeGreaterThan(40);
    expect((await planCluster(load(), session.ports.toRead)).plan.steps).toEqual([]);
    expect(await apply(', labels: {tier: front}, rootVolume: {size: 90}')).toMatchObject({
      outcome: 'done',
      failures: [],
    });
    expectUntouched();
    expect((await planDestroy('demo', undefined, session.ports.toWrite)).leftovers).toEqual([]);
    expect((await remove()).result).toMatchObject({ outcome: 'done', remaining: [] });
    expectUntouched();
  });

  it('stays where somebody added it by hand to what is ours', async () => {
    await invite(session, 'demo');
    const routes = () => Object.values(region().ec2.routeTables).flatMap((table) => table.routes);
    guests = await guestsOf(() => addByHand(session, 'demo'));
    const before = routes();
    expect((await planCluster(load(), session.ports.toRead)).plan.steps).toEqual([]);
    expect(await apply(', labels: {tier: front}')).toMatchObject({ outcome: 'done', failures: [] });
    expectUntouched();
    expect(routes()).toEqual(before);
    expect(JSON.stringify(before)).toContain('192.0.2.0/24');
    expect(JSON.stringify(region().eks.clusters.demo!.accessEntries)).toContain('viewers');
    const { plan } = await planDestroy('demo', undefined, session.ports.toWrite);
    expect(plan.steps.map(({ id }) => id).filter((id) => id.includes('mine'))).toEqual([]);
  });

  it('is neither changed nor removed when it is there before us', async () => {
    await session.stop();
    session = await startSession();
    guests = await guestsOf(() => invite(session, 'demo'));
    expect(await apply('')).toMatchObject({ outcome: 'done', failures: [] });
    expectUntouched();
    expect((await remove()).result).toMatchObject({ outcome: 'done', remaining: [] });
    expectUntouched();
  });

  it('is left alone where it is an EKS cluster of the same name: the run says so', async () => {
    await session.stop();
    session = await startSession();
    const { eks } = clients();
    await invite(session, 'other');
    const { roleArn, vpc } = region().eks.clusters['other-2']!;
    guests = await guestsOf(async () => {
      await eks.send(
        new CreateClusterCommand({ name: 'demo', roleArn, resourcesVpcConfig: { subnetIds: vpc.subnetIds } }),
      );
      await session.clock.sleep(minutes(20));
    });
    const { failures, outcome } = await apply('');
    expect(outcome).toBe('failed');
    expect(failures).toEqual([
      expect.stringMatching(
        /^aws\.conflict: create cluster: .*not tagged as this cluster's, so it is not touched\. Choose another metadata\.name/,
      ),
    ]);
    expectUntouched();
    expect((await remove()).result).toMatchObject({ outcome: 'done', remaining: [] });
    expectUntouched();
    // A key that is to be deleted and a NAT gateway that was are shown for some time.
    expect(ours().filter((at) => !/\/kms\/keys\/|\/ec2\/tags\/nat-/.test(at))).toEqual([]);
  });
});

const tagged = (ResourceType: ResourceType, tags: Readonly<Record<string, string>>) => ({
  TagSpecifications: [{ ResourceType, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }],
});
const owned = { 'kubernetes.io/cluster/demo': 'owned' };

/** A load balancer with its target group, group and rule, a volume of a claim and an idle interface of the CNI. */
async function controllersMade(): Promise<void> {
  const { ec2, elbv2 } = clients();
  const { vpcId, subnetIds } = region().eks.clusters.demo!.vpc;
  const byZone = Map.groupBy(
    Object.values(region().ec2.subnets).filter((one) => one.vpcId === vpcId),
    ({ zone }) => zone,
  );
  const Subnets = [...byZone.values()].map(([first]) => first!.id);
  const Tags = [{ Key: 'elbv2.k8s.aws/cluster', Value: 'demo' }];
  const group = await ec2.send(
    new CreateSecurityGroupCommand({
      VpcId: vpcId,
      GroupName: 'k8s-traffic-demo',
      Description: 'd',
      ...tagged('security-group', { 'elbv2.k8s.aws/cluster': 'demo' }),
    }),
  );
  const { clusterSecurityGroupId: GroupId } = region().eks.clusters.demo!.vpc;
  const IpPermissions = [
    { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, UserIdGroupPairs: [{ GroupId: group.GroupId }] },
  ];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  await elbv2.send(
    new CreateLoadBalancerCommand({
      Name: 'shop',
      Type: 'application',
      Scheme: 'internal',
      Subnets,
      SecurityGroups: [group.GroupId!],
      Tags,
    }),
  );
  await elbv2.send(new CreateTargetGroupCommand({ Name: 'shop', Protocol: 'HTTP', Port: 80, VpcId: vpcId, Tags }));
  const claim = { ...owned, 'ebs.csi.aws.com/cluster': 'true', 'kubernetes.io/created-for/pvc/name': 'data-0' };
  await ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 8, ...tagged('volume', claim) }));
  const cni = { 'cluster.k8s.amazonaws.com/name': 'demo' };
  await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: subnetIds[0]!, ...tagged('network-interface', cni) }));
}

describe('a destroy', () => {
  it('names what controllers made, and removes it', async () => {
    await controllersMade();
    const { leftovers } = await planDestroy('demo', undefined, session.ports.toWrite);
    const types = ['load-balancer', 'network-interface', 'security-group', 'target-group', 'volume'];
    expect(leftovers.map(({ type }) => type).sort()).toEqual(types);
    expect(leftovers.every(({ belongsToCluster, because }) => belongsToCluster && because.includes('tagged'))).toBe(
      true,
    );
    const { result, seen } = await remove();
    expect(result).toMatchObject({ outcome: 'done', failed: 0, remaining: [], kept: [] });
    const removed = seen.flatMap((event) => (event.type === 'leftover-removed' ? [event.leftover.type] : []));
    expect(removed.sort()).toEqual(types);
    await session.clock.sleep(minutes(5));
    const { loadBalancers, targetGroups } = region().elbv2;
    const { volumes, networkInterfaces, securityGroups } = region().ec2;
    expect([loadBalancers, targetGroups, volumes, networkInterfaces]).toEqual([{}, {}, {}, {}]);
    expect(Object.values(securityGroups).map(({ name }) => name)).toEqual(['default']);
    expect((await planDestroy('demo', undefined, session.ports.toWrite)).plan.steps).toEqual([]);
  });

  it("names what is not the cluster's and stands in its VPC, touches it not, and ends when it is gone", async () => {
    const { ec2 } = clients();
    const { vpcId, subnetIds } = region().eks.clusters.demo!.vpc;
    guests = await guestsOf(async () => {
      await ec2.send(new CreateSecurityGroupCommand({ VpcId: vpcId, GroupName: 'database', Description: 'd' }));
      await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: subnetIds[0]!, Description: 'of a database' }));
      const other = { 'kubernetes.io/cluster/demo-2': 'owned' };
      await ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 8, ...tagged('volume', other) }));
      await session.clock.sleep(minutes(1));
    });
    await controllersMade();
    const failure = await remove().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      diagnostics: [{ code: 'app.left-behind', fix: expect.stringMatching(/destroy again/) }],
    });
    const { detail } = (failure as { diagnostics: [{ detail: string }] }).diagnostics[0];
    expect(detail).toMatch(/security-group database/);
    expect(detail).toMatch(/network-interface of a database/);
    expect(detail).not.toMatch(/shop|data-0|demo-2/);
    expectUntouched();
    expect(Object.keys(region().ec2.vpcs)).toContain(vpcId);
    expect(region().eks.clusters).toEqual({});
    expect(Object.keys(region().ssm.parameters)).toEqual([]);
    const idOf = (list: string): string =>
      [...guests.keys()]
        .find((at) => at.includes(`/${list}/`))!
        .split('/')
        .at(-1)!;
    await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: idOf('networkInterfaces') }));
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId: idOf('securityGroups') }));
    expect((await remove()).result).toMatchObject({ outcome: 'done', remaining: [] });
    expect(Object.keys(region().ec2.vpcs)).not.toContain(vpcId);
  });

  it('says when AWS keeps its VPC for a route table that somebody else made in it', async () => {
    const { vpcId } = region().eks.clusters.demo!.vpc;
    guests = await guestsOf(() => clients().ec2.send(new CreateRouteTableCommand({ VpcId: vpcId })));
    const ended = await remove().catch((error: unknown) => error);
    expectUntouched();
    expect(JSON.stringify(ended)).toMatch(/DependencyViolation|app\.left-behind/);
  });
});
