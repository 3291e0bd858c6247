import { expect, it } from 'vitest';
import { exportedSubnetTags, exportedTags, ownTags } from './exported-tags.ts';

it('leaves out the tags by which Quilla owns and names the cluster instead', () => {
  const tags = {
    Name: 'demo/vpc/main',
    team: 'harbour',
    'quilla.dev/cluster': 'demo',
    'quilla.dev/id': 'vpc/main',
    'quilla.dev/applied-desired-size': '3',
    'quilla.dev/kept/settings': 'x',
    'kubernetes.io/cluster/demo': 'owned',
  };
  expect(exportedTags(tags, 'demo')).toEqual({
    Name: 'demo/vpc/main',
    team: 'harbour',
    'quilla.dev/id': 'vpc/main',
    'kubernetes.io/cluster/demo': 'owned',
    'quilla.dev/exported': 'demo',
  });
});

it('keeps texts that are known only later', () => {
  const later = { ref: 'cluster/main', field: 'arn' };
  expect(exportedTags({ later }, 'demo')).toEqual({ later, 'quilla.dev/exported': 'demo' });
});

it('marks a given subnet per cluster, with the keys that came with it', () => {
  const tags = { 'kubernetes.io/role/elb': '1', 'kubernetes.io/cluster/demo': 'shared' };
  expect(exportedSubnetTags(tags, { cluster: 'demo', id: 'given-subnet-tags/a' })).toEqual({
    ...tags,
    'quilla.dev/exported-uses/demo': 'given-subnet-tags/a',
    'quilla.dev/exported-uses/demo/keys': 'kubernetes.io/cluster/demo kubernetes.io/role/elb',
  });
});

it('tells Terraform to ignore what adoption adds, and nothing that Terraform itself sets', () => {
  const { keys, prefixes } = ownTags('demo');
  const isIgnored = (key: string) => keys.includes(key) || prefixes.some((prefix) => key.startsWith(prefix));
  for (const key of [
    'quilla.dev/cluster',
    'quilla.dev/applied-desired-size',
    'quilla.dev/kept/bucket/1',
    'quilla.dev/uses/demo/keys',
  ])
    expect(isIgnored(key), key).toBe(true);
  for (const key of Object.keys({
    ...exportedTags({ 'quilla.dev/id': 'x', 'quilla.dev/creator': 'y' }, 'demo'),
    ...exportedSubnetTags({ a: '1' }, { cluster: 'demo', id: 'x' }),
  }))
    expect(isIgnored(key), key).toBe(false);
});
