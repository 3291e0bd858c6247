import { afterEach, expect, it } from 'vitest';
import { exportCluster } from '../app/export.ts';
import type { AwsToRead } from '../app/ports.ts';
import { makeExported } from './exported-world.ts';
import { givenWorld } from './given-world.ts';
import { run } from './run-to-end.ts';
import { type Scenario, scenario } from './scenarios.ts';
import { type Session, startSession } from './session.ts';

let session: Session;
afterEach(() => session.stop());

const as = (aws: AwsToRead, arn: string): AwsToRead => ({ ...aws, identity: { ...aws.identity, arn } });
const bob = 'arn:aws:iam::123456789012:user/bob';

async function exportedBy({ loaded }: Scenario, aws: AwsToRead): Promise<string> {
  const { files } = await exportCluster(loaded, aws, { target: 'terraform', imports: false, specFile: 'cluster.yaml' });
  return files['main.tf.json']!;
}

it.each(['given-roles', 'development'])('%s, once exported, stays with who made it whoever exports', async (name) => {
  const made = scenario(name);
  session = await startSession({ world: await givenWorld(made), region: made.graph.region });
  expect(await run('apply', made, session.ports)).toMatchObject({ outcome: 'done' });
  const { metadata } = made.loaded.cluster;
  makeExported(session.aws.world, metadata.name);
  const { toRead } = await session.again();
  const first = await exportedBy(made, toRead);
  expect(first).not.toContain(bob);
  expect(await exportedBy(made, as(toRead, bob))).toBe(first);
});
