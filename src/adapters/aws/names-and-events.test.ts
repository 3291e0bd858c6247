import { PutRuleCommand, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge';
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand } from '@aws-sdk/client-route-53';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Settled } from '../../model/types.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { type Seats, seatsTrial } from '../../testing/seats-trial.ts';
import { dnsRecord } from './dns-record.ts';
import { eventRule } from './event-rule.ts';
import { facts } from './facts.ts';
import { hostedZone } from './hosted-zone.ts';
import { loadBalancer } from './load-balancer.ts';
import { queue } from './queue.ts';
import { bareId } from './route53-changes.ts';

let trial: AdapterTrial;
let seats: Seats;
beforeEach(async () => {
  trial = await adapterTrial();
  seats = await seatsTrial(trial);
});
afterEach(() => trial.stop());

const zone = (): Settled<'hosted-zone'> => ({
  name: 'trial.internal',
  vpcId: seats.vpcId,
  comment: 'Quilla: cluster trial',
  tags: tagsFor('hosted-zone'),
});

describe('private zones', () => {
  it('live as the graph asks, a second time too', async () => {
    const changes = [{ tags: tagsFor('hosted-zone', { team: 'a' }) }];
    await trial.of(hostedZone).life('hosted-zone', zone(), changes);
    await trial.of(hostedZone).life('hosted-zone', zone(), changes);
  });

  it('are made once however often', async () => {
    const first = await trial.of(hostedZone).create('hosted-zone', zone());
    expect(await trial.of(hostedZone).create('hosted-zone', zone())).toEqual(first);
    expect(await trial.of(hostedZone).list()).toHaveLength(1);
  });

  it('of others are left alone', async () => {
    await trial.of(hostedZone).create('hosted-zone', { ...zone(), tags: { owner: 'somebody' } });
    await expect(trial.of(hostedZone).create('hosted-zone', zone())).rejects.toMatchObject({ code: 'NotOurs' });
  });
});

const publicZone = async (): Promise<string> => {
  const input = { Name: 'example.org', CallerReference: 'one' };
  return bareId((await trial.connection.clients.route53.send(new CreateHostedZoneCommand(input))).HostedZone!.Id!);
};

async function record(name = 'api.trial.example.org'): Promise<Settled<'dns-record'>> {
  const made = await trial.of(loadBalancer).create('load-balancer/internal', {
    name: 'trial-internal',
    scheme: 'internal',
    subnetIds: seats.subnetIds,
    securityGroupIds: [seats.groupId],
    crossZone: true,
    deletionProtection: false,
    tags: tagsFor('load-balancer/internal'),
  });
  return { hostedZoneId: await publicZone(), name, target: made.dnsName, targetZoneId: made.hostedZoneId };
}

const put = (settled: Settled<'dns-record'>, Value: string) =>
  trial.connection.clients.route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: settled.hostedZoneId,
      ChangeBatch: {
        Changes: [
          {
            Action: 'UPSERT',
            ResourceRecordSet: { Name: settled.name, Type: 'A', TTL: 60, ResourceRecords: [{ Value }] },
          },
        ],
      },
    }),
  );

describe('records', () => {
  it('live as the graph asks', async () => {
    const settled = await record();
    await trial.of(dnsRecord).life('dns-record/api', settled);
  });

  it('follow the load balancer to another one', async () => {
    const settled = await record();
    const other = await trial.of(loadBalancer).create('load-balancer/public', {
      name: 'trial-public',
      scheme: 'internet-facing',
      subnetIds: seats.subnetIds,
      securityGroupIds: [seats.groupId],
      crossZone: true,
      deletionProtection: false,
      tags: tagsFor('load-balancer/public'),
    });
    await trial.of(dnsRecord).life('dns-record/api', settled, [{ target: other.dnsName }]);
  });

  it('are made once however often', async () => {
    const settled = await record();
    await trial.of(dnsRecord).create('dns-record/api', settled);
    await trial.of(dnsRecord).create('dns-record/api', settled);
    expect(await trial.of(dnsRecord).list()).toHaveLength(1);
  });

  it('of others are not touched', async () => {
    const settled = await record();
    await put(settled, '192.0.2.1');
    await expect(trial.of(dnsRecord).create('dns-record/api', settled)).rejects.toMatchObject({
      reason: 'exists',
      message: expect.stringContaining('192.0.2.1'),
    });
    expect(await trial.of(dnsRecord).list()).toEqual([]);
  });

  it('that somebody pointed elsewhere are his by then, and stay', async () => {
    const settled = await record();
    await trial.of(dnsRecord).create('dns-record/api', settled);
    const found = await trial.of(dnsRecord).find('dns-record/api');
    await put(settled, '192.0.2.1');
    await trial.of(dnsRecord).deleteFound(found);
    await expect(trial.of(dnsRecord).create('dns-record/api', settled)).rejects.toMatchObject({ reason: 'exists' });
  });

  it('cost one call', async () => {
    await trial.of(dnsRecord).create('dns-record/api', await record());
    const before = trial.asked.length;
    await trial.of(dnsRecord).list();
    expect(trial.asked.slice(before).filter((operation) => operation.startsWith('route53'))).toHaveLength(1);
  });
});

const sending = (arn: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: arn },
    ],
  });
const interruption = (): Settled<'queue'> => ({
  name: 'trial-interruption',
  policy: sending(`arn:aws:sqs:us-east-1:${trial.context.scope.account}:trial-interruption`),
  retentionSeconds: 300,
  tags: tagsFor('queue/interruption'),
});

describe('queues', () => {
  it('live as the graph asks, a second time too', async () => {
    const changes = [{ retentionSeconds: 600 }, { tags: tagsFor('queue/interruption', { team: 'a' }) }];
    await trial.of(queue).life('queue/interruption', interruption(), changes);
    await trial.of(queue).life('queue/interruption', interruption(), changes);
  });

  it('that a run before made are taken, with other values too', async () => {
    const first = await trial.of(queue).create('queue/interruption', interruption());
    const changed = { ...interruption(), retentionSeconds: 600 };
    expect(await trial.of(queue).create('queue/interruption', changed)).toEqual(first);
    expect((await trial.of(queue).find('queue/interruption')).settled).toEqual(changed);
  });

  it('of others are left alone', async () => {
    const foreign = { ...interruption(), tags: { owner: 'somebody' } };
    await expect(trial.of(queue).create('queue/other', foreign)).rejects.toMatchObject({ code: 'NotOurs' });
    await expect(trial.of(queue).create('queue/interruption', interruption())).rejects.toMatchObject({
      code: 'NotOurs',
    });
  });
});

describe('event rules', () => {
  const rule = (queueArn: string): Settled<'event-rule'> => ({
    name: 'trial-interruption',
    pattern: JSON.stringify({ source: ['aws.ec2'], 'detail-type': ['EC2 Spot Instance Interruption Warning'] }),
    queueArn,
    tags: tagsFor('event-rule/interruption'),
  });

  it('live as the graph asks', async () => {
    const one = await trial.of(queue).create('queue/interruption', interruption());
    const two = await trial.of(queue).create('queue/two', {
      ...interruption(),
      name: 'trial-two',
      tags: tagsFor('queue/two'),
    });
    await trial
      .of(eventRule)
      .life('event-rule/interruption', rule(one.arn), [
        { pattern: JSON.stringify({ source: ['aws.ec2'] }) },
        { queueArn: two.arn },
        { tags: tagsFor('event-rule/interruption', { team: 'a' }) },
      ]);
    await trial.of(eventRule).create('event-rule/interruption', rule(one.arn));
    await trial.of(eventRule).create('event-rule/interruption', rule(one.arn));
    expect(await trial.of(eventRule).list()).toHaveLength(1);
  });

  it('show that somebody switched them off, and are switched on', async () => {
    const { arn } = await trial.of(queue).create('queue/interruption', interruption());
    await trial.of(eventRule).create('event-rule/interruption', rule(arn));
    await trial.connection.clients.events.send(
      new PutRuleCommand({ Name: 'trial-interruption', EventPattern: rule(arn).pattern, State: 'DISABLED' }),
    );
    expect((await trial.of(eventRule).find('event-rule/interruption')).settled.queueArn).toBe('');
    await trial.of(eventRule).update('event-rule/interruption', rule(arn));
    expect((await trial.of(eventRule).find('event-rule/interruption')).settled).toEqual(rule(arn));
  });

  it('show a target that somebody took away, and get it back', async () => {
    const { arn } = await trial.of(queue).create('queue/interruption', interruption());
    await trial.of(eventRule).create('event-rule/interruption', rule(arn));
    await trial.connection.clients.events.send(
      new RemoveTargetsCommand({ Rule: 'trial-interruption', Ids: ['queue'] }),
    );
    expect((await trial.of(eventRule).find('event-rule/interruption')).settled).toEqual({ ...rule(arn), queueArn: '' });
    await trial.of(eventRule).update('event-rule/interruption', rule(arn));
    expect((await trial.of(eventRule).find('event-rule/interruption')).settled).toEqual(rule(arn));
  });

  it('of others are left alone', async () => {
    const { arn } = await trial.of(queue).create('queue/interruption', interruption());
    await trial.connection.clients.events.send(
      new PutRuleCommand({ Name: 'trial-interruption', EventPattern: '{"source":["aws.s3"]}' }),
    );
    await expect(trial.of(eventRule).create('event-rule/interruption', rule(arn))).rejects.toMatchObject({
      code: 'NotOurs',
    });
  });
});

describe('hosted zones that are there', () => {
  it('are found by their very name, in one call', async () => {
    const id = await publicZone();
    await trial.connection.clients.route53.send(
      new CreateHostedZoneCommand({ Name: 'a.example.org', CallerReference: 'two' }),
    );
    await trial.of(hostedZone).create('hosted-zone', { ...zone(), name: 'example.org' });
    const before = trial.asked.length;
    const zones = await facts(trial.connection).hostedZones('example.org');
    expect(trial.asked.length - before).toBe(1);
    expect(zones).toHaveLength(2);
    expect(zones).toContainEqual({ id, name: 'example.org', isPrivate: false });
    expect(zones.filter(({ isPrivate }) => isPrivate)).toHaveLength(1);
    expect(await facts(trial.connection).hostedZones('example.net')).toEqual([]);
  });
});
