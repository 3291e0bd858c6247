/** A chain of nft; each statement on a line of its own, as its grammar wants before a brace. */
export const chain = (name: string, lines: readonly string[]): string =>
  [`  chain ${name} {`, ...lines.map((line) => `    ${line}`), '  }'].join('\n');

export const setOf = (elements: readonly string[]): string => `{ ${elements.join(', ')} }`;

/** A line about a set of things, or none where it is empty: nft knows no empty set in a rule. */
export const ifAny = (elements: readonly string[], line: (set: string) => string): string[] =>
  elements.length === 0 ? [] : [line(setOf(elements))];

export const quoted = (text: string): string => `"${text}"`;

/** A table of IPv4 that takes the place of the one of this name, all at once. */
export const wholeTable = (name: string, parts: readonly string[]): string =>
  [`table ip ${name}`, `delete table ip ${name}`, `table ip ${name} {`, ...parts, '}', ''].join('\n');
