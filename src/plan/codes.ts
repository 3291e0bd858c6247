import type { CodeTable } from '../base/diagnostic.ts';

export const planCodes = {
  'plan.size-changed-outside': {
    severity: 'note',
    summary: 'A group has another size than the spec',
    explanation:
      'The desired size of a group belongs to whoever scales it once it runs (a person, the cluster autoscaler). Quilla reports that it differs and leaves it alone as long as it lies between min and max. Change `size.desired` in the spec to set it once more.',
  },
  'plan.ignored': {
    severity: 'note',
    summary: 'A field differs and is ignored',
    explanation:
      'The spec lists this field under `ignore`: somebody else owns it. Quilla says that it differs and does not touch it.',
  },
  'plan.failed-resource': {
    severity: 'warning',
    summary: 'A resource failed and is made again',
    explanation:
      'AWS reports that a resource of ours failed and will never be usable. The plan removes it and makes it again.',
  },
  'plan.stale': {
    severity: 'error',
    summary: 'The world moved since the plan was made',
    explanation:
      'What AWS has now would give another plan than the one that was saved or shown. Nothing of what differs was changed. Make a new plan, read it, and apply that.',
  },
  'plan.wrong-account': {
    severity: 'error',
    summary: 'The plan was made for another account or region',
    explanation:
      'A saved plan names the account and region that it was made for. The credentials in use belong to another one. Nothing was changed.',
  },
} as const satisfies CodeTable;
