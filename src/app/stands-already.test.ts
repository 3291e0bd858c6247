import { expect, it } from 'vitest';
import type { Found } from '../model/snapshot.ts';
import { standsAlready } from './stands-already.ts';

const standing = { exported: ['vpc-1'], unownedRoles: [] };
const world = (count: number) => ({
  cluster: 'demo',
  region: 'us-east-1',
  account: '123456789012',
  found: Array.from({ length: count }, () => ({ kind: 'vpc', id: 'vpc', name: 'vpc-2' }) as Found),
});

it.each([
  [1, "1 object of cluster demo is Quilla's, and these were exported and are not: vpc-1"],
  [2, "2 objects of cluster demo are Quilla's, and these were exported and are not: vpc-1"],
])('counts what is ours of a half adopted cluster: %d', (count, said) => {
  expect(standsAlready(standing, world(count))).toMatchObject([{ code: 'app.half-adopted', detail: said }]);
});
