import { canonicalJson } from '../../base/canonical-json.ts';

/** Bytes that CloudFormation takes with a call, and from S3: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const bodyLimit = 51_200;
export const objectLimit = 1_048_576;

export const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

const sections = ['AWSTemplateFormatVersion', 'Description', 'Parameters', 'Mappings', 'Resources', 'Outputs'] as const;

/** A template's sections, in the order in which they are written; those that are undefined are left out. */
export type Template = Readonly<Partial<Record<(typeof sections)[number], unknown>>>;

/** Equal resources give equal lines, whatever stands beside them. */
function lineForEach(section: unknown): string {
  if (typeof section !== 'object' || section === null) return JSON.stringify(section);
  const members = Object.entries(section).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{\n${members.map(([key, value]) => `${JSON.stringify(key)}:${canonicalJson(value)}`).join(',\n')}\n}`;
}

const present = (template: Template) => sections.filter((name) => template[name] !== undefined);

function indented(template: Template, indent: number): string {
  const sorted = present(template).map((name) => [name, JSON.parse(canonicalJson(template[name]))]);
  return `${JSON.stringify(Object.fromEntries(sorted), null, indent)}\n`;
}

const inLines = (template: Template): string =>
  `{\n${present(template)
    .map((name) => `"${name}":${lineForEach(template[name])}`)
    .join(',\n')}\n}\n`;

/** As easy to read as the limit of a call allows; what does not fit there anyway is written with a line for each resource. */
export const templateText = (template: Template): string =>
  [2, 1].map((indent) => indented(template, indent)).find((text) => bytesOf(text) <= bodyLimit) ?? inLines(template);
