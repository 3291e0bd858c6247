import { specJsonSchema } from '../../src/spec/json-schema.ts';
import { blocks, code, type Page, page, table } from './markdown.ts';

/** As much of JSON Schema as the spec's schema uses. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly (string | number)[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

interface Row {
  readonly path: string;
  readonly schema: Schema;
  readonly needed: boolean;
}

const plain: Readonly<Record<string, string>> = { string: 'text', boolean: 'true or false' };

function numberText({ minimum, maximum }: Schema): string {
  const top = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (minimum !== undefined && top !== undefined) return `whole number, ${minimum} to ${top}`;
  return minimum === undefined ? 'whole number' : `whole number from ${minimum}`;
}

function listText({ items, minItems, maxItems }: Schema): string {
  const bounds = [
    ...(minItems === undefined ? [] : [`at least ${minItems}`]),
    ...(maxItems === undefined ? [] : [`at most ${maxItems}`]),
  ];
  const of =
    items === undefined
      ? 'list'
      : items.enum === undefined
        ? `list of ${typeText(items)}`
        : `list out of ${typeText(items)}`;
  return bounds.length === 0 ? of : `${of} (${bounds.join(', ')})`;
}

function mappingText({ properties, additionalProperties: values }: Schema): string {
  if (properties !== undefined) return 'mapping';
  return typeof values === 'object' && values.type === 'string' ? 'mapping of text to text' : 'any mapping';
}

function typeText(schema: Schema): string {
  if (schema.const !== undefined) return code(String(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(', ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeText).join(' or ');
  if (schema.type === 'array') return listText(schema);
  if (schema.type === 'object') return mappingText(schema);
  if (schema.type === 'integer') return numberText(schema);
  return plain[schema.type ?? ''] ?? schema.type ?? 'anything';
}

/** Where a description says the default, from the clearest form to the loosest. */
const defaultForms = [
  / ?\bDefault:? (.+?)\.(?=\s|$)/,
  /(`[^`]+`)(?: \(default\)|, default\b)/,
  /(?:^|[:,] )([^:,]+?) \(default\)/,
];

/** The description without a sentence that only says the default, and the default. */
function withDefault({ schema, needed }: Row): { text: string; fallback: string } {
  const description = schema.description ?? '';
  if (needed) return { text: description, fallback: 'needed' };
  const form = defaultForms.find((candidate) => candidate.test(description));
  if (form === undefined) return { text: description, fallback: '' };
  const [whole, fallback] = form.exec(description)!;
  const isSentence = form === defaultForms[0];
  return { text: isSentence ? description.replace(whole, '').trim() : description, fallback: fallback! };
}

/** Fields below a schema, with their paths: lists add `[]`, the members of unions stand beside one another. */
function rowsBelow(schema: Schema, path: string): Row[] {
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap((member) => rowsBelow(member, path));
  if (schema.items !== undefined) return rowsBelow(schema.items, `${path}[]`);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const needed = schema.required?.includes(name) === true;
    return [{ path: at, schema: field, needed }, ...rowsBelow(field, at)];
  });
}

const fieldTable = (rows: readonly Row[]): string =>
  table(
    ['Field', 'Type', 'Default', 'What it is'],
    rows.map((row) => {
      const { text, fallback } = withDefault(row);
      return [code(row.path), typeText(row.schema), fallback, text];
    }),
  );

function section(name: string, schema: Schema, needed: boolean): string {
  const { text, fallback } = withDefault({ path: name, schema, needed });
  const facts = [
    `Type: ${typeText(schema)}.`,
    ...(fallback === '' ? [] : [needed ? 'Needed.' : `Default: ${fallback}.`]),
  ];
  return blocks(`## spec.${name}`, `${text}\n${facts.join(' ')}`, fieldTable(rowsBelow(schema, name)));
}

/** docs/reference/spec.md, from the JSON Schema that `quilla schema` prints. */
export function specPage(): Page {
  const root = specJsonSchema() as unknown as Schema;
  const { spec, ...outer } = root.properties!;
  const all = Object.entries(spec!.properties!);
  const needed = (name: string): boolean => spec!.required?.includes(name) === true;
  const hasFields = (schema: Schema): boolean => rowsBelow(schema, '').length > 0;
  const top = rowsBelow({ ...root, properties: outer }, '');
  const flat = all
    .filter(([, schema]) => !hasFields(schema))
    .map(([name, schema]): Row => ({ path: `spec.${name}`, schema, needed: needed(name) }));
  const sections = all.filter(([, schema]) => hasFields(schema));
  return page(
    'docs/reference/spec.md',
    'the JSON Schema of the spec (src/spec/input.ts)',
    '# The spec',
    'Every field of a spec, with its type and what stands when it is left out. `quilla plan -f FILE --show-defaults` prints a spec that means the same cluster, with every default written out. `quilla schema` prints the JSON Schema behind this page. Rules that depend on more than one field are in [diagnostics](diagnostics.md), under `spec.`.',
    'In paths, `[]` stands for each member of a list. Paths in the sections below begin under `spec`.',
    '## The outer fields',
    fieldTable([...top, ...flat]),
    ...sections.map(([name, schema]) => section(name, schema, needed(name))),
  );
}
