import { CreateTagsCommand, CreateVpcCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { adopt, planAdopt } from '../app/adopt.ts';
import { disown, planDisown } from '../app/disown.ts';
import { planCluster } from '../app/plan.ts';
import type { PolicyVerb } from '../app/policy.ts';
import { policyFor } from '../app/policy-for.ts';
import { fillStore, planStoreFill } from '../app/self-managed/store-fill.ts';
import type { Ports } from '../cli/ports.ts';
import { emptyStore } from './emptied-store.ts';
import { makeExported, quillaTagsIn } from './exported-world.ts';
import { givenWorld } from './given-world.ts';
import { userWith } from './policy-user.ts';
import { follow, run } from './run-to-end.ts';
import { scenario } from './scenarios.ts';
import { type Session, startSession } from './session.ts';

const well = { outcome: 'done', failures: [] };

async function exported(name: string): Promise<{ session: Session; user: (verb: PolicyVerb) => Promise<Ports> }> {
  const made = scenario(name);
  const session = await startSession({ world: await givenWorld(made), region: made.graph.region });
  expect(await run('apply', made, session.ports)).toMatchObject(well);
  makeExported(session.aws.world, made.loaded.cluster.metadata.name);
  emptyStore(session.aws.world);
  const user = async (verb: PolicyVerb): Promise<Ports> => {
    const { toRead: aws, permissions, verbPermissions: further } = session.ports;
    return userWith(session, `${verb}-only`, await policyFor(verb, made.loaded, { aws, permissions, further }));
  };
  return { session, user };
}

const names = ['seed-eks', 'new-vpc', 'several-groups', 'fargate-and-pod-identity', 'development', 'private-dns'];

describe.each(names)('who has no more than the printed policies of scenario %s', (name) => {
  it('fills the store, adopts and disowns what was exported', async () => {
    const { session, user } = await exported(name);
    try {
      const { loaded } = scenario(name);
      const cluster = loaded.cluster.metadata.name;
      if (loaded.cluster.spec.controlPlane.type === 'self-managed') {
        const { toOwn } = await user('fill');
        const planned = await planStoreFill(loaded, toOwn);
        expect(planned.plan.steps.length).toBeGreaterThan(0);
        expect(await follow(fillStore(loaded, planned, toOwn), 0)).toMatchObject(well);
      }
      const adopter = (await user('adopt')).toOwn;
      const planned = await planAdopt(loaded, adopter);
      expect(await follow(adopt(loaded, planned, adopter), 0)).toMatchObject(well);
      expect((await planCluster(loaded, (await session.again()).toRead)).plan.steps).toEqual([]);
      const before = quillaTagsIn(session.aws.world).length;
      const disowner = (await user('disown')).toOwn;
      expect(await follow(disown(await planDisown(cluster, disowner), disowner), 0)).toMatchObject(well);
      expect(quillaTagsIn(session.aws.world).length).toBeLessThan(before / 10);
    } finally {
      await session.stop();
    }
  });
});

it('lets nobody who adopts tag what was not exported for this cluster', async () => {
  const { session, user } = await exported('new-vpc');
  try {
    const { ec2 } = session.ports.connection.clients;
    const Tags = [{ Key: 'quilla.dev/exported', Value: 'other' }];
    const TagSpecifications = [{ ResourceType: 'vpc' as const, Tags }];
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.99.0.0/16', TagSpecifications }));
    const adopter = (await user('adopt')).connection.clients.ec2;
    const Tag = { Key: 'quilla.dev/cluster', Value: 'new-vpc' };
    const take = adopter.send(new CreateTagsCommand({ Resources: [Vpc!.VpcId!], Tags: [Tag] }));
    await expect(take).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
  } finally {
    await session.stop();
  }
});
