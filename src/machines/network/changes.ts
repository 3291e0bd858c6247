import type { Line, LinkPlan } from './plan.ts';

/** What `ip -batch` has to do in a namespace. */
export interface Changes {
  readonly add: readonly Line[];
  readonly remove: readonly Line[];
}

/** From the lines that a namespace has to those that it shall have. What takes another's place is not removed first. */
export function changes(has: readonly Line[], wanted: readonly Line[]): Changes {
  const had = new Set(has.map(({ add }) => add));
  const keys = new Set(wanted.map(({ key }) => key));
  return {
    add: wanted.filter(({ add }) => !had.has(add)),
    remove: has.filter(({ key }) => !keys.has(key)),
  };
}

/** A link as it was found: its first end, and the note that was left on it once it was ready. */
export interface SeenLink {
  readonly namespace: string;
  readonly name: string;
  readonly note?: string;
}

/** What is noted on a link: two with the same note are the same link. */
export const noteOf = ({ mac, mtu, peer }: LinkPlan): string =>
  [peer.namespace, peer.name, peer.mac, mac, mtu, ...peer.setup].join(' ').slice(0, 250);

/** The other end of a link, by its note. */
export function peerIn(note: string): { readonly namespace: string; readonly name: string } {
  const [namespace = '', name = ''] = note.split(' ');
  return { namespace, name };
}

const placeOf = ({ namespace, name }: SeenLink): string => `${namespace} ${name}`;

/** Links to make and to remove: one that goes to another machine is removed and made again. */
export function linkChanges(
  seen: readonly SeenLink[],
  wanted: readonly LinkPlan[],
): { readonly add: readonly LinkPlan[]; readonly remove: readonly SeenLink[] } {
  const notes = new Map(wanted.map((link) => [placeOf(link), noteOf(link)]));
  const remove = seen.filter((link) => notes.get(placeOf(link)) !== link.note);
  const gone = new Set(remove.map(placeOf));
  const there = new Set(seen.map(placeOf).filter((place) => !gone.has(place)));
  return { remove, add: wanted.filter((link) => !there.has(placeOf(link))) };
}
