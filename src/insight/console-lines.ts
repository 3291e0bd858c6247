const telling =
  /x509|unauthorized|forbidden|denied|timeout|timed out|no such host|refused|failed|error|not found|invalid/i;

/** What the boot script of a self-managed machine says of itself: everything but the names of its steps. */
const ofScript = /\bquilla: (?!STEP |ready$)/;
/** That a step failed tells nothing where its reason stands beside it. */
const onlyFailed = /\bquilla: step (\S+) failed; it is tried again$/;
const beginsStep = /\bquilla: STEP (\S+)$/;
/** EC2 does not give a seat what is its own: the step asks for minutes before it fails. */
const refused = /\bquilla: (?:volume|interface) \S+ could not be attached: /;
/** A step waits for what comes about by itself. */
const waits = /\bquilla: waiting: /;

/** A seat whose data is gone: it starts no etcd of its own, and joins the others while they have quorum. */
const withoutData = /\bquilla: .*(?:has started before|data of the only seat is lost)/;

/** Whether a seat says that it has started before and its data is not there. */
export const saysDataLost = (console: string | undefined): boolean =>
  linesOf(console).some((line) => withoutData.test(line));

/** Colours, which systemd gives its own lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const colour = /\u001b\[[\d;]*m/g;

/** A line of a console without the time since the start and the process that wrote it: `cloud-init`, or `boot`, the script's own unit. */
const bare = (line: string): string =>
  line
    .replace(colour, '')
    .trim()
    .replace(/^\[\s*[\d.]+\]\s*(?:(?:cloud-init|boot)\[\d+\]:\s*)?/, '');

/** What systemd says of the unit of the boot, whose name it shortens: that it failed, which the script says itself, with the reason. */
const ofUnit = /\bquilla-boot\.service\b| Makes this machine a node/;

const linesOf = (console: string | undefined): readonly string[] =>
  (console ?? '')
    .split('\n')
    .map(bare)
    .filter((line) => !ofUnit.test(line));

/** The last telling lines of a console, each once. */
export function tellingLines(console: string | undefined): readonly string[] {
  const found = linesOf(console).filter((line) => telling.test(line) || ofScript.test(line));
  const lines = found.filter((line, i) => found.lastIndexOf(line) === i);
  const reasons = lines.filter((line) => !onlyFailed.test(line));
  return (reasons.length > 0 ? reasons : lines).slice(-3);
}

/**
 * The step at which the boot script of a machine fails, as its console says: for machines that cannot tell it in their tag. The script
 * begins anew after a failure, so a step counts as overcome when one begins that was never reached before. A refusal of EC2 is a failure,
 * too, until the step waits for something else.
 */
export function failingStep(console: string | undefined): string | undefined {
  const reached = new Set<string>();
  let [current, failing, refusing]: (string | undefined)[] = [];
  for (const line of linesOf(console)) {
    const begun = beginsStep.exec(line)?.[1];
    if (begun !== undefined) {
      if (!reached.has(begun)) failing = undefined;
      reached.add(begun);
      current = begun;
    }
    failing = onlyFailed.exec(line)?.[1] ?? failing;
    if (begun !== undefined || waits.test(line)) refusing = undefined;
    if (refused.test(line)) refusing = current;
  }
  return failing ?? refusing;
}

/**
 * Whether a console shows that the script came beyond a step that failed once: the tag of an instance tells of a failure until the boot
 * ends or fails again.
 */
export function isOvercome(console: string | undefined, step: string): boolean {
  const lines = linesOf(console);
  const failed = lines.findLastIndex((line) => onlyFailed.exec(line)?.[1] === step);
  const begun = (some: readonly string[]): readonly string[] =>
    some.flatMap((line) => beginsStep.exec(line)?.[1] ?? []);
  const before = new Set(begun(lines.slice(0, Math.max(failed, 0))));
  return failed >= 0 && begun(lines.slice(failed)).some((next) => !before.has(next));
}
