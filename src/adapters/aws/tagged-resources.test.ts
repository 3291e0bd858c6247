import { afterEach, expect, it } from 'vitest';
import { seconds } from '../../base/duration.ts';
import type { FaultPlan } from '../../emulator/faults.ts';
import { iamPath } from '../../model/tags.ts';
import type { Settled } from '../../model/types.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { seatsTrial } from '../../testing/seats-trial.ts';
import { makeClients } from './clients.ts';
import { cluster } from './cluster.ts';
import { connect } from './connection.ts';
import { kmsAlias } from './kms-alias.ts';
import { logGroup } from './log-group.ts';
import { policy } from './policy.ts';
import { securityGroup } from './security-group.ts';

let trial: AdapterTrial;
afterEach(() => trial.stop());

const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
});

/** What listing two policies asks of AWS in a region once the tagging service has learnt of them. */
async function askedOfPolicies(region: string, faults?: FaultPlan) {
  trial = await adapterTrial(faults);
  const [key] = Object.values(trial.aws.world.iam.accessKeys);
  const { accessKeyId, secretAccessKey } = key!;
  const clients = makeClients({ region, url: trial.aws.endpoint, credentials: { accessKeyId, secretAccessKey } });
  const asked: string[] = [];
  const onCall = (operation: string) => asked.push(operation);
  const connection = connect({ region, clock: trial.aws.clock, clients, onCall, random: () => 0 });
  const scope = { ...trial.context.scope, region };
  for (const name of ['a', 'b']) {
    const settled: Settled<'policy'> = {
      name: `trial-${name}`,
      path: `${iamPath(region, 'trial')}${name}/`,
      description: 'of trial',
      document,
      tags: tagsFor(`policy/${name}`),
    };
    await policy.writer(connection).create({ id: `policy/${name}`, settled }, { ...trial.context, scope });
  }
  await trial.aws.clock.sleep(seconds(60));
  asked.length = 0;
  const found = await policy.reader(connection).list({ ...trial.reading(), scope });
  expect(found.map(({ id }) => id).sort()).toEqual(['policy/a', 'policy/b']);
  return asked.filter((operation) => operation !== 'iam:GetAccountAuthorizationDetails');
}

it.each(['us-east-1', 'eu-west-1'])('tags of IAM cost one call in %s however many policies there are', async (region) =>
  expect(await askedOfPolicies(region)).toEqual(['tag:GetResources']),
);

it('where nobody may ask another region, IAM is asked for each', async () => {
  const faults: FaultPlan = { rules: [{ kind: 'denied', service: 'tagging', operation: 'GetResources' }] };
  expect(await askedOfPolicies('eu-west-1', faults)).toEqual(['tag:GetResources', 'iam:GetPolicy', 'iam:GetPolicy']);
});

it('a control plane of its own costs no question about what EKS alone uses', async () => {
  trial = await adapterTrial();
  await seatsTrial(trial);
  const reading = trial.reading();
  await securityGroup.reader(trial.connection).list(reading);
  trial.asked.length = 0;
  for (const adapter of [cluster, kmsAlias, logGroup]) await adapter.reader(trial.connection).list(reading);
  expect(trial.asked).toEqual(['tag:GetResources']);
});
