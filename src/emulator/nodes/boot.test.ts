import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../base/duration.ts';
import { isReadyNode } from '../kubernetes/object.ts';
import { kubernetesTrial } from '../kubernetes/kubernetes-trial.ts';
import { whyNotJoined } from './boot.ts';

describe('an instance that boots', () => {
  it('becomes a Ready node under its private DNS name', async () => {
    const trial = kubernetesTrial();
    const instance = trial.launch();
    await trial.pass(seconds(36));
    const [joined] = trial.store().list('nodes');
    expect(joined?.metadata.name).toBe(instance.privateDnsName);
    expect(joined?.spec.providerID).toBe(`aws:///${instance.zone}/${instance.id}`);
    expect(isReadyNode(joined!)).toBe(false);
    await trial.pass(seconds(60));
    const [ready] = trial.store().list('nodes');
    expect(isReadyNode(ready!)).toBe(true);
    expect(ready?.spec.taints).toBeUndefined();
    expect(whyNotJoined(trial.turn(), instance.id)).toBeUndefined();
  });
});
