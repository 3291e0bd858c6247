/** The edges of a command, so that tests can run it. */
export interface Say {
  /** Results: what a pipe carries on. */
  out(text: string): void;
  /** Progress and what went wrong. */
  err(text: string): void;
}

/** A name of a run as other commands must be told of it; nothing for the usual one. */
export const nameWords = (name: string): string => (name === 'default' ? '' : ` --name ${name}`);

/** How a verb of this program is called for a run. */
export const verbFor = (verb: string, name: string): string => `npm run machines -- ${verb}${nameWords(name)}`;
