import { SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling';
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { minutes } from '../../base/duration.ts';
import type { World } from '../../emulator/world.ts';
import { ofKind } from '../../model/snapshot.ts';
import { observe } from '../../observe/observe.ts';
import { givenWorld } from '../../testing/given-world.ts';
import { scenario } from '../../testing/scenarios.ts';
import { type Session, startSession } from '../../testing/session.ts';
import { applyPlan } from '../apply.ts';
import { planCluster } from '../plan.ts';
import { contextFor } from '../ports.ts';
import { clusterStatus } from '../status.ts';
import type { Status } from '../status-shape.ts';

const of = scenario('seed-kops');
const cluster = of.loaded.cluster.metadata.name;
let ready: World;
let session: Session | undefined;

beforeAll(async () => {
  const making = await startSession({ world: await givenWorld(of), kubernetes: true });
  for await (const _ of applyPlan(await planCluster(of.loaded, making.ports.toRead), making.ports.toWrite));
  await making.clock.sleep(minutes(15));
  ready = structuredClone(making.aws.world);
  await making.stop();
}, 60_000);

afterEach(async () => {
  await session?.stop();
  session = undefined;
});

/** Ends the instances of some seats for good, and looks some minutes later. */
async function without(...seats: readonly string[]): Promise<Status> {
  session = await startSession({ world: structuredClone(ready), kubernetes: true });
  const { toRead, toStatus, connection } = session.ports;
  const snapshot = await observe(toRead.readers, contextFor(toRead, cluster));
  const before = await clusterStatus(cluster, toStatus);
  for (const seat of before.controlPlane.seats.filter(({ name }) => seats.includes(name))) {
    const group = ofKind(snapshot, 'auto-scaling-group').find(
      ({ id }) => id === `auto-scaling-group/seat-${seat.name}`,
    );
    const AutoScalingGroupName = group!.observed.groupName;
    await connection.clients.autoScaling.send(
      new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ['Launch'] }),
    );
    await connection.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [seat.instanceId!] }));
  }
  await session.clock.sleep(minutes(5));
  return clusterStatus(cluster, toStatus);
}

const codes = ({ problems }: Status): string[] => problems.map(({ code }) => code);
const states = ({ controlPlane }: Status): string[] => controlPlane.seats.map(({ name, state }) => `${name} ${state}`);

describe('the status of three seats', () => {
  it('is ready while all serve', async () => {
    const status = await without();
    expect(codes(status)).toEqual([]);
    expect(status).toMatchObject({
      ready: true,
      controlPlane: { type: 'self-managed', state: 'ready', reached: true },
    });
    expect(states(status)).toEqual(['a serving', 'b serving', 'd serving']);
    expect(status.groups.map(({ name }) => name)).toEqual(['auto-scaling-group/workers']);
  });

  it('warns of one that is missing while the API answers', async () => {
    const status = await without('b');
    expect(status).toMatchObject({ ready: false, controlPlane: { state: 'ready', reached: true } });
    expect(states(status)).toEqual(['a serving', 'b missing', 'd serving']);
    expect(codes(status)).toEqual(expect.arrayContaining(['control-plane.seat-missing', 'seat.no-instance']));
  });

  it('says which are missing when too few are left and the API does not answer', async () => {
    const status = await without('a', 'd');
    expect(status.controlPlane).toMatchObject({ state: 'failed', reached: false });
    expect(codes(status)).toEqual(expect.arrayContaining(['control-plane.no-quorum', 'api.unreachable']));
    expect(states(status)).toEqual(['a missing', 'b waiting', 'd missing']);
    expect(codes(status)).not.toContain('seat.unhealthy');
    expect(status.problems.find(({ code }) => code === 'control-plane.no-quorum')?.detail).toMatch(
      /1 of 3 .*2 are needed.*a, d/,
    );
  });
});
