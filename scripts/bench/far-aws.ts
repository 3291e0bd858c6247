import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An AWS behind a line that delays each answer, as one in a region far away. */
export interface FarAws {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Puts a server on loopback in front of another one; each answer begins `latency` milliseconds after the request. */
export async function farAws(endpoint: string, latency: number): Promise<FarAws> {
  const { hostname, port } = new URL(endpoint);
  const pass = (from: IncomingMessage, to: ServerResponse): void => {
    const onward = request({ hostname, port, method: from.method, path: from.url, headers: from.headers }, (answer) => {
      setTimeout(() => {
        to.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(to);
      }, latency);
    });
    onward.on('error', () => to.destroy());
    from.pipe(onward);
  };
  const server = createServer(pass);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
