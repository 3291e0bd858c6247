import type { Diagnostic } from '../../base/diagnostic.ts';

/** Version of every JSON document that the CLI prints; a change that breaks readers changes it. */
export const jsonVersion = 'quilla.dev/v1alpha1';

/** One document: `apiVersion`, `kind`, then the result's own members. */
export const jsonText = (kind: string, data: object): string =>
  JSON.stringify({ apiVersion: jsonVersion, kind, ...data }, null, 2);

/** What a verb prints with `-o json` when it fails. */
export const failureJson = (diagnostics: readonly Diagnostic[]): string => jsonText('Failure', { diagnostics });
