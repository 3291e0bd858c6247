import type { AwsError, Handlers } from '../call.ts';

/** A request whose required members are there. */
// biome-ignore lint/complexity/noBannedTypes: {} extends Pick<T, K> is how optional members are told from required ones
export type Given<T> = { [K in keyof T]: {} extends Pick<T, K> ? T[K] : Exclude<T[K], undefined> };

/** The members that the SDK's schema of an operation's input requires: its sixth field counts them, and they come first. */
function requiredMembers(operation: unknown): readonly string[] {
  const input = (operation as readonly unknown[] | undefined)?.[4];
  const shape = (typeof input === 'function' ? input() : input) as readonly unknown[] | undefined;
  const [names, count] = [shape?.[4], shape?.[6]];
  return Array.isArray(names) && typeof count === 'number' ? (names as string[]).slice(0, count) : [];
}

/** Handlers that answer a request without a required member with the service's own error. */
export function withRequiredMembers(
  schemas: Readonly<Record<string, unknown>>,
  handlers: Handlers,
  missing: (member: string) => AwsError,
): Handlers {
  const guarded = Object.entries(handlers).map(([operation, handler]): [string, Handlers[string]] => {
    const required = requiredMembers(schemas[operation]);
    const guard: Handlers[string] = (input: Readonly<Record<string, unknown>>, call) => {
      const absent = required.find((member) => input[member] === undefined || input[member] === null);
      if (absent !== undefined) throw missing(absent);
      return handler(input, call);
    };
    return [operation, guard];
  });
  return Object.fromEntries(guarded);
}
