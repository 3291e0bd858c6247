// Records what follows from each scenario's spec: graph.json, plan.txt, main.tf.json, outputs.tf.json, template.json and world.json (the
// embedded AWS after an apply). `npm run scenarios` records all; names as arguments record just those. Read the diff before committing it.
import { recordScenario } from '../src/testing/record-scenario.ts';
import { scenarioNames } from '../src/testing/scenarios.ts';

const asked = process.argv.slice(2);
const names = asked.length === 0 ? scenarioNames() : asked;
for (const name of names) {
  const { steps } = await recordScenario(name);
  console.log(`${name}: ${steps} steps`);
}
