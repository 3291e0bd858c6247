import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Resource } from '../../model/graph.ts';
import { isJoin, isRef } from '../../model/value.ts';
import { report } from '../export/codes.ts';

/** Texts in a value, keys too; what is joined is one text, with nothing that a reference could begin with in the place of references. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (isRef(value)) return [];
  if (isJoin(value)) return [value.$join.map((part) => (isRef(part) ? '\n' : part)).join('')];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...textsIn(item)]);
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
const beginning = '{{resolve:';

/** Texts of a spec that CloudFormation would replace by a parameter or a secret: it knows no way to write them as they are. */
export const dynamicReferences = (resources: readonly Resource[]): readonly Diagnostic[] =>
  resources
    .filter(({ desired }) => textsIn(desired).some((text) => text.includes(beginning)))
    .map(({ id, from }) =>
      report('export.dynamic-reference', {
        detail: `${id}: a text holds ${beginning}`,
        fix: 'Write it in two pieces, in a shell script as `{{re""solve:`, or take it out of what is exported.',
        at: { path: from },
      }),
    );
