import { scalarFromText } from './scalar.ts';
import { kindOf, membersOf, type Shape } from './shape.ts';

/** The parameters of a query request as a tree: `Filter.1.Name=x` is `{ Filter: { 1: { Name: 'x' } } }`. */
interface Node {
  text?: string;
  readonly children: Map<string, Node>;
  used: boolean;
}

/** What a query request said, and what of it the model does not know. */
export interface QueryInput {
  readonly input: Record<string, unknown>;
  /** Names of top-level parameters that no member reads. */
  readonly unknown: readonly string[];
}

const notParameters = new Set(['Action', 'Version', 'AWSAccessKeyId']);

/**
 * Reads a query body by the operation's input shape.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html and https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
 */
export function readQuery(shape: Shape, parameters: URLSearchParams, ec2: boolean): QueryInput {
  const root: Node = { children: new Map(), used: true };
  for (const [name, value] of parameters) {
    if (notParameters.has(name) || name.startsWith('X-Amz-')) continue;
    plant(root, name.split('.'), value);
  }
  const input = readStructure(shape, root, { ec2, path: '' });
  const unknown = [...root.children].filter(([, node]) => !node.used).map(([name]) => name);
  return { input, unknown };
}

function plant(root: Node, path: readonly string[], value: string): void {
  let node = root;
  for (const part of path) {
    const child = node.children.get(part) ?? { children: new Map(), used: false };
    node.children.set(part, child);
    node = child;
  }
  node.text = value;
}

interface Place {
  readonly ec2: boolean;
  readonly path: string;
}

const within = (place: Place, name: string): Place => ({ ...place, path: place.path ? `${place.path}.${name}` : name });

function readValue(shape: Shape, node: Node, place: Place): unknown {
  node.used = true;
  switch (kindOf(shape)) {
    case 'structure':
      return readStructure(shape, node, place);
    case 'list':
      return readList(shape, node, place);
    case 'map':
      return readMap(shape, node, place);
    default:
      return scalarFromText(shape, node.text ?? '', place.path);
  }
}

function readStructure(shape: Shape, node: Node, place: Place): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [name, member] of membersOf(shape)) {
    const key = parameterName(name, member, place.ec2);
    const child = node.children.get(key);
    if (child) value[name] = readValue(member, child, within(place, key));
  }
  return value;
}

function parameterName(name: string, member: Shape, ec2: boolean): string {
  const traits = member.getMergedTraits();
  if (ec2 && traits.ec2QueryName) return String(traits.ec2QueryName);
  const key = traits.xmlName ?? name;
  return ec2 ? key.charAt(0).toUpperCase() + key.slice(1) : key;
}

function readList(shape: Shape, node: Node, place: Place): unknown[] {
  const item = shape.getValueSchema();
  const flat = place.ec2 || shape.getMergedTraits().xmlFlattened;
  // Some callers write `member` where the model has another name for the items; AWS takes both.
  const holder = flat
    ? node
    : (node.children.get(item.getMergedTraits().xmlName ?? 'member') ?? node.children.get('member') ?? node);
  return numbered(holder).map(([index, child]) => readValue(item, child, within(place, index)));
}

function readMap(shape: Shape, node: Node, place: Place): Record<string, unknown> {
  const holder = shape.getMergedTraits().xmlFlattened ? node : (node.children.get('entry') ?? node);
  const keyName = shape.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const valueShape = shape.getValueSchema();
  const valueName = valueShape.getMergedTraits().xmlName ?? 'value';
  const entries = numbered(holder).map(([index, child]) => {
    const value = child.children.get(valueName);
    return [child.children.get(keyName)?.text ?? '', value && readValue(valueShape, value, within(place, index))];
  });
  return Object.fromEntries(entries);
}

function numbered(node: Node): [string, Node][] {
  const items = [...node.children].filter(([name]) => /^\d+$/.test(name));
  return items.sort(([a], [b]) => Number(a) - Number(b));
}
