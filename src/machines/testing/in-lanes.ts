/** Runs what it is given as soon as fewer than `count` others run, in the order of the calls. */
export function inLanes(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const lanes: Promise<unknown>[] = Array.from({ length: count }, () => Promise.resolve());
  let turn: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const { promise, resolve } = Promise.withResolvers<T>();
    turn = turn.then(async () => {
      const free = await Promise.race(lanes.map((ended, lane) => ended.then(() => lane)));
      const run = work();
      lanes[free] = run.catch(() => undefined);
      resolve(run);
    });
    return promise;
  };
}
