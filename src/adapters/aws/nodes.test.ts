import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { minutes } from '../../base/duration.ts';
import { appliedSizeTag } from '../../model/tags.ts';
import type { Settled } from '../../model/types.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { autoScalingGroup } from './auto-scaling-group.ts';
import { launchTemplate } from './launch-template.ts';
import { subnet } from './subnet.ts';
import { vpc } from './vpc.ts';

let trial: AdapterTrial;
afterEach(() => trial.stop());

const templateId = 'launch-template/general';
const template = (further: Partial<Settled<'launch-template'>> = {}): Settled<'launch-template'> => ({
  name: 'trial-general',
  imageId: null,
  instanceType: null,
  userData: 'MIME-Version: 1.0\n\nhola, señor\n',
  keyName: null,
  securityGroupIds: [],
  instanceProfileArn: null,
  publicIp: null,
  volumes: [
    {
      deviceName: '/dev/xvda',
      size: 100,
      volumeType: 'gp3',
      iops: 3000,
      throughput: 125,
      encrypted: true,
      kmsKeyArn: null,
    },
  ],
  metadataHopLimit: 1,
  monitoring: false,
  ebsOptimized: null,
  instanceTags: { Name: 'trial-general', team: 'a' },
  tags: tagsFor(templateId),
  ...further,
});

describe('launch templates', () => {
  beforeEach(async () => {
    trial = await adapterTrial();
  });

  test('one lives through a change of each of its parts, each a new version', async () => {
    await trial
      .of(launchTemplate)
      .life(templateId, template(), [
        { userData: null },
        { userData: 'another', monitoring: true },
        { metadataHopLimit: 2, ebsOptimized: true },
        { instanceTags: {} },
        { publicIp: false },
        { volumes: [], instanceType: 't3.large' },
        { tags: tagsFor(templateId, { a: 'b' }) },
      ]);
  });

  test('a change of content is one more version and the default one, a change of tags none', async () => {
    await trial.of(launchTemplate).create(templateId, template());
    expect(await trial.of(launchTemplate).update(templateId, template({ monitoring: true }))).toMatchObject({
      latestVersion: '2',
    });
    expect(await trial.of(launchTemplate).update(templateId, template())).toMatchObject({ latestVersion: '3' });
    const retagged = { ...template(), tags: tagsFor(templateId, { a: 'b' }) };
    expect(await trial.of(launchTemplate).update(templateId, retagged)).toMatchObject({ latestVersion: '3' });
  });

  test('one is made again after its deletion with the same content', async () => {
    await trial.of(launchTemplate).life(templateId, template());
    await trial.of(launchTemplate).life(templateId, template());
  });

  test('ten templates are three questions', async () => {
    for (let n = 0; n < 10; n += 1) {
      const id = `launch-template/${n}`;
      await trial.of(launchTemplate).create(id, { ...template(), name: `trial-${n}`, tags: tagsFor(id) });
    }
    expect(await trial.of(launchTemplate).callsPerList()).toBe(3);
  });
});

const groupId = 'auto-scaling-group/general';

async function surroundings() {
  const tags = tagsFor('vpc/main');
  const asked = { cidr: '10.0.0.0/16', ipv6: false, dnsSupport: true, dnsHostnames: true, tags };
  const { vpcId } = await trial.of(vpc).create('vpc/main', asked);
  const subnetIds: string[] = [];
  for (const [n, zone] of ['us-east-1a', 'us-east-1b'].entries()) {
    const id = `subnet/private-${zone}`;
    const of = { vpcId, zone, cidr: `10.0.${n}.0/24`, ipv6Index: null, publicIpOnLaunch: false, ipv6OnCreation: false };
    subnetIds.push((await trial.of(subnet).create(id, { ...of, tags: tagsFor(id) })).subnetId);
  }
  const images = await trial.connection.clients.ec2.send(
    new DescribeImagesCommand({ Owners: ['amazon'], Filters: [{ Name: 'architecture', Values: ['x86_64'] }] }),
  );
  const imageId = images.Images![0]!.ImageId!;
  const made = await trial.of(launchTemplate).create(templateId, template({ imageId }));
  return { subnetIds: subnetIds.sort(), made };
}

async function group(further: Partial<Settled<'auto-scaling-group'>> = {}): Promise<Settled<'auto-scaling-group'>> {
  const { subnetIds, made } = await surroundings();
  return {
    name: 'trial-general',
    subnetIds,
    launchTemplateId: made.launchTemplateId,
    launchTemplateVersion: made.latestVersion,
    instances: { types: ['t3.large'], spot: null },
    minSize: 1,
    maxSize: 4,
    desiredSize: 2,
    capacityRebalance: false,
    tags: tagsFor(groupId, { [appliedSizeTag]: '2' }),
    ...further,
  };
}

describe('auto scaling groups', () => {
  test('one lives through changes of size, template, types and tags', async () => {
    trial = await adapterTrial();
    const asked = await group();
    const { latestVersion } = await trial
      .of(launchTemplate)
      .update(
        templateId,
        template({ imageId: (await trial.of(launchTemplate).find(templateId)).settled.imageId!, monitoring: true }),
      );
    const spot = { onDemandBase: 1, onDemandPercentageAboveBase: 0, allocationStrategy: 'price-capacity-optimized' };
    await trial
      .of(autoScalingGroup)
      .life(groupId, asked, [
        { desiredSize: 3, tags: tagsFor(groupId, { [appliedSizeTag]: '3' }) },
        { desiredSize: 1 },
        { launchTemplateVersion: latestVersion },
        { instances: { types: ['t3.large', 't3a.large'], spot }, capacityRebalance: true },
        { instances: { types: ['t3.large'], spot: null }, capacityRebalance: false },
        { subnetIds: asked.subnetIds.slice(0, 1) },
        { minSize: 0, maxSize: 3 },
      ]);
  });

  test('bounds that exclude the size that runs take it along, and bounds that hold it leave it', async () => {
    trial = await adapterTrial();
    const asked = await group();
    await trial.of(autoScalingGroup).create(groupId, asked);
    const writer = autoScalingGroup.writer(trial.connection);
    const change = async (minSize: number, maxSize: number) => {
      const found = await trial.of(autoScalingGroup).find(groupId);
      const settled = { ...asked, minSize, maxSize, desiredSize: 99 };
      await writer.update({ found, settled, changed: ['minSize', 'maxSize'] }, trial.context);
      return (await trial.of(autoScalingGroup).find(groupId)).settled.desiredSize;
    };
    expect(await change(1, 5)).toBe(2);
    expect(await change(3, 5)).toBe(3);
    expect(await change(1, 1)).toBe(1);
  });

  test('a group for which no zone has capacity fails early with that reason', async () => {
    trial = await adapterTrial({
      rules: [{ kind: 'no-capacity' }],
    });
    const asked = await group();
    const from = trial.aws.clock.now();
    await expect(trial.of(autoScalingGroup).create(groupId, asked)).rejects.toMatchObject({ reason: 'no-capacity' });
    expect(trial.aws.clock.now() - from).toBeLessThan(minutes(10).ms);
  });

  test('when a deletion returns, the instances are gone too', async () => {
    trial = await adapterTrial();
    await trial.of(autoScalingGroup).create(groupId, await group());
    await trial.of(autoScalingGroup).delete(groupId);
    const states = Object.values(trial.aws.world.regions['us-east-1']!.ec2.instances).map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['terminated']));
  });
});
