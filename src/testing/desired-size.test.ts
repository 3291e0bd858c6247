import { SetDesiredCapacityCommand } from '@aws-sdk/client-auto-scaling';
import { UpdateNodegroupConfigCommand } from '@aws-sdk/client-eks';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyPlan } from '../app/apply.ts';
import { type Planned, planCluster } from '../app/plan.ts';
import { minutes } from '../base/duration.ts';
import type { World } from '../emulator/world.ts';
import { appliedSizeTag } from '../model/tags.ts';
import type { LoadedCluster } from '../spec/load.ts';
import { Killed, mortal } from './cuts-over-http.ts';
import { follow } from './run-to-end.ts';
import { loadOrThrow } from './scenarios.ts';
import { type Session, startSession } from './session.ts';

interface Size {
  readonly min?: number;
  readonly desired?: number;
  readonly max?: number;
  readonly labels?: string;
}

const specOf = (manager: string, { min = 1, desired = 2, max = 6, labels = '' }: Size): LoadedCluster =>
  loadOrThrow(
    `
apiVersion: quilla.dev/v1alpha1
kind: Cluster
metadata: {name: demo}
spec:
  region: us-east-1
  kubernetesVersion: "1.36"
  controlPlane: eks
  network: {cidr: 10.0.0.0/16, zones: [us-east-1a, us-east-1b], nat: single}
  nodeGroups:
    - {name: workers, manager: ${manager}, instanceTypes: [m6i.large], size: {min: ${min}, desired: ${desired}, max: ${max}}, labels: {${labels}}}
`,
    'demo',
  );

describe.each(['eks', 'asg'])('the desired size of a group whose manager is %s', (manager) => {
  let session: Session;
  let made: World;
  beforeAll(async () => {
    session = await startSession();
    await apply({});
    made = structuredClone(session.aws.world);
    await session.stop();
  });
  beforeEach(async () => {
    session = await startSession({ world: structuredClone(made) });
  });
  afterEach(() => session.stop());

  const plan = (size: Size): Promise<Planned> => planCluster(specOf(manager, size), session.ports.toRead);
  const apply = async (size: Size): Promise<void> => {
    const planned = await plan(size);
    expect(await follow(applyPlan(planned, session.ports.toWrite), 0)).toMatchObject({ outcome: 'done', failures: [] });
    expect((await plan(size)).plan.steps).toEqual([]);
  };
  const group = () => Object.values(session.aws.world.regions['us-east-1']!.autoscaling.groups)[0]!;
  const there = (): number => group().desiredCapacity;
  const running = (): number =>
    Object.values(session.aws.world.regions['us-east-1']!.ec2.instances).filter(({ state }) => state === 'running')
      .length;
  /** As a person or an autoscaler does it. */
  const scale = async (desiredSize: number): Promise<void> => {
    const { autoScaling, eks } = session.ports.connection.clients;
    if (manager === 'asg') {
      await autoScaling.send(
        new SetDesiredCapacityCommand({ AutoScalingGroupName: group().name, DesiredCapacity: desiredSize }),
      );
    } else {
      const nodegroupName = Object.keys(session.aws.world.regions['us-east-1']!.eks.clusters.demo!.nodegroups)[0]!;
      await eks.send(
        new UpdateNodegroupConfigCommand({ clusterName: 'demo', nodegroupName, scalingConfig: { desiredSize } }),
      );
    }
    await session.clock.sleep(minutes(10));
    expect([there(), running()]).toEqual([desiredSize, desiredSize]);
  };

  it('that was changed outside is a note, and stays', async () => {
    await scale(5);
    const { plan: made } = await plan({});
    expect(made.steps).toEqual([]);
    expect(made.notes).toMatchObject([
      { code: 'plan.size-changed-outside', detail: expect.stringMatching(/5 nodes.*2/) },
      {},
    ]);
  });

  it('that was changed outside stays when something else of the group changes', async () => {
    await scale(5);
    await apply({ labels: 'tier: front' });
    expect(there()).toBe(5);
    await apply({ labels: 'tier: front', max: 8 });
    expect([there(), running()]).toEqual([5, 5]);
  });

  it('that was changed in the spec is applied once, and left when it is changed outside again', async () => {
    await scale(5);
    await apply({ desired: 3 });
    expect([there(), running()]).toEqual([3, 3]);
    await scale(4);
    expect((await plan({ desired: 3 })).plan.steps).toEqual([]);
    await apply({ desired: 3, labels: 'tier: front' });
    expect(there()).toBe(4);
  });

  it('that new bounds leave out moves to the nearest bound, in the plan', async () => {
    await scale(6);
    const { plan: made } = await plan({ max: 4 });
    expect(made.steps.flatMap(({ changes }) => changes.map(({ field }) => field))).toEqual(
      expect.arrayContaining(['maxSize', 'desiredSize']),
    );
    await apply({ max: 4 });
    expect(there()).toBe(4);
  });

  it.each(['before', 'after'] as const)('is applied though the run is killed %s any of its writes', async (when) => {
    for (let at = 1; ; at++) {
      const size = { desired: at % 2 === 0 ? 2 : 3 };
      const mortals = await session.again();
      const planned = await planCluster(specOf(manager, size), mortals.toRead);
      const life = mortal(mortals, { at, when, others: 0, holder: 'gone' });
      await follow(applyPlan(planned, mortals.toWrite), 0).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      if (life.ended === 'no') {
        expect(at).toBeGreaterThan(3);
        return;
      }
      await session.clock.sleep(minutes(10));
      await apply(size);
      // EKS calls a change of size done when the group knows of it; its instances follow.
      await session.clock.sleep(minutes(5));
      expect([there(), running()]).toEqual([size.desired, size.desired]);
      // Whoever scales next is not reverted: the tag says that the spec's size was applied.
      await scale(5);
      expect((await plan(size)).plan.steps).toEqual([]);
      expect(JSON.stringify(session.aws.world.regions['us-east-1'])).toContain(appliedSizeTag);
    }
  });
});
