/** One thing that a judge looked at. */
export interface Verdict {
  readonly what: string;
  readonly isOk: boolean;
  /** Figures, or what is wrong. */
  readonly detail: string;
}

/** Prints verdicts as they come and counts them. */
export function bench(): { say(verdict: Verdict): void; close(): void } {
  const counts = { passed: 0, failed: 0 };
  return {
    say({ what, isOk, detail }) {
      counts[isOk ? 'passed' : 'failed'] += 1;
      console.log(`${isOk ? 'ok    ' : 'FAILED'} ${what}${detail === '' ? '' : `: ${detail}`}`);
    },
    close() {
      console.log(`${counts.passed} passed, ${counts.failed} failed`);
      if (counts.failed > 0) process.exitCode = 1;
    },
  };
}

/** A judge whose program is not there says so in one line and passes. */
export const skip = (judge: string, because: string): void => console.log(`skipped: ${judge}: ${because}`);
