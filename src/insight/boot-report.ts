/** How the boot of a machine ended, as it says in the tag `quilla.dev/boot` of its instance. */
export type BootReport =
  | { readonly outcome: 'ready'; readonly at: string }
  | { readonly outcome: 'failed'; readonly at: string; readonly step: string };

/** Reads `ready TIME` and `failed TIME STEP`; undefined where there is no such tag, or it says something else. */
export function bootReport(tag: string | undefined): BootReport | undefined {
  const [outcome, at, ...step] = (tag ?? '').split(' ');
  if (at === undefined || Number.isNaN(Date.parse(at))) return undefined;
  if (outcome === 'ready') return { outcome, at };
  return outcome === 'failed' ? { outcome, at, step: step.join(' ') || 'unknown' } : undefined;
}
