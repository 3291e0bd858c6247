import { isJoin, isRef, type Join, type Ref } from '../../model/value.ts';

/** Terraform code in which values stand: code`cidrsubnet(${ref}, 8, ${index})`. */
export interface Code {
  readonly $code: { readonly texts: readonly string[]; readonly operands: readonly unknown[] };
}

export const isCode = (value: unknown): value is Code =>
  typeof value === 'object' && value !== null && '$code' in value;

/** Texts are code, what stands between them are values: strings become quoted ones, references become addresses. */
export const code = (texts: readonly string[], ...operands: readonly unknown[]): Code => ({
  $code: { texts, operands },
});

/** A text of its own file beside the configuration, in which references may stand. */
export interface FileText {
  readonly $file: { readonly path: string; readonly text: string | Ref | Join; readonly base64: boolean };
}

export const isFileText = (value: unknown): value is FileText =>
  typeof value === 'object' && value !== null && '$file' in value;

/** The content of a file beside the configuration; `base64` for arguments that take it so. */
export const besides = (path: string, text: string | Ref | Join, { base64 = false } = {}): FileText => ({
  $file: { path, text, base64 },
});

/** Terraform reads `${` and `%{` in every string as the beginning of code: https://developer.hashicorp.com/terraform/language/expressions/strings */
const escapeTemplate = (text: string): string => text.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);

/** What rendering asks for and tells of on the way. */
export interface Rendering {
  /** The address of an observed field: `aws_vpc.vpc.id`. */
  addressOf(ref: Ref): string;
  /** Told of each file that the configuration reads. */
  onFile(path: string, text: string): void;
}

const joinParts = (join: Join, rendering: Rendering): string =>
  join.$join.map((part) => (isRef(part) ? `\${${rendering.addressOf(part)}}` : escapeTemplate(part))).join('');

/** A value as an operand of code. */
function operand(value: unknown, rendering: Rendering): string {
  if (isRef(value)) return rendering.addressOf(value);
  if (isCode(value)) return codeText(value, rendering);
  if (isFileText(value)) return fileCode(value, rendering);
  if (isJoin(value)) {
    const parts = value.$join.map((part) =>
      isRef(part) ? `\${${rendering.addressOf(part)}}` : JSON.stringify(escapeTemplate(part)).slice(1, -1),
    );
    return `"${parts.join('')}"`;
  }
  if (typeof value === 'string') return JSON.stringify(escapeTemplate(value));
  if (Array.isArray(value)) return `[${value.map((item) => operand(item, rendering)).join(', ')}]`;
  return JSON.stringify(value);
}

const codeText = ({ $code: { texts, operands } }: Code, rendering: Rendering): string =>
  texts.map((text, i) => (i < operands.length ? text + operand(operands[i], rendering) : text)).join('');

const variableOf = ({ $ref, field }: Ref): string => `${$ref}_${field}`.replaceAll(/[^A-Za-z0-9]/g, '_');

/** A file without references is read as it is; one with some is a template whose variables are named for what they refer to. */
function fileCode({ $file: { path, text, base64 } }: FileText, rendering: Rendering): string {
  if (isRef(text) || isJoin(text)) {
    const join = isRef(text) ? { $join: [text] } : text;
    const refs = new Map(join.$join.filter(isRef).map((ref) => [variableOf(ref), ref]));
    const parts = join.$join.map((part) => (isRef(part) ? `\${${variableOf(part)}}` : escapeTemplate(part)));
    rendering.onFile(path, parts.join(''));
    const variables = [...refs].map(([name, ref]) => `${name} = ${rendering.addressOf(ref)}`);
    const call = `templatefile("\${path.module}/${path}", { ${variables.join(', ')} })`;
    return base64 ? `base64encode(${call})` : call;
  }
  rendering.onFile(path, text);
  return `${base64 ? 'filebase64' : 'file'}("\${path.module}/${path}")`;
}

/** A value of the graph as Terraform's JSON syntax has it: https://developer.hashicorp.com/terraform/language/syntax/json */
export function render(value: unknown, rendering: Rendering): unknown {
  if (isRef(value)) return `\${${rendering.addressOf(value)}}`;
  if (isJoin(value)) return joinParts(value, rendering);
  if (isCode(value)) return `\${${codeText(value, rendering)}}`;
  if (isFileText(value)) return `\${${fileCode(value, rendering)}}`;
  if (typeof value === 'string') return escapeTemplate(value);
  if (Array.isArray(value)) return value.map((item) => render(item, rendering));
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
    return Object.fromEntries(members.map(([key, item]) => [escapeTemplate(key), render(item, rendering)]));
  }
  return value;
}
