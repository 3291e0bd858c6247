import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../../base/duration.ts';
import { apiName, machinesTrial } from '../../../testing/machines/machines-trial.ts';
import { targetHealth } from '../../aws/elbv2/target-health.ts';
import { isReadyNode } from '../../kubernetes/object.ts';
import { whyNotJoined } from '../boot.ts';
import { doorAt } from './doors.ts';
import { quorumOf, servingSeats } from './quorum.ts';
import { machinesOf } from './state.ts';

const booted = async (seats: readonly string[] = ['a', 'b', 'c']) => {
  const trial = machinesTrial({ seats });
  const instances = seats.map((name) => trial.seat(name));
  await trial.pass(minutes(6));
  const serving = () => servingSeats(trial.turn(), trial.key).map(({ machine }) => machine.seat);
  const keep = (name: string) => {
    trial.store().create('configmaps', { metadata: { name, namespace: 'default' }, data: {} });
  };
  const has = (name: string) => trial.store().get('configmaps', name, 'default') !== undefined;
  return { trial, instances, serving, keep, has };
};

const healthyTargets = (trial: ReturnType<typeof machinesTrial>) =>
  targetHealth(trial.turn(), Object.keys(trial.turn().state.elbv2.targetGroups)[0]!).filter(
    ({ state }) => state === 'healthy',
  ).length;

describe('three seats', () => {
  it('come up together, as nodes by their instance ids, and say so', async () => {
    const { trial, instances, serving } = await booted();
    for (const instance of instances) expect(whyNotJoined(trial.turn(), instance.id)).toBeUndefined();
    const nodes = trial.store().list('nodes');
    expect(nodes.map(({ metadata }) => metadata.name).sort()).toEqual(instances.map(({ id }) => id).sort());
    expect(nodes.every(isReadyNode)).toBe(true);
    expect(nodes[0]).toMatchObject({
      metadata: { labels: { 'node-role.kubernetes.io/control-plane': '' } },
      spec: { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] },
      status: { nodeInfo: { kubeletVersion: 'v1.36.3' } },
    });
    expect(trial.ec2.tags[instances[0]!.id]?.['quilla.dev/boot']).toMatch(/^ready 2026-11-01T\d\d:\d\d:\d\dZ$/);
    expect(serving()).toEqual(['a', 'b', 'c']);
    expect(healthyTargets(trial)).toBe(3);
    expect(doorAt(trial.turn(), apiName, 443)).toMatchObject({ cluster: trial.key });
  });

  it('wait for a second one, and need no third', async () => {
    const trial = machinesTrial();
    const first = trial.seat('a');
    await trial.pass(minutes(4));
    expect(whyNotJoined(trial.turn(), first.id)).toBe(
      'etcd: etcd has no quorum: 1 of 3 members run, 2 are needed; b, c are absent',
    );
    expect(trial.api()).toBeUndefined();
    trial.seat('c');
    await trial.pass(minutes(4));
    expect(whyNotJoined(trial.turn(), first.id)).toBeUndefined();
    expect(trial.store().list('nodes')).toHaveLength(2);
  });

  it('answer with two and not with one, and keep what they know', async () => {
    const { trial, instances, serving, keep, has } = await booted();
    keep('before');
    instances[0]!.state = 'stopped';
    trial.turn().later(seconds(0), 'nodes.stopped', { instanceId: instances[0]!.id });
    await trial.pass(seconds(30));
    expect(serving()).toEqual(['b', 'c']);
    instances[1]!.state = 'stopped';
    trial.turn().later(seconds(0), 'nodes.stopped', { instanceId: instances[1]!.id });
    await trial.pass(seconds(30));
    expect(serving()).toEqual([]);
    expect(healthyTargets(trial)).toBe(0);
    expect(doorAt(trial.turn(), apiName, 443)).toEqual({
      why: 'load balancer internal has no healthy target for port 443',
    });
    const nodesBefore = trial.store().list('nodes');
    await trial.pass(minutes(10));
    // Nobody could write, so the nodes look as they did.
    expect(trial.store().list('nodes')).toEqual(nodesBefore);
    instances[1]!.state = 'running';
    trial.turn().later(seconds(35), 'nodes.boot', { instanceId: instances[1]!.id });
    await trial.pass(minutes(2));
    expect(serving()).toEqual(['b', 'c']);
    expect(has('before')).toBe(true);
  });

  it('have no quorum where security groups keep them apart, and say which rule is missing', async () => {
    const trial = machinesTrial();
    delete trial.ec2.securityGroupRules['sgr-seats-seats-2380'];
    const instances = ['a', 'b', 'c'].map((name) => trial.seat(name));
    await trial.pass(minutes(6));
    expect(whyNotJoined(trial.turn(), instances[0]!.id)).toMatch(
      /must reach one another \(no ingress rule of sg-seats lets tcp\/2380 in/,
    );
  });

  it('keep everything when all of them end and come back to their volumes', async () => {
    const { trial, instances, serving, keep, has } = await booted();
    keep('before');
    instances.forEach(trial.end);
    await trial.pass(minutes(2));
    expect(serving()).toEqual([]);
    for (const name of ['a', 'b', 'c']) trial.seat(name);
    await trial.pass(minutes(6));
    expect(serving()).toEqual(['a', 'b', 'c']);
    expect(has('before')).toBe(true);
    // The old ones' nodes are gone by the cloud controller, after the new ones came.
    expect(trial.store().list('nodes')).toHaveLength(3);
  });
});

describe('a seat whose instance ends', () => {
  it('comes back with its data once the old instance has let go of the volume', async () => {
    const { trial, instances, serving } = await booted();
    const member = machinesOf(trial.turn().state).machines[instances[0]!.id]?.etcd;
    const next = trial.seat('a');
    await trial.pass(minutes(2));
    expect(whyNotJoined(trial.turn(), next.id)).toBe(
      `volume: volume ${trial.placeOf('a').volumeId} is held by ${instances[0]!.id}`,
    );
    trial.end(instances[0]!);
    await trial.pass(minutes(4));
    expect(whyNotJoined(trial.turn(), next.id)).toBeUndefined();
    expect(serving()).toHaveLength(3);
    expect(machinesOf(trial.turn().state).machines[next.id]?.etcd).toBe(member);
  });

  it('comes back as a learner where its volume is lost, and then votes', async () => {
    const { trial, instances, keep, has } = await booted();
    keep('before');
    const before = machinesOf(trial.turn().state).machines[instances[0]!.id]?.etcd;
    trial.end(instances[0]!);
    trial.loseVolume('a');
    const next = trial.seat('a');
    await trial.pass(seconds(102));
    expect(machinesOf(trial.turn().state).etcd[trial.key]?.members.find(({ seat }) => seat === 'a')).toMatchObject({
      learner: true,
    });
    await trial.pass(minutes(4));
    expect(whyNotJoined(trial.turn(), next.id)).toBeUndefined();
    expect(next.console.join('\n')).toContain('it joined as a learner and gets the data');
    const member = machinesOf(trial.turn().state).machines[next.id]?.etcd;
    expect(member).not.toBe(before);
    expect(quorumOf(trial.turn(), trial.key)).toMatchObject({ members: { length: 3 } });
    expect(has('before')).toBe(true);
  });

  it('refuses to start a new etcd where two are blank and the third is absent', async () => {
    const { trial, instances, serving } = await booted();
    instances.forEach(trial.end);
    trial.loseVolume('a');
    trial.loseVolume('b');
    const [a, b] = [trial.seat('a'), trial.seat('b')];
    await trial.pass(minutes(20));
    expect(serving()).toEqual([]);
    for (const [instance, name] of [
      [a, 'a'],
      [b, 'b'],
    ] as const) {
      expect(whyNotJoined(trial.turn(), instance.id)).toMatch(
        new RegExp(`^etcd: seat ${name} has started before: .* it does not start a new etcd, and etcd has no quorum`),
      );
    }
    expect(trial.ec2.tags[a.id]?.['quilla.dev/boot']).toMatch(/^failed .* etcd$/);
  });

  it('is lost for good where it was the only one and its volume is gone', async () => {
    const { trial, instances, serving } = await booted(['a']);
    expect(serving()).toEqual(['a']);
    trial.end(instances[0]!);
    trial.loseVolume('a');
    const next = trial.seat('a');
    await trial.pass(minutes(10));
    expect(serving()).toEqual([]);
    expect(whyNotJoined(trial.turn(), next.id)).toContain('the data of the only seat is lost: restore a snapshot');
  });

  it('begins an empty cluster only where its volume and its mark in the store are gone', async () => {
    const { trial, instances, serving, keep, has } = await booted(['a']);
    keep('before');
    trial.end(instances[0]!);
    trial.loseVolume('a');
    delete trial.world.s3.buckets['demo-store']!.objects['seats/a/started'];
    trial.seat('a');
    await trial.pass(minutes(10));
    expect(serving()).toEqual(['a']);
    expect(has('before')).toBe(false);
  });
});

it('forgets a cluster of which no seat and no volume is left', async () => {
  const { trial, instances } = await booted(['a']);
  instances.forEach(trial.end);
  await trial.pass(minutes(5));
  expect(trial.api()).toBeDefined();
  delete trial.ec2.volumes[trial.placeOf('a').volumeId];
  await trial.pass(minutes(70));
  expect(trial.api()).toBeUndefined();
});
