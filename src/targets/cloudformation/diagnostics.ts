import type { Diagnostic } from '../../base/diagnostic.ts';
import { exportDiagnostics } from '../export/diagnostics.ts';
import { kindOf } from './kind-of.ts';
import type { World } from './world.ts';

/** What the template does not hold, and what it says otherwise. */
export const diagnosticsOf = ({ input, held, context }: World): readonly Diagnostic[] =>
  exportDiagnostics(
    input,
    held,
    held.held.flatMap((resource) =>
      (kindOf(resource).lacks?.(resource, context) ?? []).map((detail) => ({ resource, detail })),
    ),
  );
