import { expect, test } from 'vitest';
import type { GivenThings } from '../../ports/facts.ts';
import { selfManagedOf } from '../../testing/self-managed-clusters.ts';
import { rolesThatOthersMayTake } from './node-role-trust.ts';

const arn = 'arn:aws:iam::123456789012:role/nodes';
const allow = (Principal: unknown) => ({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
const loaded = (group: object) =>
  ({ cluster: selfManagedOf({ groups: [{ name: 'w', ...group }] }), locate: () => ({ file: 'f', line: 1 }) }) as never;
const things = (...statements: object[]): GivenThings => ({
  roles: new Map([['nodes', arn]]),
  instanceProfiles: new Map([['p', { arn: 'arn:aws:iam::123456789012:instance-profile/p', roleArn: arn }]]),
  keyPairs: new Set(),
  securityGroups: new Map(),
  trusts: new Map([[arn, JSON.stringify({ Version: '2012-10-17', Statement: statements })]]),
});

test.each([
  ['EC2 alone', [allow({ Service: 'ec2.amazonaws.com' })], []],
  [
    'an account too',
    [allow({ Service: 'ec2.amazonaws.com' }), allow({ AWS: 'arn:aws:iam::123456789012:root' })],
    ['root'],
  ],
  ['everybody', [allow('*')], ['*']],
  ['another service', [allow({ Service: ['ec2.amazonaws.com', 'lambda.amazonaws.com'] })], ['lambda.amazonaws.com']],
  ['somebody who is denied', [allow({ Service: 'ec2.amazonaws.com' }), { ...allow('*'), Effect: 'Deny' }], []],
])('a role that trusts %s', (_, statements, who) => {
  for (const group of [{ role: 'nodes' }, { instanceProfile: 'p' }]) {
    const found = rolesThatOthersMayTake(loaded(group), things(...statements));
    expect(found.map(({ code }) => code)).toEqual(who.map(() => 'app.node-role-trust'));
    for (const name of who) expect(found[0]?.detail).toContain(name);
  }
});

test('a group with a role of ours has nothing to be looked at', () =>
  expect(rolesThatOthersMayTake(loaded({}), things(allow('*')))).toEqual([]));
