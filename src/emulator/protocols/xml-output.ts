import { scalarText } from './scalar.ts';
import { kindOf, membersOf, type Shape } from './shape.ts';

/** Text that may stand in XML. Line breaks are kept by reference, as S3 and EC2 write them. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"\r]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' })[c]!);

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

/** Writes the members of a structure as XML elements, without an element around them. */
export function xmlMembers(shape: Shape, value: unknown, names: XmlNames): string {
  const record = value as Readonly<Record<string, unknown>>;
  return membersOf(shape)
    .filter(([name, member]) => record[name] !== undefined && record[name] !== null && !isAttribute(member))
    .map(([name, member]) => xmlMember(names.member(name, member), member, record[name], names))
    .join('');
}

/** How a protocol calls elements. */
export interface XmlNames {
  member(name: string, member: Shape): string;
}

/** awsQuery and restXml: the XML name, else the member's. ec2Query's models carry the XML name of every member that differs. */
export const xmlNames: XmlNames = { member: (name, member) => member.getMergedTraits().xmlName ?? name };

const isAttribute = (member: Shape): boolean => Boolean(member.getMergedTraits().xmlAttribute);

function attributes(shape: Shape, value: unknown): string {
  const record = value as Readonly<Record<string, unknown>>;
  const found = membersOf(shape).filter(([name, member]) => isAttribute(member) && record[name] !== undefined);
  const namespace = shape.getMergedTraits().xmlNamespace as unknown as readonly [string, string] | undefined;
  const declared = namespace ? [` xmlns${namespace[0] ? `:${namespace[0]}` : ''}="${escapeXml(namespace[1])}"`] : [];
  const given = found.map(([name, member]) => ` ${xmlNames.member(name, member)}="${escapeXml(String(record[name]))}"`);
  return [...declared, ...given].join('');
}

function xmlMember(name: string, shape: Shape, value: unknown, names: XmlNames): string {
  switch (kindOf(shape)) {
    case 'list':
      return xmlList(name, shape, value as readonly unknown[], names);
    case 'map':
      return xmlMap(name, shape, value as Readonly<Record<string, unknown>>, names);
    default:
      return xmlElement(name, shape, value, names);
  }
}

/** One element with its content. */
export function xmlElement(name: string, shape: Shape, value: unknown, names: XmlNames): string {
  switch (kindOf(shape)) {
    case 'structure':
      return `<${name}${attributes(shape, value)}>${xmlMembers(shape, value, names)}</${name}>`;
    case 'list':
      return xmlList(name, shape, value as readonly unknown[], names);
    case 'map':
      return xmlMap(name, shape, value as Readonly<Record<string, unknown>>, names);
    default:
      return element(name, escapeXml(scalarText(shape, value, 'body-xml')));
  }
}

function xmlList(name: string, shape: Shape, items: readonly unknown[], names: XmlNames): string {
  const item = shape.getValueSchema();
  const flat = Boolean(shape.getMergedTraits().xmlFlattened);
  const itemName = flat ? name : (item.getMergedTraits().xmlName ?? 'member');
  const content = items.map((value) => xmlElement(itemName, item, value, names)).join('');
  return flat ? content : element(name, content);
}

function xmlMap(name: string, shape: Shape, map: Readonly<Record<string, unknown>>, names: XmlNames): string {
  const flat = Boolean(shape.getMergedTraits().xmlFlattened);
  const [keyShape, valueShape] = [shape.getKeySchema(), shape.getValueSchema()];
  const keyName = keyShape.getMergedTraits().xmlName ?? 'key';
  const valueName = valueShape.getMergedTraits().xmlName ?? 'value';
  const entries = Object.entries(map).filter(([, value]) => value !== undefined);
  const content = entries.map(([key, value]) =>
    element(flat ? name : 'entry', element(keyName, escapeXml(key)) + xmlElement(valueName, valueShape, value, names)),
  );
  return flat ? content.join('') : element(name, content.join(''));
}
