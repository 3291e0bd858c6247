import { Agent, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { pipeline } from 'node:stream';
import { newKey } from '../../adapters/keys/certificates.ts';
import { type Authority, createServerContexts, serverCertificate } from './authority.ts';

export type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * An HTTPS server without a socket: connections are given to it by `emit('connection', …)`. It has a certificate of the authority for
 * each name that a client asks for, and for `address` where it asks for none.
 */
export async function httpsServer(authority: Authority, address: string, handle: Handle): Promise<Server> {
  const key = await newKey();
  const contexts = createServerContexts(authority);
  const server = createServer(
    { key, cert: await serverCertificate(authority, address, key), SNICallback: contexts.bySni },
    handle,
  );
  // A large body takes what it takes.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 600_000;
  return server;
}

const ofConnection = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade']);

/** Headers as they came, in their order and case, without those that are about one connection. */
function passedOn(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    if (!ofConnection.has(raw[at]!.toLowerCase())) kept.push(raw[at]!, raw[at + 1]!);
  }
  return kept;
}

/** Passes requests to the embedded AWS just as they came, the Host too, so that signatures stay right; bodies are streamed. */
export function passToAws(endpoint: string): { readonly handle: Handle; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const { hostname, port } = new URL(endpoint);
  const handle: Handle = (request, response) => {
    const { method, url: path = '/', rawHeaders } = request;
    // What stands for metadata and the like beside AWS's calls is for this process only.
    if (path.startsWith('/_embedded')) return void response.writeHead(404).end();
    const onward = ask({ hostname, port, method, path, agent, headers: passedOn(rawHeaders) as never });
    onward.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, passedOn(answer.rawHeaders));
      pipeline(answer, response, () => undefined);
    });
    pipeline(request, onward, (error) => {
      if (error !== undefined && error !== null) fail(response);
    });
    response.once('close', () => !response.writableFinished && onward.destroy());
  };
  return { handle, close: () => agent.destroy() };
}

/** AWS's clients try again after a 503. */
function fail(response: ServerResponse): void {
  if (response.headersSent || response.destroyed) response.destroy();
  else response.writeHead(503, { 'content-type': 'text/plain' }).end('the embedded AWS does not answer\n');
}
