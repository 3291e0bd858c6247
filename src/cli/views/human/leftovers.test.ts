import { expect, test } from 'vitest';
import type { Leftover } from '../../../app/index.ts';
import { leftoversText } from './leftovers.ts';

const plain = new Proxy({}, { get: (_, name) => (name === 'width' ? 200 : (text: string) => text) }) as never;
const volume: Leftover = {
  type: 'volume',
  id: 'vol-1',
  name: 'pvc-1',
  because: 'holds the data of the claim db',
  belongsToCluster: true,
};
const face: Leftover = { ...volume, type: 'network-interface', id: 'eni-1', name: 'eni-1', because: 'tagged' };

test('a volume that goes says that its data is lost, and nothing else does', () => {
  const text = leftoversText([volume, face], plain);
  expect(text.split('\n').filter((line) => line.includes('its data is lost'))).toHaveLength(1);
  expect(text).toMatch(/- +volume +pvc-1 +its data is lost; holds the data of the claim db/);
});

test('a volume that is kept says so and is not among what is removed', () => {
  const text = leftoversText([volume, face], plain, { keepVolumes: true });
  expect(text).not.toContain('its data is lost');
  expect(text).toContain('--keep-volumes');
  expect(text).toMatch(/= +volume +pvc-1/);
});
