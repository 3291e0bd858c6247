import { DeleteRouteCommand, RevokeSecurityGroupIngressCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { recoverKey, verifyStore } from '../app/self-managed/store.ts';
import { hours, minutes } from '../base/duration.ts';
import type { ClusterState } from '../model/store-layout.ts';
import {
  applyOn,
  byHand,
  dayIn,
  planOn,
  readyStatus,
  type SeatsWorld,
  saidOf,
  seatsWorld,
  statusOf,
} from './seats-world.ts';
import type { Session } from './session.ts';

let of: SeatsWorld;
beforeAll(async () => {
  of = await seatsWorld('development');
});

const region = (session: Session) => session.aws.world.regions['us-east-1']!;
const s3 = (session: Session) => session.ports.connection.clients.s3;
const ec2 = (session: Session) => session.ports.connection.clients.ec2;
const storeOf = (session: Session): string =>
  Object.keys(session.aws.world.s3.buckets).find((name) => name.includes('-store-'))!;
const remove = (session: Session, Key: string) =>
  s3(session).send(new DeleteObjectCommand({ Bucket: storeOf(session), Key }));
const verified = async (session: Session): Promise<string> =>
  saidOf(
    (await verifyStore(of.cluster, { everyMinutes: 360, secretsEncryption: true }, (await session.again()).toRead))
      .problems,
  );
/** The object of ours in EC2 that carries this id. */
const tagged = (session: Session, id: string): string => {
  const { tags } = region(session).ec2;
  return Object.keys(tags).find((of) => tags[of]?.['quilla.dev/id'] === id)!;
};
const workers = (session: Session) => {
  const { instances, tags } = region(session).ec2;
  return Object.values(instances).filter(
    ({ id, state }) => state === 'running' && tags[id]?.['aws:autoscaling:groupName']?.includes('workers'),
  );
};
/** Ends a worker, so that its group has to make another one, and gives that time. */
async function newWorker(session: Session): Promise<string> {
  await ec2(session).send(new TerminateInstancesCommand({ InstanceIds: [workers(session)[0]!.id] }));
  await session.clock.sleep(minutes(7));
  return saidOf((await statusOf(session, of.cluster)).problems);
}

describe('an object of the store that is deleted', () => {
  it.each(['ca.key', 'ca.crt', 'sa.key', 'secrets.key'])('%s stops the plan, is named, and is recovered', (name) =>
    dayIn(of, async (session) => {
      await remove(session, `cluster/keys/${name}`);
      const plan = await planOn(session, of.scenario);
      expect(plan.refused).toBe(true);
      expect(plan.said).toContain(`store.key-lost: cluster/keys/${name} (`);
      expect(plan.said).toContain(`quilla store recover ${name} -f FILE brings its earlier version back`);
      expect(await verified(session)).toMatch(/store.key-lost: .*its earlier version is still there/);
      await recoverKey(of.cluster, name, session.ports.toOperate);
      expect(await verified(session)).toBe('');
      expect(await planOn(session, of.scenario)).toEqual({ steps: [], said: '', refused: false });
    }),
  );

  it.each([
    ['cluster/keys/sa.pub', 'update cluster-keys'],
    ['cluster/keys/authenticator.key', 'update cluster-keys'],
    ['cluster/keys/public.json', 'update cluster-keys'],
    ['cluster/state.json', 'create bucket-object/state'],
    ['cluster/spec.json', 'create bucket-object/spec'],
  ])('%s is made again by an apply', (key, step) =>
    dayIn(of, async (session) => {
      await remove(session, key);
      expect((await planOn(session, of.scenario)).steps).toEqual([step]);
      expect(await verified(session)).toMatch(/store.object-missing: .* -> .*quilla apply makes/);
      expect(await applyOn(session, of.scenario)).toMatchObject({ outcome: 'done', failures: [] });
      expect(await verified(session)).toBe('');
    }),
  );

  it('keeps a seat that starts anew away, and status names both; it comes up when the key is back', () =>
    dayIn(of, async (session) => {
      await remove(session, 'cluster/keys/ca.key');
      await byHand(session, of.cluster).endSeat('a');
      await session.clock.sleep(minutes(6));
      const said = saidOf((await statusOf(session, of.cluster)).problems);
      expect(said).toMatch(/store.key-lost: cluster\/keys\/ca.key .* -> quilla store recover ca.key/);
      expect(said).toMatch(/seat.boot-failed: seat a .* failed at keys .*holds no cluster\/keys\/ca.key/);
      await recoverKey(of.cluster, 'ca.key', session.ports.toOperate);
      expect((await readyStatus(session, of.cluster)).ready).toBe(true);
    }));

  it('that is not deleted is said not to be', () =>
    dayIn(of, async ({ ports }) => {
      await expect(recoverKey(of.cluster, 'ca.key', ports.toOperate)).rejects.toMatchObject({
        diagnostics: [{ code: 'store.nothing-to-recover' }],
      });
      await expect(recoverKey(of.cluster, 'cakey', ports.toOperate)).rejects.toMatchObject({
        diagnostics: [{ code: 'app.unknown-name' }],
      });
    }));
});

it('a seat comes up where its volume and its interface carry no tag of ours yet', () =>
  dayIn(of, async (session) => {
    const { tags } = region(session).ec2;
    for (const id of ['volume/etcd-a', 'network-interface/seat-a'].map((one) => tagged(session, one)))
      tags[id] = Object.fromEntries(Object.entries(tags[id]!).filter(([key]) => !key.startsWith('quilla.dev/')));
    const seat = Object.values(region(session).ec2.instances).find(
      ({ id, state }) => state === 'running' && tags[id]?.['quilla.dev/id']?.includes('seat-a'),
    )!;
    await ec2(session).send(new TerminateInstancesCommand({ InstanceIds: [seat.id] }));
    await session.clock.sleep(minutes(8));
    const boots = Object.values(region(session).ec2.instances)
      .filter(({ id, state }) => state === 'running' && tags[id]?.['quilla.dev/id']?.includes('seat-a'))
      .map(({ id }) => [id === seat.id, tags[id]!['quilla.dev/boot']]);
    expect(boots).toEqual([[false, expect.stringMatching(/^ready /)]]);
  }));

it('a store that is opened by hand is named, shown in the plan and closed again by an apply', () =>
  dayIn(of, async (session) => {
    const Bucket = storeOf(session);
    await s3(session).send(new DeletePublicAccessBlockCommand({ Bucket }));
    await s3(session).send(new DeleteBucketPolicyCommand({ Bucket }));
    const suspended = { Bucket, VersioningConfiguration: { Status: 'Suspended' } as const };
    await s3(session).send(new PutBucketVersioningCommand(suspended));
    expect(await verified(session)).toMatch(/store.public: .*\nstore.not-versioned: .*\nstore.plain-http: /);
    expect((await planOn(session, of.scenario)).steps).toEqual(['update bucket/store']);
    expect(await applyOn(session, of.scenario)).toMatchObject({ outcome: 'done' });
    expect(await verified(session)).toBe('');
  }));

it.each([
  [365 * 10 - 60, /store.keys-expire: the first authority of the cluster ends on \d{4}-/],
  [365 * 10 + 30, /store.keys-expired: the first authority of the cluster ended on \d{4}-/],
])('keys that are %i days old are told of', (days, said) =>
  dayIn(of, async ({ ports: { toRead } }) => {
    // Only whoever looks lives so late: ten years of timers would take the embedded AWS too long.
    const later = toRead.clock.now() + hours(24 * days).ms;
    const clock = { ...toRead.clock, now: () => later };
    const wanted = { everyMinutes: 360, secretsEncryption: true };
    expect(saidOf((await verifyStore(of.cluster, wanted, { ...toRead, clock })).problems)).toMatch(said);
  }),
);

describe('why a worker does not come', () => {
  it('is said where its role is no longer in cluster/state.json', () =>
    dayIn(of, async (session) => {
      const object = session.aws.world.s3.buckets[storeOf(session)]!.objects['cluster/state.json']![0]!;
      const text = 'body' in object ? Buffer.from(object.body, 'base64').toString() : '';
      const Body = JSON.stringify({ ...(JSON.parse(text) as ClusterState), nodeRoles: [] });
      await s3(session).send(new PutObjectCommand({ Bucket: storeOf(session), Key: 'cluster/state.json', Body }));
      const said = await newWorker(session);
      expect(said).toMatch(
        /node.role-not-listed: instance i-\w+ of auto-scaling-group\/workers has the role .* -> quilla apply/,
      );
      expect(said).not.toMatch(/EKS|access entry/i);
    }));

  it('is said where the certificate of the authority was deleted, and it comes in when that is recovered', () =>
    dayIn(of, async (session) => {
      await remove(session, 'cluster/keys/ca.crt');
      expect(await newWorker(session)).toMatch(
        /node.authority-unread: instance i-\w+ .* failed at authority .*cluster\/keys\/ca.crt is not there: .* -> .*quilla store recover ca.crt/,
      );
      await recoverKey(of.cluster, 'ca.crt', session.ports.toOperate);
      expect((await readyStatus(session, of.cluster)).ready).toBe(true);
    }));

  it('is said where its role may not read that certificate, and it comes in when it may', () =>
    dayIn(of, async (session) => {
      const { iam } = session.ports.connection.clients;
      const RoleName = Object.keys(session.aws.world.iam.roles).find((name) => name.includes('workers'))!;
      const Statement = [{ Effect: 'Deny', Action: 's3:GetObject', Resource: '*' }];
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'deny', PolicyDocument }));
      expect(await newWorker(session)).toMatch(
        /node.authority-unread: .* failed at authority .* -> The script tries again by itself: allow arn:aws:iam::\S+workers\S* s3:GetObject on arn:aws:s3:::\S+\/cluster\/keys\/ca.crt /,
      );
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'deny' }));
      expect((await readyStatus(session, of.cluster)).ready).toBe(true);
    }));

  it('is said where its route out was removed, of the seat beside it too', () =>
    dayIn(of, async (session) => {
      const { subnetId } = workers(session)[0]!;
      const table = Object.values(region(session).ec2.routeTables).find(({ associations }) =>
        associations.some((one) => one.subnetId === subnetId),
      )!;
      const route = { RouteTableId: table.id, DestinationCidrBlock: '0.0.0.0/0' };
      await ec2(session).send(new DeleteRouteCommand(route));
      const said = await newWorker(session);
      expect(said).toMatch(/node.no-route: .* -> quilla apply makes the route again/);
      await byHand(session, of.cluster).endSeat('a');
      await session.clock.sleep(minutes(5));
      const seat = saidOf((await statusOf(session, of.cluster)).problems);
      expect(seat).toMatch(/seat.boot-failed: seat a .* has no route to 0.0.0.0\/0/);
      expect(seat).not.toMatch(/EKS/);
    }));

  it('is said where the door of the internal load balancer was closed', () =>
    dayIn(of, async (session) => {
      const GroupId = tagged(session, 'security-group/api');
      const rules = Object.values(region(session).ec2.securityGroupRules).filter(
        ({ groupId, isEgress }) => groupId === GroupId && !isEgress,
      );
      const SecurityGroupRuleIds = rules.map(({ id }) => id);
      await ec2(session).send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds }));
      expect(await newWorker(session)).toMatch(
        /node.api-security-group: .*lets none of them in on port 443 -> quilla apply/,
      );
    }));

  it('is said where a file is not what its digest says', () =>
    dayIn(of, async (session) => {
      for (const template of Object.values(region(session).ec2.launchTemplates)) {
        for (const version of template.versions) {
          const data = version.data as { UserData?: string };
          const text = Buffer.from(data.UserData ?? '', 'base64').toString('latin1');
          const wrong = text.replace(/("name":\s*"containerd"[^}]*"sha256":\s*")[0-9a-f]{64}/, `$1${'0'.repeat(64)}`);
          expect(wrong).not.toBe(text);
          data.UserData = Buffer.from(wrong, 'latin1').toString('base64');
        }
      }
      expect(await newWorker(session)).toMatch(/node.boot-failed: .* failed at files .*containerd.*sha256/);
    }));
});

it('closed ports of etcd are named where the seats are up and do not serve', () =>
  dayIn(of, async (session) => {
    const GroupId = tagged(session, 'security-group/seats');
    const SecurityGroupRuleIds = Object.values(region(session).ec2.securityGroupRules)
      .filter(({ groupId, isEgress, fromPort }) => groupId === GroupId && !isEgress && fromPort === 6443)
      .map(({ id }) => id);
    await ec2(session).send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds }));
    await session.clock.sleep(minutes(3));
    const said = saidOf((await statusOf(session, of.cluster)).problems);
    expect(said).toMatch(/seat.ports-closed: security group sg-\w+ of the seats does not let sg-\w+ in on port 6443/);
  }));
