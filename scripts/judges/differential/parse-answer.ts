import { parseXml, type XmlElement } from '../../../src/emulator/protocols/xml-input.ts';

/** An answer's body as it stands, without a schema: enough to find what AWS has named. */
export type Tree = string | readonly Tree[] | { readonly [name: string]: Tree };

/** Elements of one name become a list, so that lists of one and of many look alike. */
function fromXml({ children, text }: XmlElement): Tree {
  if (children.length === 0) return text;
  const byName = Map.groupBy(children, ({ name }) => name);
  return Object.fromEntries([...byName].map(([name, elements]) => [name, elements.map(fromXml)]));
}

function fromJson(value: unknown): Tree {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fromJson(one)]));
  return String(value);
}

/** The members of an answer, headers among them; what is neither XML nor JSON has none. */
export function parseAnswer(body: Buffer, headers: Readonly<Record<string, string>>): Tree {
  const text = body.toString('utf8').trim();
  try {
    if (text.startsWith('{')) return { body: fromJson(JSON.parse(text)), headers };
    if (text.startsWith('<')) return { body: fromXml(parseXml(text)), headers };
  } catch {
    // An object of S3 may begin like either.
  }
  return { headers };
}
