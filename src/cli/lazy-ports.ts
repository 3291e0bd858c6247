import type { Connection } from '../adapters/aws/connection.ts';
import type { AwsToOperate } from '../app/index.ts';
import type { Clock } from '../base/clock.ts';

type Lazy = Pick<AwsToOperate, 'store' | 'storeWriter' | 'issuer' | 'machines' | 'publisher' | 'resolver'>;

/** Whether calls go to the AWS that comes inside: what is not AWS then comes from there too. */
const isOfHere = (url: string | undefined): url is string => url !== undefined && new URL(url).hostname === '127.0.0.1';

/** Ports that most verbs never ask: their adapters, and the libraries behind them, are loaded with the first question. */
export function lazyPorts(connection: Connection, url: string | undefined): Lazy {
  const { clock } = connection;
  const embedded = isOfHere(url) ? url.replace(/\/$/, '') : undefined;
  const publishers = embedded === undefined ? undefined : `${embedded}/_embedded/publishers`;
  return {
    store: lazily(undefined, ['facts', 'list', 'deleted', 'read'], async () =>
      (await import('../adapters/aws/store.ts')).storeReader(connection),
    ),
    storeWriter: lazily(undefined, ['recover', 'write', 'remove'], async () =>
      (await import('../adapters/aws/store.ts')).storeWriter(connection),
    ),
    issuer: lazily(undefined, ['adminCertificate'], async () =>
      (await import('../adapters/keys/issuer.ts')).certificateIssuer(connection),
    ),
    machines: lazily(undefined, ['online', 'run'], async () =>
      (await import('../adapters/aws/machines.ts')).machines(connection),
    ),
    publisher: lazily(clock, ['digests'], async () =>
      (await import('../adapters/publisher.ts')).publisher({ baseUrl: publishers }),
    ),
    resolver: lazily(clock, ['nameServers'], async () =>
      (await import('../adapters/resolver.ts')).resolver({ embeddedUrl: embedded }),
    ),
  };
}

/**
 * A port of these methods; each call loads the adapter. What is no AWS is work in flight on the clock; calls of AWS say so themselves, and
 * sleep on the clock between two tries, which work in flight would keep from ever ending.
 */
function lazily<T extends object>(
  clock: Clock | undefined,
  methods: readonly (keyof T & string)[],
  load: () => Promise<T>,
): T {
  const call =
    (method: keyof T & string) =>
    (...given: readonly unknown[]): Promise<unknown> => {
      const work = async (): Promise<unknown> => {
        const port = (await load()) as Record<string, (...given: readonly unknown[]) => Promise<unknown>>;
        return port[method]!(...given);
      };
      return clock === undefined ? work() : clock.busy(work);
    };
  return Object.fromEntries(methods.map((method) => [method, call(method)])) as T;
}
