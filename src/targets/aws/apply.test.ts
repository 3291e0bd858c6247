import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minutes } from '../../base/duration.ts';
import { SteppedClock } from '../../emulator/clocks/stepped.ts';
import type { ResourceGraph } from '../../model/graph.ts';
import { observe } from '../../observe/observe.ts';
import { makeDestroyPlan, makePlan } from '../../plan/make-plan.ts';
import type { Plan } from '../../plan/plan.ts';
import { FakeAws, Killed } from '../../testing/fake-aws.ts';
import { scenario, scenarioNames } from '../../testing/scenarios.ts';
import { apply } from './apply.ts';
import type { ApplyEvent, ApplyResult } from './events.ts';

const start = Date.UTC(2026, 10, 1);

interface Bench {
  readonly clock: SteppedClock;
  readonly aws: FakeAws;
  run(
    graph: ResourceGraph,
    options?: { destroy?: boolean; signal?: AbortSignal; onEvent?: (event: ApplyEvent) => void },
  ): Promise<{ plan: Plan; result: ApplyResult }>;
}

function bench(): Bench {
  const clock = new SteppedClock(start);
  const aws = new FakeAws(clock);
  return {
    clock,
    aws,
    async run(graph, { destroy = false, signal = new AbortController().signal, onEvent = () => {} } = {}) {
      const scope = { cluster: graph.cluster, region: graph.region, account: '123456789012', partition: 'aws' };
      const context = { scope, clock, signal, onWait: () => {} };
      const snapshot = await observe(aws.readers(), context);
      const plan = destroy ? makeDestroyPlan(graph, snapshot) : makePlan(graph, snapshot);
      const events = apply({ plan, snapshot, readers: aws.readers(), writers: aws.writers(), context });
      for (;;) {
        const next = await events.next();
        if (next.done === true) return { plan, result: next.value };
        onEvent(next.value);
      }
    },
  };
}

/** What is there, without the ids that AWS makes. */
const shape = ({ aws }: Bench): string[] => aws.objects.map(({ kind, id }) => `${kind} ${id}`).sort();

describe.each(scenarioNames())('the scenario %s', (name) => {
  const { graph } = scenario(name);

  it('is made, is then as the spec says, and is removed without a trace', async () => {
    const b = bench();
    const made = await b.run(graph);
    expect(made.result).toMatchObject({ outcome: 'done', failed: 0, skipped: 0, done: graph.resources.length });
    expect((await b.run(graph)).plan.steps).toEqual([]);
    expect((await b.run(graph, { destroy: true })).result).toMatchObject({ outcome: 'done', failed: 0, skipped: 0 });
    expect(b.aws.objects).toEqual([]);
  });
});

describe('an apply that is cut', () => {
  const cutAt = fc.record({
    at: fc.integer({ min: 1, max: 60 }),
    when: fc.constantFrom('before' as const, 'after' as const),
    how: fc.constantFrom('kill' as const, 'lose' as const),
    destroy: fc.boolean(),
    name: fc.constantFrom('new-vpc', 'seed-eks', 'several-groups'),
  });

  it('at any write, before or after AWS carried it out, ends in the same world with the next run: nothing twice, nothing left', async () => {
    await fc.assert(
      fc.asyncProperty(cutAt, async ({ name, destroy, ...cut }) => {
        const { graph } = scenario(name);
        const whole = bench();
        await whole.run(graph);
        const b = bench();
        if (destroy) {
          await b.run(graph);
          b.aws.writes = 0;
        }
        b.aws.cut = cut;
        await b.run(graph, { destroy }).catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error;
        });
        b.aws.cut = undefined;
        expect((await b.run(graph, { destroy })).result.outcome).toBe('done');
        expect(shape(b)).toEqual(destroy ? [] : shape(whole));
        expect((await b.run(graph, { destroy })).plan.steps).toEqual([]);
      }),
      { numRuns: 60, seed: 20261101 },
    );
  });
});

describe('an apply', () => {
  const { graph } = scenario('new-vpc');

  it('goes on with what does not depend on a step that failed', async () => {
    const b = bench();
    const writers = b.aws.writers();
    const broken = {
      ...writers,
      'nat-gateway': {
        ...writers['nat-gateway'],
        create: async () =>
          Promise.reject(
            new (await import('../../ports/aws.ts')).AwsFailure({
              reason: 'quota',
              operation: 'ec2:CreateNatGateway',
              code: 'NatGatewayLimitExceeded',
              message: 'no more',
            }),
          ),
      },
    };
    b.aws.writers = () => broken;
    const failed: string[] = [];
    const { result } = await b.run(graph, {
      onEvent: (event) => event.type === 'failed' && failed.push(`${event.step.id}: ${event.diagnostics[0]?.code}`),
    });
    expect(result.outcome).toBe('failed');
    expect(failed.every((text) => /^nat-gateway\/.*: aws\.quota$/.test(text))).toBe(true);
    expect(b.aws.objects.some(({ kind }) => kind === 'cluster')).toBe(true);
    expect(b.aws.objects.some(({ kind }) => kind === 'node-group')).toBe(false);
  });

  it('begins nothing after it was stopped and says what was not done', async () => {
    const b = bench();
    const stop = new AbortController();
    let started = 0;
    const { plan, result } = await b.run(graph, {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === 'started') started += 1;
        if (event.type === 'done') stop.abort(new Error('stopped'));
      },
    });
    expect(result.outcome).toBe('stopped');
    expect(started).toBeLessThan(plan.steps.length);
    expect(result.skipped).toBeGreaterThan(0);
    expect((await b.run(graph)).result.outcome).toBe('done');
  });

  it('has nothing in flight any more when whoever listened has left', async () => {
    const b = bench();
    const scope = { cluster: graph.cluster, region: graph.region, account: '123456789012', partition: 'aws' };
    const context = { scope, clock: b.clock, signal: new AbortController().signal, onWait: () => {} };
    const snapshot = await observe(b.aws.readers(), context);
    const plan = makePlan(graph, snapshot);
    for await (const event of apply({ plan, snapshot, readers: b.aws.readers(), writers: b.aws.writers(), context })) {
      if (event.type === 'done') break;
    }
    const writes = b.aws.writes;
    await b.clock.sleep(minutes(30));
    expect(b.aws.writes).toBe(writes);
    expect(writes).toBeLessThan(plan.steps.length);
  });
});
