import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seconds } from '../../../base/duration.ts';
import { kubernetesTrial } from '../kubernetes-trial.ts';
import { isReadyPod } from '../object.ts';

const path = '/apis/apps/v1/namespaces/default/deployments';

it('a rollout keeps its bounds at every second and ends, whatever they are', async () => {
  const shape = fc
    .record({
      replicas: fc.integer({ min: 1, max: 6 }),
      maxSurge: fc.integer({ min: 0, max: 3 }),
      maxUnavailable: fc.integer({ min: 0, max: 3 }),
    })
    .filter(({ maxSurge, maxUnavailable }) => maxSurge + maxUnavailable > 0);
  const property = fc.asyncProperty(shape, async ({ replicas, maxSurge, maxUnavailable }) => {
    const trial = kubernetesTrial();
    await trial.withNodes(2);
    const body = (image: string) => ({
      metadata: { name: 'web' },
      spec: {
        replicas,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } },
      },
    });
    const alive = () =>
      trial
        .store()
        .list('pods', 'default')
        .filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    trial.request('POST', path, body('web:1'));
    await trial.pass(seconds(20));
    expect(alive().filter(isReadyPod)).toHaveLength(replicas);
    trial.request('PUT', `${path}/web`, body('web:2'));
    for (let second = 0; second < 90; second += 1) {
      expect(alive().length).toBeLessThanOrEqual(replicas + maxSurge);
      expect(alive().filter(isReadyPod).length).toBeGreaterThanOrEqual(replicas - maxUnavailable);
      await trial.pass(seconds(1));
    }
    expect(alive().map(({ spec }) => spec.containers[0]?.image)).toEqual(Array(replicas).fill('web:2'));
  });
  await fc.assert(property, { numRuns: 15, seed: 20261101 });
});
