import { isJoin, isRef, type Join, type Ref } from '../../model/value.ts';

/** What rendering asks for. */
export interface Rendering {
  /** What stands for an observed field: `{ Ref }`, `{ 'Fn::GetAtt' }`, another function, or a literal. */
  valueOf(ref: Ref): unknown;
}

/** A long text that several templates of instances share: it stands once, in a mapping. */
export interface SharedText {
  readonly $text: string;
}

/** The mapping that shared texts stand in, and the name of their values. */
export const textMapping = { name: 'Texts', member: 'Text' } as const;

export const isSharedText = (value: unknown): value is SharedText =>
  typeof value === 'object' && value !== null && '$text' in value;

/** A text with shared texts in it. */
export interface TextParts {
  readonly $parts: readonly (string | Ref | SharedText)[];
}

const isTextParts = (value: unknown): value is TextParts =>
  typeof value === 'object' && value !== null && '$parts' in value;

const findInMap = ({ $text }: SharedText) => ({ 'Fn::FindInMap': [textMapping.name, $text, textMapping.member] });

type Rendered = Readonly<Record<string, unknown>>;

/** `${Name}` or `${Name.Attribute}` in the text of Fn::Sub, where a value is one of these. */
function variableOf(value: unknown): string | undefined {
  const { Ref: name, 'Fn::GetAtt': attribute } = value as Rendered;
  if (typeof name === 'string') return `\${${name}}`;
  return Array.isArray(attribute) ? `\${${attribute.join('.')}}` : undefined;
}

/** Fn::Sub knows no way to write an open `${` without an end, nor one that begins with an exclamation mark. */
const fitsInSub = (text: string): boolean => !/\$\{(?:!|[^{}]*(?:\{|$))/.test(text);

/** `${!NAME}` stands for `${NAME}`: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html */
const escapeSub = (text: string): string => text.replaceAll('${', '${!');

/** Literals beside one another become one. */
function merged(parts: readonly unknown[]): unknown[] {
  const out: unknown[] = [];
  for (const part of parts) {
    const before = out.at(-1);
    if (typeof part === 'string' && typeof before === 'string') out[out.length - 1] = before + part;
    else if (part !== '') out.push(part);
  }
  return out;
}

/** Fn::Sub, which reads best, where it can say it; else Fn::Join. */
function textOf(parts: readonly unknown[]): unknown {
  const all = merged(parts);
  if (all.length === 0) return '';
  if (all.length === 1) return all[0];
  const texts = all.map((part) =>
    typeof part === 'string' ? (fitsInSub(part) ? escapeSub(part) : undefined) : variableOf(part),
  );
  return texts.includes(undefined) ? { 'Fn::Join': ['', all] } : { 'Fn::Sub': texts.join('') };
}

const joined = (parts: readonly (string | Ref | SharedText)[], rendering: Rendering): unknown =>
  textOf(
    parts.map((part) =>
      isRef(part) ? rendering.valueOf(part) : isSharedText(part) ? findInMap(part) : (part satisfies string),
    ),
  );

/**
 * A value of the graph as a template has it. Functions of CloudFormation are values like others: `{ 'Fn::Base64': join }`. Members that
 * are undefined or null are left out.
 */
export function render(value: unknown, rendering: Rendering): unknown {
  if (isRef(value)) return rendering.valueOf(value);
  if (isJoin(value)) return joined(value.$join, rendering);
  if (isTextParts(value)) return joined(value.$parts, rendering);
  if (Array.isArray(value)) return value.map((item) => render(item, rendering));
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
    return Object.fromEntries(members.map(([key, item]) => [key, render(item, rendering)]));
  }
  return value;
}

/** References in a value, those beside shared texts too. */
export function refsOf(value: unknown): Ref[] {
  if (isRef(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(refsOf);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(refsOf);
  return [];
}

/** Stands for a reference while a document is read; no document of a spec holds it. */
const marker = /\u{F0000}(\d+)\u{F0001}/u;

/** The JSON document in a text as the object that it says, references in its strings included. */
export function document(text: string | Ref | Join): unknown {
  const parts = isJoin(text) ? text.$join : [text];
  const refs: Ref[] = [];
  const marked = parts.map((part) => (isRef(part) ? `\u{F0000}${refs.push(part) - 1}\u{F0001}` : part)).join('');
  const back = (value: string): string | Join | Ref => {
    const pieces = value.split(marker);
    if (pieces.length === 1) return value;
    const all = pieces.map((piece, i) => (i % 2 === 0 ? piece : refs[Number(piece)]!)).filter((piece) => piece !== '');
    return all.length === 1 ? all[0]! : { $join: all };
  };
  return JSON.parse(marked, (_, value) => (typeof value === 'string' ? back(value) : value));
}
