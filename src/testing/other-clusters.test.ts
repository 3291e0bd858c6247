import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissions, verbPermissions } from '../adapters/aws/index.ts';
import { applyPlan } from '../app/apply.ts';
import { planCluster } from '../app/plan.ts';
import { leastPolicy, type PolicyVerb, policyVerbs } from '../app/policy.ts';
import { storeBucket } from '../app/self-managed/admin-access.ts';
import { recoverKey } from '../app/self-managed/store.ts';
import { ownBucketName } from '../model/build/self-managed/bucket-name.ts';
import { noticesName } from '../model/build/self-managed/draining.ts';
import { storeLayout } from '../model/store-layout.ts';
import { givenWorld } from './given-world.ts';
import { userWith } from './policy-user.ts';
import { follow } from './run-to-end.ts';
import { scenario, scenarioNames } from './scenarios.ts';
import { selfManagedGraph } from './self-managed-clusters.ts';
import { type Session, startSession } from './session.ts';

const account = '123456789012';
const partition = 'aws';

function printed(name: string, verb: PolicyVerb) {
  const { graph, loaded } = scenario(name);
  const scope = { cluster: loaded.cluster.metadata.name, region: graph.region, account, partition };
  return { scope, graph, documents: leastPolicy({ verb, graph, scope, permissions, further: verbPermissions }) };
}

const selfManaged = scenarioNames().filter(
  (name) => scenario(name).loaded.cluster.spec.controlPlane.type === 'self-managed',
);

describe.each(selfManaged)('the policies of self-managed scenario %s', (name) => {
  it.each(policyVerbs)('name for %s no bucket, queue or rule but its own', (verb) => {
    const { scope, graph, documents } = printed(name, verb);
    const given = graph.resources.flatMap(({ kind, desired }) => (kind === 'cluster-keys' ? [desired.bucket] : []));
    const own = [
      ...(['store', 'issuer'] as const).map((what) => ownBucketName(scope, what)),
      ...given.filter((bucket) => typeof bucket === 'string'),
      noticesName(scope.cluster),
    ];
    const named = documents
      .flatMap(({ Statement }) => Statement)
      .flatMap(({ Resource }) => Resource)
      .flatMap((arn) => /^arn:aws:(?:s3:::|sqs:[^:]*:\d+:|events:[^:]*:\d+:rule\/)([^/]*)/.exec(arn)?.[1] ?? []);
    expect(named.filter((bucket) => !own.includes(bucket))).toEqual([]);
    const open = documents
      .flatMap(({ Statement }) => Statement)
      .flatMap(({ Action, Resource }) => (Resource.includes('*') ? Action : []));
    expect(open.filter((action) => /^(s3|sqs|events):/.test(action))).toEqual([]);
  });

  it.each(policyVerbs)('ask EKS for %s at most whether it has a cluster of this name', (verb) => {
    const { documents } = printed(name, verb);
    const statements = documents.flatMap(({ Statement }) => Statement);
    const ofEks = statements.filter(({ Action }) => Action.some((action) => action.startsWith('eks:')));
    for (const { Action, Resource } of ofEks) {
      expect(Action.filter((action) => action.startsWith('eks:'))).toEqual(['eks:DescribeCluster']);
      expect(Resource.filter((arn) => arn === '*' || arn.endsWith('/*'))).toEqual([]);
    }
  });

  it('take nothing from a store for who shows and verifies it', () => {
    const actions = printed(name, 'store').documents.flatMap(({ Statement }) =>
      Statement.flatMap(({ Action }) => Action),
    );
    expect(actions).toContain('s3:ListBucket');
    expect(actions.filter((action) => /^s3:(Put|Delete|Create|Restore|\*)/.test(action))).toEqual([]);
  });
});

describe('another self-managed cluster of the same account', () => {
  const bucket = ownBucketName({ cluster: 'other', region: 'us-east-1', account, partition }, 'store');
  const Key = `${storeLayout.keys}ca.key`;
  let session: Session;
  let VersionId: string;
  let QueueUrl: string;
  beforeAll(async () => {
    session = await startSession();
    const { s3, sqs } = session.ports.connection.clients;
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const VersioningConfiguration = { Status: 'Enabled' as const };
    await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    VersionId = (await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'planted' }))).VersionId!;
    QueueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: noticesName('other') }))).QueueUrl!;
  });
  afterAll(() => session.stop());

  it.each(policyVerbs)('keeps its keys from who has the policy of %s', async (verb) => {
    const { documents } = printed('development', verb);
    const { s3, sqs } = (await userWith(session, verb, documents)).connection.clients;
    const denied = { name: 'AccessDenied' };
    await expect(s3.send(new GetObjectCommand({ Bucket: bucket, Key }))).rejects.toMatchObject(denied);
    await expect(s3.send(new ListObjectsV2Command({ Bucket: bucket }))).rejects.toMatchObject(denied);
    await expect(s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: '' }))).rejects.toMatchObject(denied);
    await expect(s3.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }))).rejects.toMatchObject(denied);
    const Attributes = { Policy: '' };
    await expect(sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))).rejects.toThrow(/not authorized/);
    await expect(sqs.send(new DeleteQueueCommand({ QueueUrl }))).rejects.toThrow(/not authorized/);
    const { s3: administrator } = session.ports.connection.clients;
    const object = await administrator.send(new GetObjectCommand({ Bucket: bucket, Key }));
    expect(await object.Body!.transformToString()).toBe('planted');
  });
});

describe('a store that the spec gives', () => {
  const graph = selfManagedGraph({ plane: { storeBucket: 'given-to-it' } });
  const scope = { cluster: graph.cluster, region: graph.region, account, partition };
  const statementsOf = (verb: PolicyVerb) =>
    leastPolicy({ verb, graph, scope, permissions, further: verbPermissions }).flatMap(({ Statement }) => Statement);

  it.each(policyVerbs.filter((verb) => verb !== 'logs'))('is named in the policy of %s', (verb) => {
    const resources = statementsOf(verb).flatMap(({ Resource }) => Resource);
    expect(resources.some((arn) => arn.startsWith('arn:aws:s3:::given-to-it'))).toBe(true);
  });

  it.each(['apply', 'destroy'] as const)('is neither emptied nor deleted by who has the policy of %s', (verb) => {
    const onIt = statementsOf(verb).filter(({ Resource }) => Resource.some((arn) => /:given-to-it(\/\*)?$/.test(arn)));
    const actions = onIt.flatMap(({ Action }) => Action);
    expect(actions).toContain('s3:ListBucket');
    expect(actions.filter((action) => /^s3:(Delete|Put|Create)/.test(action))).toEqual([]);
  });
});

it('brings a deleted key back with the policy of recover, and not with that of store', async () => {
  const made = scenario('development');
  const cluster = made.loaded.cluster.metadata.name;
  const session = await startSession({ world: await givenWorld(made), region: made.graph.region });
  try {
    const { ports } = session;
    const planned = await planCluster(made.loaded, ports.toRead);
    expect(await follow(applyPlan(planned, ports.toWrite), planned.plan.steps.length)).toMatchObject({
      outcome: 'done',
    });
    const Bucket = await storeBucket(cluster, ports.toRead);
    const { s3 } = ports.connection.clients;
    const Key = `${storeLayout.keys}ca.key`;
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    const looker = await userWith(session, 'looker', printed('development', 'store').documents);
    await expect(recoverKey(cluster, 'ca.key', looker.toOperate)).rejects.toThrow(/DeleteObjectVersion/);
    const recoverer = await userWith(session, 'recoverer', printed('development', 'recover').documents);
    expect(await recoverKey(cluster, 'ca.key', recoverer.toOperate)).toEqual({ bucket: Bucket, key: Key });
    expect((await s3.send(new GetObjectCommand({ Bucket, Key }))).ContentLength).toBeGreaterThan(0);
  } finally {
    await session.stop();
  }
});
