import type { Socket as UdpSocket } from 'node:dgram';
import type { Server } from 'node:net';
import { type Duration, seconds } from '../../base/duration.ts';
import { type Child, type ChildRecords, startChild } from './child.ts';

/** Where to listen. IPv4; port 0 is any free one. */
export interface Place {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
}

/** What the opener sends, each `open` with its socket. */
export type OpenerMessage =
  | { readonly kind: 'open'; readonly index: number }
  | { readonly kind: 'failed'; readonly index: number; readonly code: string; readonly message: string };

/** Bound sockets, in the order in which they were asked for; each belongs to the namespace it was made in. */
export type Opened =
  | { readonly protocol: 'tcp'; readonly server: Server }
  | { readonly protocol: 'udp'; readonly socket: UdpSocket };

export interface OpenOptions {
  /** Name of `ip netns`; undefined for the namespace of this process. */
  readonly namespace: string | undefined;
  readonly records?: ChildRecords;
  /** After it the opening fails. Default: 20 seconds. */
  readonly deadline?: Duration;
}

/** Sockets could not be opened in a namespace. */
export class SocketsRefused extends Error {
  override readonly name = 'SocketsRefused';
  /** The operating system's word (`EADDRNOTAVAIL`), where there is one. */
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Opens listening sockets inside of a network namespace and hands them to this process, which itself cannot enter it: a socket
 * stays in the namespace in which it was made, whoever holds it. All are opened, or none. Throws SocketsRefused where the namespace or
 * an address is not there.
 */
export async function openSockets(places: readonly Place[], options: OpenOptions): Promise<readonly Opened[]> {
  if (places.length === 0) return [];
  const child = startChild({ script: 'socket-opener.ts', namespace: options.namespace, records: options.records });
  const opened: Opened[] = [];
  try {
    await receive(child, { places, opened, ...options });
    return opened;
  } catch (error) {
    closeSockets(opened);
    throw error;
  } finally {
    if (child.process.connected) child.process.disconnect();
  }
}

/** Closes what was opened; connections that were taken live on. */
export function closeSockets(opened: readonly Opened[]): void {
  for (const each of opened) {
    if (each?.protocol === 'tcp') each.server.close();
    else each?.socket.close();
  }
}

interface Asked extends OpenOptions {
  readonly places: readonly Place[];
  readonly opened: Opened[];
}

function receive(child: Child, { places, opened, namespace, deadline = seconds(20) }: Asked): Promise<void> {
  const where = namespace === undefined ? 'this network namespace' : `the network namespace ${namespace}`;
  return new Promise((resolve, reject) => {
    let left = places.length;
    const fail = (why: string, code?: string): void =>
      reject(new SocketsRefused(`no sockets in ${where}: ${why}`, code));
    const timer = setTimeout(() => fail(`not opened within ${deadline.ms / 1000} s`), deadline.ms);
    const { process: own } = child;
    own.on('message', (message: OpenerMessage, handle) => {
      const place = places[message.index]!;
      if (message.kind === 'failed') return fail(failureOf(place, message), message.code);
      opened[message.index] =
        place.protocol === 'tcp'
          ? { protocol: 'tcp', server: handle as Server }
          : { protocol: 'udp', socket: handle as UdpSocket };
      left -= 1;
      if (left === 0) resolve();
    });
    own.once('error', (error) => fail(`${error.message}; is iproute2 installed?`));
    own.once('close', (code) => fail(child.said() || `the opener ended with code ${code}`));
    own.once('close', () => clearTimeout(timer));
    // A program that ended before it could read has told why, which comes with its end.
    own.send({ places }, () => undefined);
  });
}

function failureOf({ protocol, address, port }: Place, { code, message }: { code: string; message: string }): string {
  const place = `${protocol} ${address}:${port}`;
  if (code === 'EADDRNOTAVAIL') return `${place}: no interface there has this address`;
  if (code === 'EADDRINUSE') return `${place}: something listens there already`;
  return `${place}: ${message}`;
}
