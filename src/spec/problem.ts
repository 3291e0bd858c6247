import type { SpecCode } from './codes.ts';

/** What a rule found wrong with a value, not yet with its place. */
export interface Problem {
  readonly code: SpecCode;
  readonly detail: string;
  readonly fix?: string;
}

/** A problem with the path of the field that it is about: `spec.nodeGroups[0].size.max`. */
export interface Finding extends Problem {
  readonly path: string;
}
