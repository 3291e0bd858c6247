import { connect, createServer, type Server, type Socket } from 'node:net';
import { type Duration, seconds } from '../../base/duration.ts';

/** Where a connection goes on to. */
export interface Onward {
  /** By what connections to one target are found again. */
  readonly key: string;
  readonly address: string;
  readonly port: number;
  /** Own address to connect from; undefined leaves it to the kernel. */
  readonly from: string | undefined;
}

/** Where clients connect to. */
export interface Door {
  readonly address: string;
  readonly port: number;
}

export interface ProxyOptions {
  /** Chooses the target of a new connection; undefined where there is none: the client is reset. */
  readonly choose: (door: Door) => Onward | undefined;
  /** Connections without traffic end after it. Default: 350 seconds, as network load balancers have it. */
  readonly idle?: Duration;
  /** How long a target may take to accept. Default: 10 seconds. */
  readonly accept?: Duration;
  /** Told what cannot be listened at, each time it is tried. */
  readonly trouble?: (door: Door, error: Error) => void;
}

export interface Proxy {
  /** Listens there and nowhere else. What fails is tried again and again. */
  listenAt(doors: readonly Door[]): void;
  /** Resolves when each door has been tried once. */
  settled(): Promise<void>;
  /** Sends a client on as if it had come to a door. */
  take(client: Socket, door: Door): void;
  /** Resets the connections whose target is not to be kept. */
  endUnless(keep: (key: string) => boolean): void;
  close(): void;
}

const doorKey = ({ address, port }: Door): string => `${address}:${port}`;
const tryAgain = seconds(1);

/**
 * A TCP proxy: each connection is taken, a second one is opened to a target, and bytes go both ways as fast as the slower side reads. An
 * end in one direction is passed on and leaves the other open; a reset is passed on as one.
 */
export function createProxy(options: ProxyOptions): Proxy {
  const { idle = seconds(350), accept = seconds(10) } = options;
  const doors = new Map<string, OpenDoor>();
  const open = new Map<() => void, string>();
  const take = (client: Socket, door: Door): void => {
    client.on('error', () => undefined);
    const onward = options.choose(door);
    if (onward === undefined) return void client.resetAndDestroy();
    const reset = join(client, onward, { idle, accept });
    open.set(reset, onward.key);
    client.once('close', () => open.delete(reset));
  };
  return {
    listenAt(wanted) {
      const keys = new Set(wanted.map(doorKey));
      for (const [key, door] of doors) {
        if (keys.has(key)) continue;
        door.close();
        doors.delete(key);
      }
      for (const door of wanted)
        if (!doors.has(doorKey(door))) doors.set(doorKey(door), openDoor(door, { take, trouble: options.trouble }));
    },
    async settled() {
      await Promise.all([...doors.values()].map(({ tried }) => tried));
    },
    take,
    endUnless(keep) {
      for (const [reset, key] of [...open]) if (!keep(key)) reset();
    },
    close() {
      for (const door of doors.values()) door.close();
      doors.clear();
      for (const reset of [...open.keys()]) reset();
    },
  };
}

interface OpenDoor {
  readonly tried: Promise<void>;
  close(): void;
}

interface Taking {
  readonly take: Proxy['take'];
  readonly trouble: ProxyOptions['trouble'];
}

/** Listens, and tries again where the address is not there yet. */
function openDoor(door: Door, { take, trouble }: Taking): OpenDoor {
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true });
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const listen = (): void => void server.listen({ host: door.address, port: door.port, backlog: 511 });
  server.on('connection', (client) => take(client, door));
  const tried = new Promise<void>((resolve) => {
    server.on('listening', resolve);
    server.on('error', (error) => {
      trouble?.(door, error);
      if (!closed) timer = setTimeout(listen, tryAgain.ms);
      resolve();
    });
  });
  listen();
  const close = (): void => {
    closed = true;
    clearTimeout(timer);
    server.close();
  };
  return { tried, close };
}

type Times = Required<Pick<ProxyOptions, 'idle' | 'accept'>>;

/** Joins a client to its target; the result resets both. */
function join(client: Socket, { address, port, from }: Onward, { idle, accept }: Times): () => void {
  const own = from === undefined ? {} : { localAddress: from };
  const target = connect({ host: address, port, allowHalfOpen: true, noDelay: true, ...own });
  const reset = (): void => {
    client.resetAndDestroy();
    // What is still connecting has nobody to be reset.
    if (target.connecting) target.destroy();
    else target.resetAndDestroy();
  };
  target.setTimeout(accept.ms, reset);
  for (const [one, other] of [
    [client, target],
    [target, client],
  ] as const) {
    one.once('error', reset);
    // What closes without having ended must not leave the other side open; what has ended leaves it to write out the rest.
    one.once('close', () => !other.writableEnded && reset());
  }
  target.once('connect', () => {
    target.removeAllListeners('timeout');
    for (const one of [client, target]) one.setTimeout(idle.ms, reset);
    client.pipe(target);
    target.pipe(client);
  });
  return reset;
}
