import type { Json } from '../../../src/base/canonical-json.ts';

/** What is known of an object, for commands: its name and every field that is a text. */
export type Known = Readonly<Record<string, unknown>>;
export type Fields = Readonly<Record<string, Json>>;

/** Runs a command of the AWS CLI and gives what `--query` finds in its answer; `raw` gives its output as it is. */
export interface Cli {
  (command: string, query: string): Promise<Json>;
  raw(command: string): Promise<string>;
}

/** How the AWS CLI is asked for fields of one kind. */
export interface Question {
  /** Without `aws`; `{name}` stands for a field of the object. */
  readonly command: string;
  /** JMESPath that gives a map by the names of our fields: https://jmespath.org/specification.html */
  readonly query: string;
  /** Error by which AWS says that there is no such part. */
  readonly none?: string;
  /** Where AWS writes a value in a way that JMESPath cannot undo. */
  readonly read?: (fields: Fields, known: Known) => Fields;
}

export interface KindByCli {
  readonly asks: readonly (Question | ((known: Known, cli: Cli) => Promise<Fields>))[];
  /** Fields of the inventory that the CLI is not asked for, each with the reason. */
  readonly silent?: Readonly<Record<string, string>>;
}

/** Puts fields of an object into a command or query. */
export const filled = (text: string, known: Known): string =>
  text.replaceAll(/\{(\w+)\}(?!\s*:)/g, (whole, name: string) => {
    const value = known[name];
    return typeof value === 'string' ? value : whole;
  });
