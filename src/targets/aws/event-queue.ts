/** A queue between one that tells and one that listens: what is pushed comes out in order, until it is closed or fails. */
export function eventQueue<T>(): {
  push(item: T): void;
  close(): void;
  fail(error: unknown): void;
  readonly events: AsyncGenerator<T, void>;
} {
  const items: T[] = [];
  let end: { readonly error?: unknown } | undefined;
  let wake: () => void = () => {};
  const tell = (): void => wake();
  async function* events(): AsyncGenerator<T, void> {
    for (;;) {
      while (items.length > 0) yield items.shift()!;
      if (end !== undefined) {
        if ('error' in end) throw end.error;
        return;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  return {
    push: (item) => {
      items.push(item);
      tell();
    },
    close: () => {
      end ??= {};
      tell();
    },
    fail: (error) => {
      end ??= { error };
      tell();
    },
    events: events(),
  };
}
