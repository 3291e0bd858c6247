const telling =
  /x509|unauthorized|forbidden|denied|timeout|timed out|no such host|refused|failed|error|not found|invalid/i;

/** What the boot script of a self-managed machine says of itself: everything but the names of its steps. */
const ofScript = /\bquilla: (?!STEP |ready$)/;
/** That a step failed tells nothing where its reason stands beside it. */
const onlyFailed = /\bquilla: step (\S+) failed; it is tried again$/;
const beginsStep = /\bquilla: STEP (\S+)$/;

/** A seat whose data is gone: it starts no etcd of its own, and joins the others while they have quorum. */
const withoutData = /\bquilla: .*(?:has started before|data of the only seat is lost)/;

/** Whether a seat says that it has started before and its data is not there. */
export const saysDataLost = (console: string | undefined): boolean =>
  linesOf(console).some((line) => withoutData.test(line));

/** A line of a console without the time since the start and the process that wrote it. */
const bare = (line: string): string => line.trim().replace(/^\[\s*[\d.]+\]\s*(?:cloud-init\[\d+\]:\s*)?/, '');

const linesOf = (console: string | undefined): readonly string[] => (console ?? '').split('\n').map(bare);

/** The last telling lines of a console, each once. */
export function tellingLines(console: string | undefined): readonly string[] {
  const lines = [...new Set(linesOf(console).filter((line) => telling.test(line) || ofScript.test(line)))];
  const reasons = lines.filter((line) => !onlyFailed.test(line));
  return (reasons.length > 0 ? reasons : lines).slice(-3);
}

/**
 * The step at which the boot script of a machine fails, as its console says: for machines that cannot tell it in their tag. The script
 * begins anew after a failure, so a step counts as overcome when one begins that was never reached before.
 */
export function failingStep(console: string | undefined): string | undefined {
  const reached = new Set<string>();
  let failing: string | undefined;
  for (const line of linesOf(console)) {
    const begun = beginsStep.exec(line)?.[1];
    if (begun !== undefined && !reached.has(begun)) failing = undefined;
    if (begun !== undefined) reached.add(begun);
    failing = onlyFailed.exec(line)?.[1] ?? failing;
  }
  return failing;
}
