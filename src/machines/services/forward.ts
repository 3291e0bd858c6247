import type { Socket } from 'node:net';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** Where something can be reached on this host, or why it cannot. */
export type Reached = { readonly host: string; readonly port: number } | { readonly why: string };

export interface ForwardsOptions {
  /** The load balancer that a name leads to now, if it has a listener at the port; else why not. */
  readonly find: (host: string, port: number) => { readonly arn: string } | { readonly why: string };
  /** Has a connection go on inside; a text says why it does not. */
  readonly take: (arn: string, port: number, client: Socket) => string | undefined;
}

export interface Forwards {
  /** A listener on 127.0.0.1: the same for the same name and port, as long as this lives. */
  forward(host: string, port: number): Promise<Reached>;
  close(): Promise<void>;
}

export function createForwards({ find, take }: ForwardsOptions): Forwards {
  const listeners = new Map<string, Promise<Server>>();
  const listen = (host: string, port: number): Promise<Server> => {
    const { promise, resolve, reject } = Promise.withResolvers<Server>();
    // Nothing is read here: the other process reads what the client sends.
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (client) => {
      client.on('error', () => undefined);
      const found = find(host, port);
      if ('why' in found || take(found.arn, port, client) !== undefined) client.resetAndDestroy();
    });
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
    return promise;
  };
  return {
    async forward(host, port) {
      const found = find(host, port);
      if ('why' in found) return found;
      const key = `${host.toLowerCase().replace(/\.$/, '')}:${port}`;
      const listening = listeners.get(key) ?? listen(host, port);
      listeners.set(key, listening);
      return { host: '127.0.0.1', port: ((await listening).address() as AddressInfo).port };
    },
    async close() {
      const servers = await Promise.allSettled(listeners.values());
      listeners.clear();
      for (const each of servers) if (each.status === 'fulfilled') each.value.close();
    },
  };
}
