/**
 * Metadata as a tree of paths; leaves that cost something to make are functions. What stands under the empty name is what a directory
 * lists instead of the names of its entries.
 */
export interface MetadataTree {
  readonly [name: string]: string | (() => string) | MetadataTree | undefined;
}

type Node = MetadataTree[string];

const isTree = (node: Node): node is MetadataTree => typeof node === 'object';

/** A directory lists its entries, those below it with a slash at their end. */
const listing = (tree: MetadataTree): string => {
  const own = tree[''];
  return typeof own === 'string' ? own : namesIn(tree);
};

const namesIn = (tree: MetadataTree): string =>
  Object.keys(tree)
    .filter((name) => tree[name] !== undefined)
    .sort()
    .map((name) => (isTree(tree[name]) ? `${name}/` : name))
    .join('\n');

/** What is at a path: a leaf's text or a directory's list; undefined where nothing is. */
export function answerFrom(tree: MetadataTree, path: string): string | undefined {
  let node: Node = tree;
  for (const name of path.split('/').filter((each) => each !== '')) {
    if (!isTree(node) || !Object.hasOwn(node, name)) return undefined;
    node = node[name];
  }
  if (node === undefined || typeof node === 'string') return node;
  return isTree(node) ? listing(node) : node();
}
