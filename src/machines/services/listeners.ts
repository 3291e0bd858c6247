import type { Socket as UdpSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import type { ChildRecords } from './child.ts';
import { namespaceIdentity } from './namespace-identity.ts';
import { closeSockets, type Opened, openSockets, type Place } from './sockets.ts';

/** What takes the connections and packets of a listener. */
export interface Serving {
  tcp(client: Socket, place: Place): void;
  udp?(socket: UdpSocket, place: Place): void;
  /** Ends the connections that it has. */
  close(): void;
}

/** Something that answers in a namespace. What it depends on is in its key: a listener with another key is another one. */
export interface Listener {
  readonly key: string;
  readonly namespace: string;
  readonly places: readonly Place[];
  readonly serve: () => Promise<Serving> | Serving;
}

export interface Listeners {
  /** Opens and closes sockets until just these listen. Throws with all that could not be opened; the rest is. */
  sync(wanted: readonly Listener[]): Promise<void>;
  close(): Promise<void>;
}

interface Running {
  readonly opened: readonly Opened[];
  readonly serving: Serving;
}

export function createListeners(records?: ChildRecords): Listeners {
  const running = new Map<string, Running>();
  const end = (key: string): void => {
    const own = running.get(key);
    running.delete(key);
    if (own === undefined) return;
    closeSockets(own.opened);
    own.serving.close();
  };
  const sync = async (wanted: readonly Listener[]): Promise<void> => {
    const byKey = new Map(wanted.map((one) => [`${namespaceIdentity(one.namespace)} ${one.key}`, one]));
    for (const key of [...running.keys()]) if (!byKey.has(key)) end(key);
    const missing = [...byKey].filter(([key]) => !running.has(key));
    const groups = Map.groupBy(missing, ([, { namespace }]) => namespace);
    const results = await Promise.allSettled(
      [...groups].map(([namespace, rows]) => open(namespace, rows, { running, records })),
    );
    const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
    if (failed.length > 0) throw new AggregateError(failed, failed.map(({ message }) => message).join('\n'));
  };
  return {
    sync,
    async close() {
      for (const key of [...running.keys()]) end(key);
    },
  };
}

type Rows = readonly (readonly [string, Listener])[];

interface Into {
  readonly running: Map<string, Running>;
  readonly records: ChildRecords | undefined;
}

/** All that is missing in one namespace, by one process. */
async function open(namespace: string, rows: Rows, { running, records }: Into): Promise<void> {
  const places = rows.flatMap(([, listener]) => listener.places);
  const opened = await openSockets(places, { namespace, ...(records && { records }) });
  let at = 0;
  for (const [key, listener] of rows) {
    const own = opened.slice(at, at + listener.places.length);
    at += listener.places.length;
    const serving = await listener.serve();
    running.set(key, { opened: own, serving });
    for (const [index, each] of own.entries()) attach(each, serving, listener.places[index]!);
  }
}

function attach(opened: Opened, serving: Serving, place: Place): void {
  if (opened.protocol === 'udp') {
    serving.udp?.(opened.socket, place);
    return;
  }
  opened.server.on('connection', (client) => serving.tcp(client, place));
  opened.server.on('error', () => undefined);
}
