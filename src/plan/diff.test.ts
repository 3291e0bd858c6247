import { describe, expect, it } from 'vitest';
import { difference } from './diff.ts';

const interruptionOf = (field: string, before: unknown, after: unknown): string | undefined =>
  difference('cluster', { wanted: { [field]: after }, there: { [field]: before } }, new Set()).changes[0]?.interrupts;

describe('a change', () => {
  it.each([
    [
      'publicAccessCidrs',
      ['198.51.100.0/24', '203.0.113.0/24'],
      ['203.0.113.0/24'],
      'API access from ranges that leave the list',
    ],
    ['publicAccessCidrs', ['203.0.113.0/24'], ['198.51.100.0/24', '203.0.113.0/24'], undefined],
    ['endpointPublic', true, false, 'connections to the API from outside'],
    ['endpointPublic', false, true, undefined],
  ])('of %s from %j to %j interrupts: %s', (field, before, after, what) => {
    expect(interruptionOf(field, before, after)).toBe(what);
  });

  it('of the order of a set is none', () => {
    const sides = { wanted: { logTypes: ['audit', 'api'] }, there: { logTypes: ['api', 'audit'] } };
    expect(difference('cluster', sides, new Set()).changes).toEqual([]);
  });

  it('of the layout of a JSON document is none, of its content one', () => {
    const there = { trustPolicy: '{"Version":"2012-10-17","Statement":[]}' };
    const same = difference(
      'role',
      { wanted: { trustPolicy: '{ "Statement": [], "Version": "2012-10-17" }' }, there },
      new Set(),
    );
    const other = difference('role', { wanted: { trustPolicy: '{"Statement":[{}]}' }, there }, new Set());
    expect([same.changes.length, other.changes.length]).toEqual([0, 1]);
  });
});
