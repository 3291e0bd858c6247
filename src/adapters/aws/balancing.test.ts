import {
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Settled } from '../../model/types.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { type Seats, seatsTrial } from '../../testing/seats-trial.ts';
import { findLeftovers } from './leftovers.ts';
import { listener } from './listener.ts';
import { loadBalancer } from './load-balancer.ts';
import { networkInterface } from './network-interface.ts';
import { securityGroup } from './security-group.ts';
import { targetGroup } from './target-group.ts';
import { volume } from './volume.ts';

let trial: AdapterTrial;
let seats: Seats;
beforeEach(async () => {
  trial = await adapterTrial();
  seats = await seatsTrial(trial);
});
afterEach(() => trial.stop());

const balancer = (further: Partial<Settled<'load-balancer'>> = {}): Settled<'load-balancer'> => ({
  name: 'trial-internal-1a2b3c4d',
  scheme: 'internal',
  subnetIds: seats.subnetIds,
  securityGroupIds: [seats.groupId],
  crossZone: true,
  deletionProtection: false,
  tags: tagsFor('load-balancer/internal'),
  ...further,
});
const group = (): Settled<'target-group'> => ({
  name: 'trial-internal-1a2b3c4d',
  vpcId: seats.vpcId,
  protocol: 'TCP',
  port: 6443,
  healthPath: '/readyz',
  preserveClientIp: false,
  deregistrationSeconds: 30,
  tags: tagsFor('target-group/internal'),
});

describe('load balancers', () => {
  it('live as the graph asks', async () => {
    const { groupId } = await trial.of(securityGroup).create('security-group/api', {
      vpcId: seats.vpcId,
      name: 'trial-api',
      description: 'API of trial',
      openEgress: true,
      tags: tagsFor('security-group/api'),
    });
    await trial
      .of(loadBalancer)
      .life('load-balancer/internal', balancer(), [
        { deletionProtection: true },
        { crossZone: false },
        { securityGroupIds: [seats.groupId, groupId].sort() },
        { tags: tagsFor('load-balancer/internal', { team: 'a' }) },
      ]);
  });

  it('show attributes that somebody else changed', async () => {
    const asked = balancer({ deletionProtection: true });
    const { arn: LoadBalancerArn } = await trial.of(loadBalancer).create('load-balancer/internal', asked);
    expect((await trial.of(loadBalancer).find('load-balancer/internal')).settled).toEqual(asked);
    const Attributes = ['deletion_protection.enabled', 'load_balancing.cross_zone.enabled'].map((Key) => ({
      Key,
      Value: 'false',
    }));
    await trial.connection.clients.elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
    const { settled } = await trial.of(loadBalancer).find('load-balancer/internal');
    expect(settled).toEqual({ ...asked, deletionProtection: false, crossZone: false });
  });

  it('that a run before made are taken, with other values too', async () => {
    const first = await trial.of(loadBalancer).create('load-balancer/internal', balancer({ crossZone: false }));
    expect(await trial.of(loadBalancer).create('load-balancer/internal', balancer())).toEqual(first);
    expect((await trial.of(loadBalancer).find('load-balancer/internal')).settled).toEqual(balancer());
  });

  it('of others are left alone', async () => {
    const foreign = { ...balancer(), tags: { owner: 'somebody' }, subnetIds: [seats.subnetIds[0]!] };
    await trial.of(loadBalancer).create('load-balancer/other', foreign);
    await expect(trial.of(loadBalancer).create('load-balancer/internal', balancer())).rejects.toMatchObject({
      code: 'NotOurs',
    });
  });
});

describe('target groups', () => {
  it('live as the graph asks', async () => {
    await trial
      .of(targetGroup)
      .life('target-group/internal', group(), [
        { healthPath: '/livez' },
        { preserveClientIp: true, deregistrationSeconds: 60 },
        { tags: tagsFor('target-group/internal', { team: 'a' }) },
      ]);
  });

  it('show attributes that somebody else changed', async () => {
    const { arn: TargetGroupArn } = await trial.of(targetGroup).create('target-group/internal', group());
    const Attributes = [
      { Key: 'preserve_client_ip.enabled', Value: 'true' },
      { Key: 'deregistration_delay.timeout_seconds', Value: '300' },
    ];
    await trial.connection.clients.elbv2.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
    const { settled } = await trial.of(targetGroup).find('target-group/internal');
    expect(settled).toEqual({ ...group(), preserveClientIp: true, deregistrationSeconds: 300 });
  });
});

describe('listeners', () => {
  const made = async () => {
    const { arn: loadBalancerArn } = await trial.of(loadBalancer).create('load-balancer/internal', balancer());
    const { arn: targetGroupArn } = await trial.of(targetGroup).create('target-group/internal', group());
    const other = { ...group(), name: 'trial-other', tags: tagsFor('target-group/other') };
    const { arn: otherArn } = await trial.of(targetGroup).create('target-group/other', other);
    const settled: Settled<'listener'> = {
      loadBalancerArn,
      port: 443,
      targetGroupArn,
      tags: tagsFor('listener/internal'),
    };
    return { settled, otherArn };
  };

  it('live as the graph asks', async () => {
    const { settled, otherArn } = await made();
    await trial
      .of(listener)
      .life('listener/internal', settled, [
        { targetGroupArn: otherArn },
        { tags: tagsFor('listener/internal', { team: 'a' }) },
      ]);
  });

  it('are made once however often', async () => {
    const { settled, otherArn } = await made();
    const first = await trial.of(listener).create('listener/internal', settled);
    expect(await trial.of(listener).create('listener/internal', settled)).toEqual(first);
    expect(await trial.of(listener).create('listener/internal', { ...settled, targetGroupArn: otherArn })).toEqual(
      first,
    );
    expect(await trial.of(listener).list()).toHaveLength(1);
  });

  it('are found with load balancers, target groups and tags in two calls once the tagging service knows them, and one for the attributes of each', async () => {
    const { settled } = await made();
    await trial.of(listener).create('listener/internal', settled);
    const reading = trial.reading();
    await securityGroup.reader(trial.connection).list(reading);
    const before = trial.asked.length;
    for (const adapter of [loadBalancer, targetGroup, listener]) await adapter.reader(trial.connection).list(reading);
    const asked = trial.asked.slice(before).filter((operation) => operation !== 'tag:GetResources');
    expect(asked.sort()).toEqual([
      'elasticloadbalancing:DescribeLoadBalancerAttributes',
      'elasticloadbalancing:DescribeLoadBalancers',
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      'elasticloadbalancing:DescribeTargetGroups',
    ]);
  });
});

describe('leftovers', () => {
  it('hold nothing of the control plane', async () => {
    await trial.of(loadBalancer).create('load-balancer/internal', balancer());
    await trial.of(targetGroup).create('target-group/internal', group());
    const owned = { 'kubernetes.io/cluster/trial': 'owned' };
    await trial.of(volume).create('volume/etcd-a', {
      zone: 'us-east-1a',
      encrypted: true,
      kmsKeyArn: null,
      size: 20,
      volumeType: 'gp3',
      iops: null,
      throughput: null,
      tags: tagsFor('volume/etcd-a', owned),
    });
    await trial.of(networkInterface).create('network-interface/seat-a', {
      subnetId: seats.subnetIds[0]!,
      description: 'Seat a of trial',
      securityGroupIds: [seats.groupId],
      sourceDestCheck: true,
      tags: tagsFor('network-interface/seat-a', owned),
    });
    const places = { vpcIds: [seats.vpcId], subnetIds: [...seats.subnetIds] };
    expect(await findLeftovers(trial.connection, trial.context, places)).toEqual([]);
  });
});
