import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Settled } from '../../model/types.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { type Seats, seatsTrial } from '../../testing/seats-trial.ts';
import { autoScalingGroup } from './auto-scaling-group.ts';
import { launchTemplate } from './launch-template.ts';
import { lifecycleHook } from './lifecycle-hook.ts';
import { targetGroup } from './target-group.ts';

let trial: AdapterTrial;
let seats: Seats;
beforeEach(async () => {
  trial = await adapterTrial();
  seats = await seatsTrial(trial);
});
afterEach(() => trial.stop());

async function group(name: string, further: Partial<Settled<'auto-scaling-group'>> = {}) {
  const images = await trial.connection.clients.ec2.send(
    new DescribeImagesCommand({ Owners: ['amazon'], Filters: [{ Name: 'architecture', Values: ['x86_64'] }] }),
  );
  const template = await trial.of(launchTemplate).create(`launch-template/${name}`, {
    name: `trial-${name}`,
    imageId: images.Images![0]!.ImageId!,
    instanceType: null,
    userData: null,
    keyName: null,
    securityGroupIds: [],
    instanceProfileArn: null,
    publicIp: null,
    volumes: [],
    metadataHopLimit: 1,
    monitoring: false,
    ebsOptimized: null,
    instanceTags: {},
    tags: tagsFor(`launch-template/${name}`),
  });
  const settled: Settled<'auto-scaling-group'> = {
    name: `trial-${name}`,
    subnetIds: [seats.subnetIds[0]!],
    launchTemplateId: template.launchTemplateId,
    launchTemplateVersion: template.latestVersion,
    instances: { types: ['t3.large'], spot: null },
    minSize: 0,
    maxSize: 1,
    desiredSize: 0,
    capacityRebalance: false,
    tags: tagsFor(`auto-scaling-group/${name}`),
    ...further,
  };
  return settled;
}

const targets = async (name: string): Promise<string> => {
  const made = await trial.of(targetGroup).create(`target-group/${name}`, {
    name: `trial-${name}`,
    vpcId: seats.vpcId,
    protocol: 'TCP',
    port: 6443,
    healthPath: '/readyz',
    preserveClientIp: false,
    deregistrationSeconds: 30,
    tags: tagsFor(`target-group/${name}`),
  });
  return made.arn;
};

describe('the group of a seat', () => {
  it('is registered with target groups, and with others after a change', async () => {
    const [one, two] = [await targets('internal'), await targets('public')];
    const settled = await group('seat-a', { targetGroupArns: [one] });
    await trial
      .of(autoScalingGroup)
      .life('auto-scaling-group/seat-a', settled, [{ targetGroupArns: [one, two].sort() }, { targetGroupArns: [two] }]);
  });

  it('tells that it has none, so that it differs; a group of workers says nothing of them', async () => {
    await trial.of(autoScalingGroup).create('auto-scaling-group/seat-a', await group('seat-a'));
    await trial.of(autoScalingGroup).create('auto-scaling-group/general', await group('general'));
    expect((await trial.of(autoScalingGroup).find('auto-scaling-group/seat-a')).settled.targetGroupArns).toEqual([]);
    const { settled } = await trial.of(autoScalingGroup).find('auto-scaling-group/general');
    expect('targetGroupArns' in settled).toBe(false);
  });
});

describe('lifecycle hooks', () => {
  const hook: Settled<'lifecycle-hook'> = {
    groupName: 'trial-general',
    name: 'quilla-terminating',
    transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    heartbeatSeconds: 300,
    defaultResult: 'CONTINUE',
  };

  it('live as the graph asks', async () => {
    await trial.of(autoScalingGroup).create('auto-scaling-group/general', await group('general'));
    await trial
      .of(lifecycleHook)
      .life('lifecycle-hook/general-terminating', hook, [{ heartbeatSeconds: 600 }, { defaultResult: 'ABANDON' }]);
  });

  it('are asked for of groups of workers alone', async () => {
    for (const name of ['general', 'seat-a', 'bastion']) {
      await trial.of(autoScalingGroup).create(`auto-scaling-group/${name}`, await group(name));
    }
    const before = trial.asked.length;
    await trial.of(lifecycleHook).list();
    const asked = trial.asked.slice(before);
    expect(asked.filter((operation) => operation === 'autoscaling:DescribeLifecycleHooks')).toHaveLength(1);
  });

  it('of a group that is gone are gone', async () => {
    await trial.of(autoScalingGroup).create('auto-scaling-group/general', await group('general'));
    await trial.of(lifecycleHook).create('lifecycle-hook/general-terminating', hook);
    const found = await trial.of(lifecycleHook).find('lifecycle-hook/general-terminating');
    await trial.of(autoScalingGroup).delete('auto-scaling-group/general');
    await trial.of(lifecycleHook).deleteFound(found);
    expect(await trial.of(lifecycleHook).list()).toEqual([]);
  });
});
