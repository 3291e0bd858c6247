/** A node of an order: it comes after everything in `needs`. */
export interface Ordered {
  readonly id: string;
  readonly needs: readonly string[];
}

/** Nodes with all needs first, else in the order given. Needs that are not among the nodes are ignored. Throws on a cycle: a bug of the maker. */
export function inOrder<T extends Ordered>(nodes: readonly T[]): T[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const state = new Map<string, 'open' | 'done'>();
  const out: T[] = [];
  const visit = (node: T, trail: readonly string[]): void => {
    if (state.get(node.id) === 'done') return;
    if (state.get(node.id) === 'open') throw new Error(`cycle: ${[...trail, node.id].join(' -> ')}`);
    state.set(node.id, 'open');
    for (const need of node.needs) {
      const next = byId.get(need);
      if (next !== undefined) visit(next, [...trail, node.id]);
    }
    state.set(node.id, 'done');
    out.push(node);
  };
  for (const node of nodes) visit(node, []);
  return out;
}

/** The longest sum of weights along needs, and the ids on that way. */
export function longestChain<T extends Ordered>(
  nodes: readonly T[],
  weight: (node: T) => number,
): { total: number; chain: string[] } {
  const best = new Map<string, { total: number; chain: string[] }>();
  let longest = { total: 0, chain: [] as string[] };
  for (const node of inOrder(nodes)) {
    let before = { total: 0, chain: [] as string[] };
    for (const need of node.needs) {
      const candidate = best.get(need);
      if (candidate !== undefined && candidate.total > before.total) before = candidate;
    }
    const here = { total: before.total + weight(node), chain: [...before.chain, node.id] };
    best.set(node.id, here);
    if (here.total > longest.total) longest = here;
  }
  return longest;
}
