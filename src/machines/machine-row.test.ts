import { describe, expect, test } from 'vitest';
import { findMachine, type MachineRow, type Named, type NodeSeen, nodeOf, roleOf } from './machine-row.ts';

const machine = (instanceId: string, more: Partial<MachineRow> = {}): MachineRow => ({
  instanceId,
  hostName: `ip-10-0-0-${instanceId.length}.ec2.internal`,
  address: `10.0.0.${instanceId.length}`,
  state: 'running',
  role: '',
  boot: '',
  zone: 'us-east-1a',
  ...more,
});
const node = (name: string, more: Partial<NodeSeen> = {}): NodeSeen => ({
  name,
  ready: true,
  providerId: '',
  addresses: [],
  ...more,
});

test.each([
  ['seat-a', { role: 'seat a', seat: 'a' }],
  ['seat-a-2', { role: 'seat a-2', seat: 'a-2' }],
  ['workers', { role: 'worker of workers' }],
  ['bastion', { role: 'bastion' }],
  ['', { role: '' }],
])('what the group %j holds is %j', (group, role) => {
  expect(roleOf(group)).toEqual(role);
});

describe('the node of a machine', () => {
  test.each([
    ['by the id that its cloud controller wrote', node('x', { providerId: 'aws:///us-east-1a/i-01' })],
    ['by its name', node('i-01')],
    ['by its address', node('ip-10-0-0-4', { addresses: ['10.0.0.4'] })],
  ])('is found %s', (_, its) => {
    expect(nodeOf(machine('i-01'), [node('i-02', { addresses: ['10.0.0.9'] }), its])).toBe(its);
  });

  test('is none where only the end of an id is the same', () => {
    expect(nodeOf(machine('i-01'), [node('x', { providerId: 'aws:///us-east-1a/xi-01' })])).toBeUndefined();
  });

  test('is the one of its id rather than one that had its address before', () => {
    const [old, own] = [node('i-09', { addresses: ['10.0.0.4'] }), node('i-01')];
    expect(nodeOf(machine('i-01'), [old, own])).toBe(own);
  });
});

describe('a machine that a person means', () => {
  const a = { machine: machine('i-0a', { role: 'seat a', seat: 'a', pid: 7 }), node: node('seat-node') };
  const w = { machine: machine('i-0www', { role: 'worker of workers' }), node: undefined };
  const all: readonly Named[] = [a, w];

  test.each<[string, Named]>([
    ['i-0a', a],
    ['a', a],
    ['seat-a', a],
    ['seat-node', a],
    ['10.0.0.4', a],
    ['i-0www', w],
    ['ip-10-0-0-6', w],
    ['ip-10-0-0-6.ec2.internal', w],
  ])('%s is found', (asked, found) => {
    expect(findMachine(asked, all)).toEqual({ found });
  });

  test.each(['', 'b', 'i-0', 'seat-', 'undefined', 'seat-undefined', '10.0.0'])(
    '%j is none, and what there is is told',
    (asked) => {
      expect(findMachine(asked, all)).toEqual({ known: 'There are a, i-0www.' });
    },
  );

  test('of a seat that is being replaced is the one that runs', () => {
    const gone = { machine: machine('i-0old', { seat: 'a', state: 'shutting-down' }), node: undefined };
    expect(findMachine('a', [gone, a])).toEqual({ found: a });
    expect(findMachine('a', [gone])).toEqual({ found: gone });
  });

  test('is none where there is no machine', () => {
    expect(findMachine('a', [])).toEqual({ known: 'There is none.' });
  });
});
