import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planCluster } from '../app/plan.ts';
import type { World } from '../emulator/world.ts';
import { goldens } from './record-scenario.ts';
import { scenario, scenarioNames } from './scenarios.ts';
import { startSession } from './session.ts';

describe.each(scenarioNames())('the scenario %s', (name) => {
  const of = scenario(name);
  const recorded = (file: string): string => readFileSync(join(of.folder, file), 'utf8');

  it('gives the recorded graph, plan and exports', () => {
    for (const [file, text] of Object.entries(goldens(of))) expect(text, file).toBe(recorded(file));
  });

  it('plans nothing on the world that an earlier version recorded: every change to that is named in the changelog', async () => {
    const session = await startSession({ region: of.graph.region, world: JSON.parse(recorded('world.json')) as World });
    try {
      const { plan } = await planCluster(of.loaded, session.ports.toRead);
      expect(plan.steps.map(({ action, id, because }) => `${action} ${id}: ${because}`)).toEqual([]);
      expect(plan.summary.unchanged).toBe(of.graph.resources.length);
    } finally {
      await session.stop();
    }
  });
});
