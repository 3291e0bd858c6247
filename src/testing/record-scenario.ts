import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyPlan } from '../app/apply.ts';
import { planCluster } from '../app/plan.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import { planText } from '../cli/views/human/plan.ts';
import { styleFor } from '../cli/views/style.ts';
import type { World } from '../emulator/world.ts';
import { storeLayout } from '../model/store-layout.ts';
import { makePlan } from '../plan/make-plan.ts';
import { emitTerraform } from '../targets/terraform/emit.ts';
import { givenWorld } from './given-world.ts';
import { type Scenario, scenario } from './scenarios.ts';
import { startSession } from './session.ts';
import { writtenTemplate } from './written-template.ts';

const plain = styleFor({ isTTY: false }, {});

/** What the scenario is exported as. User data and documents, in files beside, are left out: their texts stand in the graph. */
function terraformGoldens({ graph, facts: { account, partition } }: Scenario) {
  const { files } = emitTerraform({ graph, account, partition, specFile: 'spec.yaml' });
  return { 'main.tf.json': files['main.tf.json']!, 'outputs.tf.json': files['outputs.tf.json']! };
}

/** The goldens that follow from the spec and facts alone. */
export function goldens(of: Scenario): Readonly<Record<string, string>> {
  const { graph, facts } = of;
  const plan = makePlan(graph, { cluster: graph.cluster, region: graph.region, account: facts.account, found: [] });
  return {
    'graph.json': `${canonicalJson(graph, 1)}\n`,
    'plan.txt': `${planText(plan, plain, { verbose: true })}\n`,
    ...terraformGoldens(of),
    'template.json': writtenTemplate(of).files['template.json']!,
  };
}

/** Makes what the scenario takes for given and applies its spec; gives the world and how many steps it took. */
export async function applied(of: Scenario): Promise<{ world: World; steps: number }> {
  const session = await startSession({ region: of.graph.region, world: await givenWorld(of) });
  try {
    const planned = await planCluster(of.loaded, session.ports.toRead);
    const run = applyPlan(planned, session.ports.toWrite);
    for (;;) {
      const next = await run.next();
      if (next.done !== true) continue;
      if (next.value.outcome !== 'done') throw new Error(`${of.name}: ${JSON.stringify(next.value)}`);
      return { world: session.aws.world, steps: planned.plan.steps.length };
    }
  } finally {
    await session.stop();
  }
}

/** Members that differ from run to run or are key material, and say nothing to a plan. */
const dropped: Readonly<Record<string, unknown>> = {
  kubernetes: {},
  tokens: {},
  material: '',
  clientRequestToken: undefined,
  events: [],
};

/** Keys of a store: that they are there is kept, and no key. */
const isKey = (name: string): boolean => name.startsWith(storeLayout.keys) && name.endsWith('.key');
const withoutBody = (version: object): object => ({ ...version, body: '', etag: '""', size: 0, checksums: undefined });

/** A world as it is kept: without what runs inside the clusters, what is due, clients' tokens and keys. */
export const kept = (world: World): World =>
  JSON.parse(
    JSON.stringify(world, (name, value) => {
      if (isKey(name) && Array.isArray(value)) return value.map(withoutBody);
      // `events` are what is due in the world, and EventBridge's own in a region.
      return name in dropped && (name !== 'events' || Array.isArray(value)) ? dropped[name] : value;
    }),
  ) as World;

/** Records a scenario's goldens and its world beside its spec. */
export async function recordScenario(name: string): Promise<{ steps: number }> {
  const of = scenario(name);
  for (const [file, text] of Object.entries(goldens(of))) writeFileSync(join(of.folder, file), text);
  const { world, steps } = await applied(of);
  writeFileSync(join(of.folder, 'world.json'), `${canonicalJson(kept(world), 1)}\n`);
  return { steps };
}
