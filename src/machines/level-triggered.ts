import type { Duration } from '../base/duration.ts';

/** Work that makes the world as it should be, again whenever something may have changed. */
export interface LevelTriggered {
  /** Something may have changed: the work runs once more after what runs now. */
  wake(): void;
  /** Resolves when a run that began after this call has ended well. */
  settled(): Promise<void>;
  /** No further run begins; resolves when the last one has ended. */
  stop(): Promise<void>;
}

/** Runs `work` never twice at once, and again after `retry` where it failed; `onError` is told of each failure. */
export function levelTriggered(given: {
  readonly work: () => Promise<void>;
  readonly retry: Duration;
  readonly onError: (error: Error) => void;
}): LevelTriggered {
  let [asked, stopped] = [false, false];
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let waiting: (() => void)[] = [];

  const once = async (): Promise<void> => {
    const served = waiting;
    waiting = [];
    asked = false;
    try {
      await given.work();
      for (const done of served) done();
    } catch (error) {
      waiting.push(...served);
      given.onError(error as Error);
      if (!stopped) timer = setTimeout(wake, given.retry.ms);
    }
  };
  const loop = async (): Promise<void> => {
    while (asked && !stopped) await once();
    running = undefined;
  };
  const wake = (): void => {
    asked = true;
    clearTimeout(timer);
    if (!stopped) running ??= loop();
  };
  return {
    wake,
    settled: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        wake();
      }),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
      for (const done of waiting.splice(0)) done();
    },
  };
}
