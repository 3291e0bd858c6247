import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
} from '@aws-sdk/client-ec2';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Duration, minutes } from '../../base/duration.ts';
import { authorityObject } from '../../model/store-layout.ts';
import { newAuthority } from '../services/authority.ts';
import { cutRoutes, deadEnd } from '../testing/cut-off.ts';
import { foreignProfile } from '../testing/foreign-role.ts';
import { oneMoreWorker, userDataOfWorkers } from '../testing/more-workers.ts';
import { readyNodes } from '../testing/ready-nodes.ts';
import { eventually, specFile, startTrial, type Trial } from '../testing/trial.ts';
import { withoutActions } from '../testing/without-permission.ts';

let trial: Trial;

/** Puts right what kept something out. */
type Mend = () => Promise<unknown>;

/** What `quilla status` says of an instance, once one of its problems says this: their codes and details. */
const told = (instanceId: string, cause: RegExp, within: Duration = minutes(4)): Promise<string> =>
  eventually(
    `quilla status tells of ${instanceId}: ${cause}`,
    async () => {
      const { problems } = await trial.status();
      const texts = problems.map(({ code, severity, detail }) => `${code} (${severity}): ${detail}`);
      const own = texts.filter((text) => text.includes(instanceId));
      if (own.some((text) => cause.test(text))) return own.join('\n');
      throw new Error(texts.join('\n'));
    },
    within,
  );

const isNode = async (instanceId: string): Promise<boolean> => (await readyNodes(trial)).includes(instanceId);

const comesIn = (instanceId: string): Promise<true> =>
  eventually(`${instanceId} is a Ready node`, async () => ((await isNode(instanceId)) ? true : undefined), minutes(5));

/** The only seat, without power until its surroundings are broken; no worker yet. */
const spec = specFile('scenarios/development/spec.yaml').replace('size: 1', 'size: {min: 0, desired: 0, max: 9}');

let reopenRoutes: Mend;
let giveBackAll: Mend;
beforeAll(async () => {
  trial = await startTrial({ name: 'test-kept-out', spec, held: ['a'] });
  reopenRoutes = await cutRoutes(trial);
  giveBackAll = await withoutActions(trial, 'dev-seats', ['s3:GetObject', 'ec2:AttachVolume']);
  trial.held.clear();
  await trial.running.driver.settled();
});
afterAll(() => trial?.stop());

/** Workers that something keeps out, launched while the seat is kept out itself: their causes are the first that they meet. */
const kept: {
  wrongAuthority?: string;
  noAuthority?: string;
  unknownRole?: string;
  closedGroup?: string;
  noRoute?: string;
} = {};
let openGroup: Mend;
let openSubnet: Mend;

async function closedGroup(): Promise<string> {
  const { ec2 } = trial.ports.connection.clients;
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  const ours = (id: string) =>
    SecurityGroups.find(({ Tags = [] }) => Tags.some(({ Key, Value }) => Key === 'quilla.dev/id' && Value === id));
  const api = ours('security-group/api');
  const made = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'somebody', Description: 'Of somebody else', VpcId: api?.VpcId }),
  );
  const UserIdGroupPairs = [{ GroupId: made.GroupId }];
  const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs };
  openGroup = () =>
    ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: api?.GroupId, IpPermissions: [https] }));
  return made.GroupId ?? '';
}

/** A worker whose user data name the store of somebody else, which its role may read. */
async function workerOfAnotherStore(): Promise<string> {
  const { s3 } = trial.ports.connection.clients;
  const Bucket = 'store-of-somebody-else';
  const { certificatePem } = await newAuthority('Somebody else');
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key: authorityObject, Body: certificatePem }));
  const text = await userDataOfWorkers(trial);
  const changed = text.replace(/"store":"[^"]+"/, `"store":"${Bucket}"`);
  expect(changed).not.toBe(text);
  const Arn = await foreignProfile(trial, 'somebody-else', { 's3:GetObject': `arn:aws:s3:::${Bucket}/*` });
  const UserData = Buffer.from(changed).toString('base64');
  return oneMoreWorker(trial, { template: { UserData, IamInstanceProfile: { Arn } } });
}

async function workerThatMayNotRead(): Promise<string> {
  const Arn = await foreignProfile(trial, 'reads-nothing', { 'ec2:DescribeRegions': '*' });
  return oneMoreWorker(trial, { template: { IamInstanceProfile: { Arn } } });
}

async function launchAll(): Promise<void> {
  const { subnetId, open } = await deadEnd(trial, '10.30.200.0/24');
  openSubnet = open;
  kept.noRoute = await oneMoreWorker(trial, { subnetId });
  kept.wrongAuthority = await workerOfAnotherStore();
  kept.noAuthority = await workerThatMayNotRead();
  const Arn = await foreignProfile(trial, 'somebody');
  kept.unknownRole = await oneMoreWorker(trial, { template: { IamInstanceProfile: { Arn } } });
  const Groups = [await closedGroup()];
  const NetworkInterfaces = [{ DeviceIndex: 0, AssociatePublicIpAddress: true, Groups }];
  kept.closedGroup = await oneMoreWorker(trial, { template: { NetworkInterfaces } });
}

describe('a seat is kept out, and quilla status says by what', () => {
  it('for want of a route to the store', async () => {
    const said = await told(trial.seat('a').id, /failed at program/);
    expect(said).toMatch(/Failed to connect to s3\.us-east-1\.amazonaws\.com|timed out/);
    expect(said).toMatch(/the store dev-store-\S+ gives no cluster\/seat-/);
    await reopenRoutes();
    // What comes next takes the seat a while.
    await launchAll();
  });

  it('by a role that may not read the store', async () => {
    const said = await told(trial.seat('a').id, /failed at program.*403/);
    expect(said).toContain('gives no cluster/seat-');
    expect(said).toMatch(/is not authorized to perform: s3:GetObject/);
    await giveBackAll();
    giveBackAll = await withoutActions(trial, 'dev-seats', ['ec2:AttachVolume']);
  });

  it('by a role that may not attach its volume', async () => {
    const said = await told(trial.seat('a').id, /failed at volume/);
    expect(said).toMatch(/volume vol-\w+ could not be attached: .*UnauthorizedOperation/);
    await giveBackAll();
  });

  it('and it comes in when all of it is mended', () => comesIn(trial.seat('a').id));
});

describe('a worker is kept out, and quilla status says by what', () => {
  it('by a program that is not the one with the digest asked for', async () => {
    const place = trial.supplies.stocks[0]!.files.find((one) => one.place.endsWith('/kubelet'))!.place;
    trial.corrupt.add(place);
    const id = await oneMoreWorker(trial, {});
    expect(await told(id, /failed at files/)).toMatch(
      /kubelet is another file than asked for: its sha256 is [0-9a-f]{64}/,
    );
    expect((await trial.on(id, 'ls /usr/local/bin')).stdout).not.toMatch(/^kubelet$/m);
    trial.corrupt.delete(place);
  });

  it('by a role that may not read the certificate of the authority', async () => {
    const id = kept.noAuthority!;
    const said = await told(id, /node\.authority-unread.* failed at authority/);
    expect(said).toMatch(/gives no cluster\/keys\/ca\.crt: User: \S+ is not authorized to perform: s3:GetObject/);
    expect(await isNode(id)).toBe(false);
    await trial.terminate(id);
  });

  it('by the certificate of another authority in the store that it asks', async () => {
    const id = kept.wrongAuthority!;
    await told(id, /SSL certificate problem: unable to get local issuer certificate/);
    expect(await isNode(id)).toBe(false);
    await trial.terminate(id);
  });

  it('by a role that no mapping knows', async () => {
    const id = kept.unknownRole!;
    const said = await told(id, /error: 401 \(Unauthorized/);
    expect(said).toContain('node.role-not-listed');
    expect(await isNode(id)).toBe(false);
    await trial.terminate(id);
  });

  it('by a security group that does not let it to the load balancer of the API', async () => {
    const id = kept.closedGroup!;
    const said = await told(id, /no node yet: \S+: curl: \(28\)/);
    expect(said).toContain('node.api-security-group');
    expect(await isNode(id)).toBe(false);
    await openGroup();
  });

  it('for want of a route to the mirror', async () => {
    const id = kept.noRoute!;
    const said = await told(id, /curl: \(28\) .*mirror\.quilla\.internal/);
    expect(said).toContain('node.no-route');
    expect(await isNode(id)).toBe(false);
    await openSubnet();
  });

  it('and all come in when it is mended: the same machines, or those that follow them', async () => {
    await comesIn(kept.closedGroup!);
    await comesIn(kept.noRoute!);
    const status = await eventually(
      'quilla status says ready',
      async () => {
        const found = await trial.status();
        if (!found.ready) throw new Error(found.problems.map(({ detail }) => detail).join('\n'));
        return found;
      },
      minutes(5),
    );
    expect(status.nodes.map(({ name }) => name).sort()).toEqual(
      trial
        .instances()
        .map(({ id }) => id)
        .sort(),
    );
    expect(trial.workers()).toHaveLength(6);
  });
});
