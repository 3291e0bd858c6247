import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ImportKeyPairCommand } from '@aws-sdk/client-ec2';
import { CreateHostedZoneCommand } from '@aws-sdk/client-route-53';
import { CreateBucketCommand, DeletePublicAccessBlockCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planCluster } from '../app/plan.ts';
import { loadOrThrow, scenariosFolder } from './scenarios.ts';
import { planOn } from './seats-world.ts';
import { type Session, startSession } from './session.ts';

const spec = readFileSync(join(scenariosFolder, 'seed-kops/spec.yaml'), 'utf8');
const specWith = (from = '', to = '') => ({ loaded: loadOrThrow(spec.replaceAll(from, to), 'kops.yaml') });
const givenBucket = specWith('instanceType: t2.medium', 'instanceType: t2.medium\n      storeBucket: my-bucket');

let session: Session;
beforeEach(async () => {
  session = await startSession();
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4b3wUWJm0r6Lq0m0mYH8mJ8v3xHq8nT1b6b3o2n5aA';
  const PublicKeyMaterial = new TextEncoder().encode(key);
  await clients().ec2.send(new ImportKeyPairCommand({ KeyName: 'all', PublicKeyMaterial }));
});
afterEach(() => session.stop());

const clients = () => session.ports.connection.clients;
const makeZone = (CallerReference = '1') =>
  clients().route53.send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference }));

describe('before anything is made, a plan is refused', () => {
  it('where the hosted zone is not there', async () => {
    const plan = await planOn(session, specWith());
    expect(plan).toMatchObject({ refused: true });
    expect(plan.said).toMatch(
      /graph.hosted-zone-unknown: this account has no public hosted zone example.com -> Make the zone/,
    );
  });

  it('where the public DNS leads the zone elsewhere', async () => {
    await makeZone();
    const { toRead } = session.ports;
    const resolver = { nameServers: () => Promise.resolve(['ns1.elsewhere.example']) };
    await expect(planCluster(specWith().loaded, { ...toRead, resolver })).rejects.toMatchObject({
      diagnostics: [{ code: 'app.zone-not-delegated', detail: expect.stringContaining('ns1.elsewhere.example') }],
    });
  });

  it('and not where a second zone of the same name is not delegated', async () => {
    await makeZone('1');
    await makeZone('2');
    expect(await planOn(session, specWith())).toMatchObject({ refused: false });
  });

  it('where a zone of the seats does not offer their type', async () => {
    await makeZone();
    const edited = spec
      .replaceAll('us-east-1d', 'us-east-1e')
      .replace('t2.medium', 'm6i.large')
      .replace('t2.large', 'm5.large');
    const { said } = await planOn(session, { loaded: loadOrThrow(edited, 'kops.yaml') });
    expect(said).toMatch(/app.type-not-offered: us-east-1e does not offer m6i.large; us-east-1a, /);
  });

  it('where a quota is too small', async () => {
    await makeZone();
    expect((await planOn(session, specWith('size: 3', 'size: 400'))).said).toMatch(/app.quota-too-small: .*vCPUs/);
  });

  it('where the bucket that is given does not exist, is of another account, or open', async () => {
    await makeZone();
    expect((await planOn(session, givenBucket)).said).toMatch(/store.missing: bucket my-bucket does not exist/);
    session.aws.world.s3.foreignBuckets.push('my-bucket');
    expect((await planOn(session, givenBucket)).said).toMatch(/store.not-ours: bucket my-bucket belongs to/);
    session.aws.world.s3.foreignBuckets.pop();
    await clients().s3.send(new CreateBucketCommand({ Bucket: 'my-bucket' }));
    await clients().s3.send(new DeletePublicAccessBlockCommand({ Bucket: 'my-bucket' }));
    const { said, refused } = await planOn(session, givenBucket);
    expect(refused).toBe(true);
    expect(said).toMatch(/store.public: .* -> Set it on the bucket yourself/);
  });
});
