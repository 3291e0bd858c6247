/** A page of docs/reference, with its path in the project. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** Text that stands in a cell of a table: on one line, with bars that do not end the cell. */
const cell = (text: string): string => text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export const code = (text: string): string => `\`${text}\``;

export const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

/** Joins blocks with blank lines and leaves out the empty ones. */
export const blocks = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n');

/** A page with the line that says where it comes from. */
export const page = (path: string, source: string, ...parts: readonly string[]): Page => ({
  path,
  text: `<!-- Written by \`npm run docs\` from ${source}. Change that, not this page. -->\n\n${blocks(...parts)}\n`,
});

export const sentence = (text: string): string => {
  const capital = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
};
