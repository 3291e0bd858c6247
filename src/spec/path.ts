/** A field's place in a document, from its root. */
export type Path = readonly (string | number)[];

const plain = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** `spec.nodeGroups[0].labels["example.com/team"]` */
export const formatPath = (path: Path): string =>
  path
    .map((part, i) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!plain.test(part)) return `[${JSON.stringify(part)}]`;
      return i === 0 ? part : `.${part}`;
    })
    .join('');

/** Reads what `formatPath` writes. */
export const parsePath = (text: string): Path =>
  [...text.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([A-Za-z_][A-Za-z0-9_-]*)/g)].map(([, index, quoted, name]) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? name! : (JSON.parse(quoted) as string);
  });

/** What stands at a path in plain data; undefined where nothing does. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

const startsWith = (path: Path, start: Path): boolean => start.every((part, i) => path[i] === part);

/** Whether one of the two is the other or stands inside it. */
export const related = (a: Path, b: Path): boolean => startsWith(a, b) || startsWith(b, a);
