import { scenario } from '/work/main/src/testing/scenarios.ts';
import { givenWorld } from '/work/main/src/testing/given-world.ts';
import { startSession } from '/work/main/src/testing/session.ts';
import { planCluster } from '/work/main/src/app/plan.ts';
import { applyPlan } from '/work/main/src/app/apply.ts';
import { planDestroy, destroy } from '/work/main/src/app/destroy.ts';
import { clusterStatus } from '/work/main/src/app/status.ts';
const s = scenario(process.argv[2]!);
const world = await givenWorld(s);
const session = await startSession({ world, kubernetes: true, region: s.graph.region });
const t0 = Date.now(), e0 = session.clock.now();
const lap = (what: string) => console.log(`--- ${what}: ${((session.clock.now()-e0)/1000).toFixed(0)} s emulated, ${Date.now()-t0} ms wall, ${session.aws.calls.length} calls`);
try {
  const p = await planCluster(s.loaded, session.ports.toRead);
  lap(`plan ${p.plan.steps.length} steps`);
  for await (const e of applyPlan(p, session.ports.toWrite)) {
    if (e.type === 'failed') console.log('FAILED', e.step.id, e.diagnostics.map(d=>d.detail));
    if (e.type === 'done' && e.took.ms > 20000) console.log('done', e.step.id, e.took.ms/1000);
    if (e.type === 'finished') console.log(e.result);
  }
  lap('applied');
  const c0 = session.aws.calls.length;
  const p2 = await planCluster(s.loaded, session.ports.toRead);
  lap(`second plan ${p2.plan.steps.length} steps, ${session.aws.calls.length - c0} calls`);
  const by: Record<string, number> = {}; for (const c of session.aws.calls.slice(c0)) by[`${c.service}:${c.operation}`] = (by[`${c.service}:${c.operation}`] ?? 0) + 1;
  console.log(by);
  for (const st of p2.plan.steps) console.log(st.action, st.id, JSON.stringify(st.changes), st.because);
  const st = await clusterStatus(s.loaded.cluster.metadata.name, session.ports.toStatus);
  console.log(st.ready, st.groups, st.problems.map(d => d.code + ' ' + d.detail), st.systemPods.length);
  const d = await planDestroy(s.loaded.cluster.metadata.name, p2.graph, session.ports.toWrite);
  for await (const e of destroy({ plan: d.plan, graph: p2.graph }, session.ports.toWrite)) {
    if (e.type === 'failed') console.log('FAILED', e.step.id, e.diagnostics.map(d=>d.detail));
    if (e.type === 'done' && e.took.ms > 20000) console.log('done', e.step.id, e.took.ms/1000);
    if (e.type === 'finished') console.log(e.result);
  }
  lap('destroyed');
  console.log((await planDestroy(s.loaded.cluster.metadata.name, undefined, session.ports.toWrite)).plan.steps.length);
} catch (e) { console.log(e); lap('failed'); }
await session.stop();
