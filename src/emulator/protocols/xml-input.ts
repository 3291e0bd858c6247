import { AwsError } from '../call.ts';
import { scalarFromText } from './scalar.ts';
import { kindOf, membersOf, type Shape } from './shape.ts';

/** One element of a parsed XML document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

interface Open {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

const malformed = (): AwsError =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

const token =
  /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/y;

/** Parses an XML document as AWS's callers write them: no document type, no entities of one's own. Throws MalformedXML. */
export function parseXml(source: string): XmlElement {
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const stack: Open[] = [root];
  token.lastIndex = 0;
  while (token.lastIndex < source.length) {
    const found = token.exec(source);
    if (!found) throw malformed();
    take(stack, found);
  }
  const [first] = root.children;
  if (stack.length !== 1 || !first || root.children.length > 1 || root.text.trim() !== '') throw malformed();
  return first;
}

function take(stack: Open[], found: RegExpExecArray): void {
  const [, cdata, closing, name, attributeText, selfClosing, text] = found;
  const top = stack[stack.length - 1]!;
  if (text !== undefined) top.text += unescapeXml(text);
  else if (cdata !== undefined) top.text += cdata;
  else if (name === undefined) return;
  else if (closing) {
    if (top.name !== name || stack.length < 2) throw malformed();
    stack.pop();
  } else {
    const open: Open = { name, attributes: attributesOf(attributeText ?? ''), children: [], text: '' };
    top.children.push(open);
    if (!selfClosing) stack.push(open);
  }
}

function attributesOf(text: string): Record<string, string> {
  const found = text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return Object.fromEntries([...found].map(([, name, double, single]) => [name, unescapeXml(double ?? single ?? '')]));
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(#x[0-9a-fA-F]+|#\d+|\w+);/g, (_, name: string) => {
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
    const known = entities[name];
    if (known === undefined) throw malformed();
    return known;
  });
}

/** Reads an element by a shape: the body of a restXml request. */
export function readXml(shape: Shape, source: XmlElement, path = source.name): unknown {
  switch (kindOf(shape)) {
    case 'structure':
      return readStructure(shape, source, path);
    case 'list':
      return source.children.map((child) => readXml(shape.getValueSchema(), child, `${path}.${child.name}`));
    case 'map':
      throw new AwsError('NotImplemented', `maps in XML bodies are not known to this AWS (${path})`, 501);
    default:
      return scalarFromText(shape, source.text, path);
  }
}

function readStructure(shape: Shape, source: XmlElement, path: string): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [name, member] of membersOf(shape)) {
    const traits = member.getMergedTraits();
    const key = traits.xmlName ?? name;
    if (traits.xmlAttribute) {
      const given = source.attributes[key];
      if (given !== undefined) value[name] = scalarFromText(member, given, `${path}.${name}`);
      continue;
    }
    const found = source.children.filter((child) => child.name === key);
    if (found.length === 0) continue;
    value[name] = traits.xmlFlattened
      ? found.map((child) => readXml(member.getValueSchema(), child, `${path}.${key}`))
      : readXml(member, found[0]!, `${path}.${key}`);
  }
  return value;
}
