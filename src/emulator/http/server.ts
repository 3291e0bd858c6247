import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { readRequest, type WireRequest, type WireResponse } from './request.ts';

/** What becomes of a request: an answer, or a connection that is cut. */
export type Outcome = WireResponse | 'cut';

export interface ServerOptions {
  readonly port: number;
  readonly clock: Clock;
  readonly answer: (request: WireRequest) => Promise<Outcome>;
}

export interface Server {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Listens on loopback only. Each request is work that the clock waits for. */
export async function startServer({ port, clock, answer }: ServerOptions): Promise<Server> {
  const server = createServer((message, response) => {
    void clock.busy(() => serve(message, response, answer));
  });
  // Clients of the SDK keep connections for long; closing an idle one would race with their next request.
  server.keepAliveTimeout = 600_000;
  server.headersTimeout = 610_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { endpoint: `http://127.0.0.1:${actual}`, close };
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  answer: ServerOptions['answer'],
): Promise<void> {
  try {
    const outcome = await answer(await readRequest(message));
    if (outcome === 'cut') message.socket.destroy();
    else await send(response, outcome, message.method === 'HEAD');
  } catch (error) {
    // A caller that went away is no fault of ours; anything else is, and the caller is told which.
    if (response.destroyed || message.socket.destroyed) return;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    await send(response, { status: 500, headers: { 'content-type': 'text/plain' }, body: text }, false);
  }
}

function send(response: ServerResponse, { status, headers, body }: WireResponse, head: boolean): Promise<void> {
  const length = Buffer.byteLength(body);
  const framed =
    status === 204 || status === 304 || headers['content-length'] !== undefined
      ? {}
      : { 'content-length': String(length) };
  response.writeHead(status, { ...headers, ...framed });
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.end(head || status === 204 || status === 304 ? undefined : body, () => resolve());
  });
}
