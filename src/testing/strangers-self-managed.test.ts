import { DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { CreateLoadBalancerCommand, DeleteLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { DeleteRuleCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { type ChangeAction, ChangeResourceRecordSetsCommand } from '@aws-sdk/client-route-53';
import { CreateBucketCommand, DeleteBucketCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyPlan } from '../app/apply.ts';
import { planCluster } from '../app/plan.ts';
import { minutes } from '../base/duration.ts';
import { givenWorld } from './given-world.ts';
import { follow, type Ran, run } from './run-to-end.ts';
import { scenario } from './scenarios.ts';
import { type Session, startSession } from './session.ts';
import { recordsOf } from './strangers.ts';

const made = scenario('seed-kops');
const nameOf = (id: string): string =>
  String((made.graph.resources.find((one) => one.id === id)!.desired as { readonly name: unknown }).name);
const [bucket, queue, rule, balancer, record] = [
  ...['bucket/store', 'queue/interruption', 'event-rule/interruption', 'load-balancer/internal', 'dns-record/api'].map(
    nameOf,
  ),
] as [string, string, string, string, string];

let session: Session;
let guests: ReadonlyMap<string, string>;
let balancerArn: string;
const clients = () => session.ports.connection.clients;
const recordChange = (Action: ChangeAction) =>
  clients().route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: made.facts.hostedZone!.id,
      ChangeBatch: {
        Changes: [
          {
            Action,
            ResourceRecordSet: { Name: record, Type: 'A', TTL: 60, ResourceRecords: [{ Value: '192.0.2.7' }] },
          },
        ],
      },
    }),
  );
const theirs = (): Map<string, string> => recordsOf(session.aws.world);

/** Somebody else has one of each under the very name that ours would get, none of it tagged. */
async function invite(): Promise<void> {
  const { ec2, elbv2, events, s3, sqs } = clients();
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  const input = { Name: balancer, Type: 'network' as const, Scheme: 'internal' as const };
  const before = theirs();
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'photo', Body: 'x' }));
  await sqs.send(new CreateQueueCommand({ QueueName: queue, Attributes: { VisibilityTimeout: '7' } }));
  await events.send(new PutRuleCommand({ Name: rule, EventPattern: '{"source":["theirs"]}' }));
  const answer = await elbv2.send(new CreateLoadBalancerCommand({ ...input, Subnets: [Subnets![0]!.SubnetId!] }));
  balancerArn = answer.LoadBalancers![0]!.LoadBalancerArn!;
  await session.clock.sleep(minutes(5));
  guests = new Map([...theirs()].filter(([at]) => !before.has(at)));
  await recordChange('CREATE');
}

/** What others of ours stand on goes first. */
async function leaveFirst(): Promise<void> {
  const { elbv2, s3, sqs } = clients();
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'photo' }));
  await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  await sqs.send(new DeleteQueueCommand({ QueueUrl: session.aws.world.regions['us-east-1']!.sqs.queues[queue]!.url }));
  await elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: balancerArn }));
  await session.clock.sleep(minutes(5));
}

async function leaveLast(): Promise<void> {
  await clients().events.send(new DeleteRuleCommand({ Name: rule }));
  await recordChange('DELETE');
}

/** Which of these a run did not name as somebody else's. */
const untold = ({ failures }: Ran, ...whats: readonly string[]): string[] =>
  whats.filter((what) => !failures.some((said) => said.includes(what) && said.includes('not touched')));

const apply = async (): Promise<Ran> => {
  const { toRead, toWrite } = await session.again();
  const planned = await planCluster(made.loaded, toRead);
  return follow(applyPlan(planned, toWrite), planned.plan.steps.length);
};

function expectUntouched(...lists: readonly string[]): void {
  const now = theirs();
  const stay = [...guests].filter(([at]) => lists.length === 0 || lists.some((list) => at.includes(list)));
  expect(stay.length).toBeGreaterThan(0);
  expect(stay.filter(([at, text]) => now.get(at) !== text)).toEqual([]);
  const zone = session.aws.world.route53.zones[made.facts.hostedZone!.id]!;
  expect(zone.records.filter(({ name }) => name === `${record}.`)).toMatchObject([{ values: ['192.0.2.7'] }]);
}

beforeAll(async () => {
  session = await startSession({ world: await givenWorld(made) });
});
afterAll(() => session.stop());

it('leaves buckets, queues, rules, load balancers and records of the same names alone, names them, and ends the work when they are gone', async () => {
  await invite();
  expect(guests.size).toBeGreaterThanOrEqual(4);
  const first = await apply();
  expect(first.outcome).toBe('failed');
  expect(untold(first, `bucket ${bucket}`, `queue ${queue}`, `load balancer ${balancer}`)).toEqual([]);
  expectUntouched();
  // A destroy in between takes what is ours, and nothing of theirs.
  expect(await run('destroy', made, await session.again())).toMatchObject({ outcome: 'done', failures: [] });
  expectUntouched();
  await leaveFirst();
  const second = await apply();
  expect(untold(second, `event rule ${rule}`, `record ${record}`)).toEqual([]);
  expectUntouched('/events/');
  await leaveLast();
  expect(await apply()).toMatchObject({ outcome: 'done', failures: [] });
  expect((await planCluster(made.loaded, (await session.again()).toRead)).plan.steps).toEqual([]);
});
