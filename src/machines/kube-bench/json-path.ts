/**
 * The part of Kubernetes' JSONPath templates that published checks use: `{.a.b}`, `{.a[0]}`, `{.a[*]}`, `{.a[1:2]}`,
 * `{range .a[:]}…{end}`, `{}` for the current value and `{','}` for text. What is missing prints nothing.
 * https://kubernetes.io/docs/reference/kubectl/jsonpath/
 */
export function jsonPath(template: string, data: unknown): string {
  const parts = partsOf(template);
  const printed = print(parts, 0, data);
  if (printed.next !== parts.length) throw new Error(`${template}: an {end} without its {range}`);
  return printed.text;
}

type Part = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'action'; readonly action: string };

function partsOf(template: string): readonly Part[] {
  const parts: Part[] = [];
  const pattern = /\{((?:'[^']*'|"[^"]*"|[^{}])*)\}|([^{}]+)/gy;
  while (pattern.lastIndex < template.length) {
    const from = pattern.lastIndex;
    const [, action, text] = pattern.exec(template) ?? [];
    if (action !== undefined) parts.push({ kind: 'action', action: action.trim() });
    else if (text !== undefined) parts.push({ kind: 'text', text });
    else throw new Error(`${template}: a brace at ${from} has no partner`);
  }
  return parts;
}

// From a part on, to the end of the template or to the {end} of its {range}.
function print(parts: readonly Part[], from: number, data: unknown): { readonly text: string; readonly next: number } {
  let text = '';
  let at = from;
  for (let part = parts[at]; part !== undefined; part = parts[at]) {
    if (part.kind === 'text') text += part.text;
    else if (part.action === 'end') return { text, next: at };
    else if (part.action.startsWith('range ')) {
      const end = endOf(parts, at);
      for (const each of select(part.action.slice(6).trim(), data)) text += print(parts, at + 1, each).text;
      at = end;
    } else text += shown(part.action, data);
    at += 1;
  }
  return { text, next: at };
}

function endOf(parts: readonly Part[], range: number): number {
  let open = 0;
  for (let at = range; at < parts.length; at++) {
    const part = parts[at]!;
    if (part.kind === 'text') continue;
    if (part.action.startsWith('range ')) open += 1;
    if (part.action === 'end' && --open === 0) return at;
  }
  throw new Error('a {range} has no {end}');
}

function shown(action: string, data: unknown): string {
  const quoted = /^(['"])(.*)\1$/s.exec(action);
  if (quoted) return quoted[2]!;
  return select(action, data).map(asText).join(' ');
}

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);

function select(path: string, data: unknown): readonly unknown[] {
  const pattern = /\.([\w-]+)|\[(\*|-?\d*:?-?\d*)\]/gy;
  const plain = path.replace(/^[$@]/, '');
  let found: readonly unknown[] = [data];
  while (pattern.lastIndex < plain.length) {
    const [, name, index] = pattern.exec(plain) ?? [];
    if (name !== undefined) found = found.flatMap((value) => member(value, name));
    else if (index !== undefined) found = found.flatMap((value) => items(value, index));
    else
      throw new Error(`the JSONPath ${path} has what is not understood here: only .name, [n], [*] and [from:to] are`);
  }
  return found.filter((value) => value !== undefined && value !== null);
}

function member(value: unknown, name: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return [];
  return [(value as Record<string, unknown>)[name]];
}

function items(value: unknown, index: string): readonly unknown[] {
  if (!Array.isArray(value)) return [];
  if (index === '*') return value;
  const [from = '', to] = index.split(':');
  if (to === undefined) return from === '' ? [] : [value.at(Number(from))];
  return value.slice(from === '' ? 0 : Number(from), to === '' ? undefined : Number(to));
}
