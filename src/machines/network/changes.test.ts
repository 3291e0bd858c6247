import { describe, expect, test } from 'vitest';
import { changes, linkChanges, noteOf, peerIn } from './changes.ts';
import { address, type LinkPlan, neighbour, route, rule } from './plan.ts';

describe('lines of a namespace', () => {
  const [before, after] = [
    route({ to: '0.0.0.0/0', type: 'blackhole', table: 7 }),
    route({ to: '0.0.0.0/0', link: 'internet', via: '10.0.0.9', table: 7 }),
  ];
  test.each([
    ['nothing', [before], [before], [], []],
    ['what is new', [], [before], [before.add], []],
    ['what is too much', [before], [], [], [before.remove]],
    ['one in the place of another, with no moment without', [before], [after], [after.add], []],
    [
      'a rule beside another, as the kernel keeps both',
      [rule('iif e1', 7)],
      [rule('iif e1', 8)],
      [rule('iif e1', 8).add],
      [rule('iif e1', 7).remove],
    ],
  ])('change %s', (_, has, wanted, add, remove) => {
    const made = changes(has, wanted);
    expect(made.add.map((line) => line.add)).toEqual(add);
    expect(made.remove.map((line) => line.remove)).toEqual(remove);
  });

  test.each([
    [route({ to: '10.0.0.0/16', type: 'throw', table: 7 }), 'route replace throw 10.0.0.0/16 table 7'],
    [after, 'route replace 0.0.0.0/0 via 10.0.0.9 dev internet onlink table 7'],
    [route({ to: '10.0.0.5/32', link: 'e1' }), 'route replace 10.0.0.5/32 dev e1'],
    [
      neighbour('10.0.0.5', '02:00:00:00:00:01', 'e1'),
      'neigh replace 10.0.0.5 lladdr 02:00:00:00:00:01 dev e1 nud permanent',
    ],
    [address('10.0.0.1/32', 'lo'), 'addr replace 10.0.0.1/32 dev lo'],
  ])('are written as ip reads them: $add', (line, text) => expect(line.add).toBe(text));
});

describe('links', () => {
  const link: LinkPlan = {
    namespace: 'router',
    name: 'e1',
    mac: '06:00:00:00:00:01',
    mtu: 9001,
    setup: [],
    peer: { namespace: 'machine', name: 'ens5', mac: '02:00:00:00:00:01', setup: ['link set ens5 up'] },
  };
  const moved = { ...link, peer: { ...link.peer, namespace: 'other' } };
  const seen = { namespace: 'router', name: 'e1' };
  test.each([
    ['stay', [{ ...seen, note: noteOf(link) }], [link], [], []],
    ['are made', [], [link], [link], []],
    ['are removed', [{ ...seen, note: noteOf(link) }], [], [], [{ ...seen, note: noteOf(link) }]],
    [
      'are made again for another machine',
      [{ ...seen, note: noteOf(link) }],
      [moved],
      [moved],
      [{ ...seen, note: noteOf(link) }],
    ],
    ['are made again where they never got ready', [seen], [link], [link], [seen]],
  ])('%s', (_, has, wanted, add, remove) => expect(linkChanges(has, wanted)).toEqual({ add, remove }));

  test('tell their other end', () => expect(peerIn(noteOf(link))).toEqual({ namespace: 'machine', name: 'ens5' }));
});
