import { type CodeTable, type Diagnostic, reporter } from '../base/diagnostic.ts';
import { hours } from '../base/duration.ts';
import { upstreamEndOfLife } from '../catalog/kubernetes-releases.ts';

const calendar = 'https://kubernetes.io/releases/patch-releases/';

export const upstreamSupportCodes = {
  'support.patches': {
    severity: 'note',
    summary: 'How long this Kubernetes version gets patches',
    explanation: `The Kubernetes project patches a minor version for about 14 months. After that day nothing breaks by itself, and nothing is mended any more: a self-managed control plane is upgraded by you and nobody else. Dates: ${calendar}`,
  },
  'support.patches-unknown': {
    severity: 'note',
    summary: 'Until when this Kubernetes version gets patches is not known',
    explanation: `The catalog of this Quilla does not know the version's end. Look at ${calendar}; a newer Quilla may know it.`,
  },
  'support.patches-end-soon': {
    severity: 'warning',
    summary: 'Patches of this Kubernetes version end soon',
    explanation:
      'In 90 days or fewer the Kubernetes project stops patching this minor version, security holes included. Set the next minor version in spec.kubernetesVersion before that day; Kubernetes goes up one minor version at a time.',
  },
  'support.patches-ended': {
    severity: 'warning',
    summary: 'This Kubernetes version gets no patches any more',
    explanation:
      'The Kubernetes project no longer patches this minor version, security holes included. Set the next minor version in spec.kubernetesVersion; Kubernetes goes up one minor version at a time.',
  },
} as const satisfies CodeTable;

const report = reporter(upstreamSupportCodes);

/** From so long before the day on, the note is a warning. */
const ahead = hours(90 * 24);

/** Until when the Kubernetes project patches a minor version, `1.36`. */
export function upstreamNote(minor: string, today: Date): Diagnostic {
  const at = { path: 'spec.kubernetesVersion' };
  const end = upstreamEndOfLife(minor);
  if (end === undefined)
    return report('support.patches-unknown', {
      detail: `When the Kubernetes project stops patching ${minor} is not known here`,
      at,
    });
  const left = Date.parse(end) - Date.parse(today.toISOString().slice(0, 10));
  const fix = 'Set the next minor version in spec.kubernetesVersion; Kubernetes goes up one at a time.';
  if (left <= 0)
    return report('support.patches-ended', { detail: `Kubernetes ${minor} got its last patches on ${end}`, fix, at });
  const detail = `The Kubernetes project patches ${minor} until ${end}`;
  return left <= ahead.ms
    ? report('support.patches-end-soon', { detail, fix, at })
    : report('support.patches', { detail, at });
}
