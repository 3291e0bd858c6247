import { CreateTagsCommand, DescribeSecurityGroupRulesCommand } from '@aws-sdk/client-ec2';
import { CreatePolicyCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { adopt, planAdopt } from '../app/adopt.ts';
import { disown, planDisown } from '../app/disown.ts';
import { planCluster } from '../app/plan.ts';
import { policyFor } from '../app/policy-for.ts';
import { makeDeployed } from './cloudformation-world.ts';
import { quillaTagsIn, withoutTags } from './exported-world.ts';
import { givenWorld } from './given-world.ts';
import { userWith } from './policy-user.ts';
import { follow, run } from './run-to-end.ts';
import { type Scenario, scenario } from './scenarios.ts';
import { type Session, startSession } from './session.ts';
import { differing } from './world-inventory.ts';

const well = { outcome: 'done', failures: [] };

async function deployed(made: Scenario): Promise<{ session: Session; bare: number; given: readonly string[] }> {
  const session = await startSession({ world: await givenWorld(made), region: made.graph.region });
  const given = quillaTagsIn(session.aws.world);
  expect(await run('apply', made, session.ports)).toMatchObject(well);
  return { session, bare: makeDeployed(session.aws.world, made.loaded.cluster.metadata.name), given };
}

/** CloudFormation gave rules and listeners none of the graph's tags: the next plan sets the others. */
const onlyTags = (steps: readonly { readonly changes: readonly { readonly field: string }[] }[]): boolean =>
  steps.every(({ changes }) => changes.every(({ field }) => field === 'tags'));

const names = ['seed-eks', 'seed-kops', 'several-groups', 'private-dns'];

describe.each(names)('scenario %s, made by CloudFormation', (name) => {
  const made = scenario(name);
  const cluster = made.loaded.cluster.metadata.name;

  it('is adopted whole, though some of it has no tag, then applied to the letter and let go of', async () => {
    const { session, bare, given } = await deployed(made);
    try {
      expect(bare).toBeGreaterThan(0);
      const before = withoutTags(session.aws.world);
      const { toOwn } = await session.again();
      const planned = await planAdopt(made.loaded, toOwn);
      expect(onlyTags(planned.next.steps)).toBe(true);
      expect(await follow(adopt(made.loaded, planned, toOwn), 0)).toMatchObject(well);
      expect(differing(before, withoutTags(session.aws.world))).toEqual({ missing: [], extra: [] });
      expect((await planAdopt(made.loaded, (await session.again()).toOwn)).plan.steps).toEqual([]);
      const { plan } = await planCluster(made.loaded, (await session.again()).toRead);
      expect(onlyTags(plan.steps)).toBe(true);
      expect(await run('apply', made, await session.again())).toMatchObject(well);
      expect((await planCluster(made.loaded, (await session.again()).toRead)).plan.steps).toEqual([]);
      const owner = (await session.again()).toOwn;
      expect(await follow(disown(await planDisown(cluster, owner), owner), 0)).toMatchObject(well);
      expect(quillaTagsIn(session.aws.world)).toEqual(given);
    } finally {
      await session.stop();
    }
  });

  it('is adopted by who has no more than the printed policy', async () => {
    const { session } = await deployed(made);
    try {
      const { toRead: aws, permissions, verbPermissions: further } = session.ports;
      const policy = await policyFor('adopt', made.loaded, { aws, permissions, further });
      const { toOwn, connection } = await userWith(session, 'adopt-only', policy);
      expect(await follow(adopt(made.loaded, await planAdopt(made.loaded, toOwn), toOwn), 0)).toMatchObject(well);
      const { SecurityGroupRules = [] } = await connection.clients.ec2.send(new DescribeSecurityGroupRulesCommand({}));
      const ours = SecurityGroupRules.find(({ Tags = [] }) => Tags.some(({ Key }) => Key === 'quilla.dev/cluster'));
      if (ours === undefined) return;
      const Tags = [{ Key: 'quilla.dev/cluster', Value: 'another' }];
      const give = connection.clients.ec2.send(new CreateTagsCommand({ Resources: [ours.SecurityGroupRuleId!], Tags }));
      await expect(give).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
    } finally {
      await session.stop();
    }
  });
});

it('takes nothing under the path of the cluster that the graph does not name', async () => {
  const made = scenario('seed-kops');
  const { session } = await deployed(made);
  try {
    const Path = `/quilla/${made.graph.region}/${made.loaded.cluster.metadata.name}/seats/`;
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
    });
    const { iam } = session.ports.connection.clients;
    await iam.send(new CreatePolicyCommand({ Path, PolicyName: 'somebodys', PolicyDocument }));
    const { plan } = await planAdopt(made.loaded, (await session.again()).toOwn);
    expect(plan.steps.filter(({ name }) => name === 'somebodys')).toEqual([]);
    expect(plan.steps.filter(({ resource }) => resource === 'policy/seats')).toHaveLength(1);
  } finally {
    await session.stop();
  }
});
