import type { Records } from '../made.ts';
import { changes, linkChanges, noteOf, peerIn, type SeenLink } from './changes.ts';
import { ipAttempts, ipBatch, linksIn, makeNamespace, namespaces, removeNamespace, setFilter } from './host-network.ts';
import type { Line, LinkPlan, NamespacePlan, Plan } from './plan.ts';

/** What is known of a namespace that was made. */
interface Known {
  lines: readonly Line[];
  filter?: string;
  /** A change broke off: any of these lines may be there, or not. */
  unsure?: readonly Line[];
}

/** What was made so far; `applyPlan` writes it. */
export type Memory = Map<string, Known>;

export interface Hands {
  readonly records: Records;
  readonly memory: Memory;
}

const each = async <T>(items: Iterable<T>, act: (item: T) => Promise<void>): Promise<void> => {
  const ended = await Promise.allSettled([...items].map(act));
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};

/** Removes a namespace that this run made, with the links whose other end is elsewhere. */
export async function dropNamespace({ records, memory }: Hands, name: string): Promise<void> {
  if ((await namespaces()).has(name)) await removeNamespace(name);
  memory.delete(name);
  records.forget({ kind: 'namespace', name });
}

async function addNamespace({ records, memory }: Hands, { name, settings }: NamespacePlan): Promise<void> {
  records.add({ kind: 'namespace', name });
  try {
    await makeNamespace(name, settings);
  } catch (error) {
    await dropNamespace({ records, memory }, name);
    throw error;
  }
  memory.set(name, { lines: [] });
}

/** A link that is gone took the lines with it that named it. */
function forgetLines(memory: Memory, namespace: string, link: string): void {
  const known = memory.get(namespace);
  if (known !== undefined) known.lines = known.lines.filter((line) => line.link !== link);
}

async function removeLinks(memory: Memory, links: readonly SeenLink[]): Promise<void> {
  await each(
    Map.groupBy(links, ({ namespace }) => namespace),
    async ([namespace, own]) => {
      await ipAttempts(
        namespace,
        own.map(({ name }) => `link delete ${name}`),
      );
      for (const { name, note } of own) {
        forgetLines(memory, namespace, name);
        const peer = note === undefined ? undefined : peerIn(note);
        if (peer !== undefined) forgetLines(memory, peer.namespace, peer.name);
      }
    },
  );
}

const makeLine = ({ name, mac, mtu, namespace, peer }: LinkPlan): string =>
  `link add name ${name} address ${mac} mtu ${mtu} netns ${namespace} type veth ` +
  `peer name ${peer.name} address ${peer.mac} mtu ${mtu} netns ${peer.namespace}`;

/** The note is last: a link without it is not ready, and is made again. */
async function addLinks(memory: Memory, links: readonly LinkPlan[]): Promise<void> {
  await ipBatch(undefined, links.map(makeLine));
  for (const { namespace, name, peer } of links) {
    forgetLines(memory, namespace, name);
    forgetLines(memory, peer.namespace, peer.name);
  }
  const byPeer = Map.groupBy(links, ({ peer }) => peer.namespace);
  await each(byPeer, ([namespace, own]) =>
    ipBatch(
      namespace,
      own.flatMap(({ peer }) => peer.setup),
    ),
  );
  const byPlace = Map.groupBy(links, ({ namespace }) => namespace);
  await each(byPlace, ([namespace, own]) =>
    ipBatch(namespace, [
      ...own.flatMap(({ name, setup }) => [...setup, `link set ${name} up`]),
      ...own.map((link) => `link set ${link.name} alias "${noteOf(link)}"`),
    ]),
  );
}

async function setLines({ memory }: Hands, { name, lines }: NamespacePlan): Promise<void> {
  const known = memory.get(name)!;
  if (known.unsure !== undefined) {
    await ipAttempts(
      name,
      known.unsure.map(({ remove }) => remove),
    );
    known.lines = [];
  }
  const { add, remove } = changes(known.lines, lines);
  known.unsure = [...known.lines, ...add];
  await ipBatch(name, [...add.map((line) => line.add), ...remove.map((line) => line.remove)]);
  known.lines = lines;
  delete known.unsure;
}

async function setFilters({ memory }: Hands, plans: readonly NamespacePlan[]): Promise<void> {
  await each(plans, async ({ name, filter }) => {
    const known = memory.get(name)!;
    if (filter === undefined || known.filter === filter) return;
    await setFilter(name, filter);
    known.filter = filter;
  });
}

/**
 * Makes namespaces, links, routes and filters of this run as the plan says, whatever was there before. Filters come before links, so
 * that nothing passes unseen. Throws where something fails; called again it goes on from what is there.
 */
export async function applyPlan(hands: Hands, plan: Plan): Promise<void> {
  const { memory } = hands;
  const there = await namespaces();
  for (const name of memory.keys()) if (!there.has(name)) memory.delete(name);
  const wanted = new Set(plan.namespaces.map(({ name }) => name));
  const known = [...memory.keys()];
  const kept = known.filter((name) => wanted.has(name));
  const seen = (await Promise.all(known.map(linksIn))).flat();
  const links = linkChanges(seen, plan.links);
  await removeLinks(memory, links.remove);
  // One that has the name of another of this run was left by a start that broke off.
  const stale = plan.namespaces.filter(({ name }) => there.has(name) && !memory.has(name));
  await each(stale, ({ name }) => dropNamespace(hands, name));
  await each(
    known.filter((name) => !wanted.has(name)),
    (name) => dropNamespace(hands, name),
  );
  await each(
    plan.namespaces.filter(({ name }) => !kept.includes(name)),
    (one) => addNamespace(hands, one),
  );
  await setFilters(hands, plan.namespaces);
  await addLinks(memory, links.add);
  await each(plan.namespaces, (one) => setLines(hands, one));
}

/** Removes the links of a machine and its namespace, so that the next plan makes both anew. */
export async function dropMachine(hands: Hands, name: string): Promise<void> {
  const seen = (await Promise.all([...hands.memory.keys()].map(linksIn))).flat();
  await removeLinks(
    hands.memory,
    seen.filter(({ note }) => note !== undefined && peerIn(note).namespace === name),
  );
  await dropNamespace(hands, name);
}

/** Removes all that was made. */
export async function dropAll(hands: Hands): Promise<void> {
  const there = await namespaces();
  const own = [...hands.memory.keys()];
  const seen = (await Promise.all(own.filter((name) => there.has(name)).map(linksIn))).flat();
  await removeLinks(hands.memory, seen);
  await each(own, (name) => dropNamespace(hands, name));
}
