import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { apiAnswers } from '../nodes/self-managed/quorum.ts';
import type { Turns } from '../turns.ts';
import { type Answer, answer } from './answer.ts';
import { listenToApiServers } from './api-server.ts';
import { userOf } from './authentication.ts';
import { certificateUser } from './client-certificate.ts';
import { reconcile } from './controllers/reconcile.ts';
import { protobufToJson } from './protobuf.ts';
import type { ApiRequest } from './request-info.ts';
import type { KubernetesState } from './state.ts';
import { unauthorized } from './status-error.ts';
import { Store } from './store.ts';
import { anonymous, type User } from './user.ts';

export interface ApiServerOptions {
  /** False opens no sockets: clusters have their endpoint's text all the same. */
  readonly listen?: boolean;
  /** Real time, for the signatures in tokens. */
  readonly wallNow?: () => number;
  /** Told of a port that cannot be opened; without it the error comes with the next `ready()`. */
  readonly onError?: (error: Error) => void;
}

/** The sockets of a world's API servers. */
export interface ApiServers {
  /** Resolves when every API server there is listens; rejects with the error of one that cannot. */
  ready(): Promise<void>;
  /** Ends all connections and sockets. */
  close(): Promise<void>;
}

/** Opens a socket on loopback for each API server of the world, and for each that comes; closes it when the cluster goes. */
export function startApiServers(turns: Turns, options: ApiServerOptions = {}): ApiServers {
  const sockets = new Map<KubernetesState, Socket>();
  if (options.listen === false) return { ready: async () => undefined, close: async () => undefined };
  // By port: an API server that is made anew gets the port of the one before it.
  const closing = new Map<number, Promise<void>>();
  const open = (state: KubernetesState): void => {
    const socket = openSocket(turns, state, { ...options, after: closing.get(state.port) ?? Promise.resolve() });
    socket.listening.catch((error: Error) => options.onError?.(error));
    sockets.set(state, socket);
  };
  const closed = (state: KubernetesState): Promise<void> => {
    const socket = sockets.get(state);
    sockets.delete(state);
    const ended = socket?.close() ?? Promise.resolve();
    closing.set(state.port, ended);
    return ended;
  };
  const renewed = (state: KubernetesState): void => sockets.get(state)?.renew();
  for (const region of Object.values(turns.world.regions)) Object.values(region.kubernetes).forEach(open);
  listenToApiServers(turns.world, { opened: open, renewed, closed: (state) => void closed(state) });
  return {
    ready: async () => void (await Promise.all([...sockets.values()].map(({ listening }) => listening))),
    close: async () => {
      listenToApiServers(turns.world, undefined);
      await Promise.all([...sockets.keys()].map(closed));
    },
  };
}

interface Socket {
  readonly listening: Promise<void>;
  /** Serves with the certificate that the state has now. */
  renew(): void;
  close(): Promise<void>;
}

/** With a CA for clients, a certificate is asked for and looked at when a request comes, as a kube-apiserver does. */
const certificatesOf = ({ serving, authority, selfManaged }: KubernetesState) => ({
  key: serving.key,
  cert: serving.certificate,
  ...(selfManaged === undefined ? {} : { requestCert: true, rejectUnauthorized: false, ca: authority.certificate }),
});

type SocketOptions = ApiServerOptions & { readonly after: Promise<void> };

function openSocket(turns: Turns, state: KubernetesState, options: SocketOptions): Socket {
  const server: Server = createServer(certificatesOf(state), (message, response) => {
    serve({ turns, state, options }, message, response).catch((error: unknown) => fail(response, error));
  });
  if (state.selfManaged !== undefined) refuseWithoutQuorum(turns, state, server);
  server.unref();
  const listening = options.after.then(() => listen(server, state));
  const close = async (): Promise<void> => {
    await listening.catch(() => undefined);
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { listening, close, renew: () => server.setSecureContext(certificatesOf(state)) };
}

/**
 * Another process may serve a cluster of the same name. EKS has told the endpoint with its port already; who reaches a self-managed
 * cluster asks for the port of its load balancer each time, so any free one will do.
 */
function listen(server: Server, state: KubernetesState): Promise<void> {
  const on = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.removeListener('error', reject);
        resolve();
      });
    });
  return on(state.port).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' || state.selfManaged === undefined) throw portError(state, error);
    await on(0);
    state.port = (server.address() as AddressInfo).port;
  });
}

/** Where no seat answers, connections end at once, those that are open too. */
function refuseWithoutQuorum(turns: Turns, state: KubernetesState, server: Server): void {
  const isDown = (): boolean => !apiAnswers(turns.at(state.region), state);
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    socket.once('close', () => {
      connections -= 1;
    });
    if (isDown()) socket.destroy();
  });
  const forget = turns.onTurn(() => {
    if (connections > 0 && isDown()) server.closeAllConnections();
  });
  server.on('close', forget);
}

function portError(state: KubernetesState, error: NodeJS.ErrnoException): Error {
  const why = error.code === 'EADDRINUSE' ? 'another program uses it' : error.message;
  return new Error(
    `the Kubernetes API of cluster ${state.name} cannot listen on 127.0.0.1:${state.port}: ${why}. ` +
      `Find it with \`ss -ltnp 'sport = :${state.port}'\` (macOS: \`lsof -i :${state.port}\`) and end it, or give the cluster another name: the port follows from it.`,
    { cause: error },
  );
}

interface Site {
  readonly turns: Turns;
  readonly state: KubernetesState;
  readonly options: ApiServerOptions;
}

async function serve(site: Site, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await requestOf(message);
  const { turns, state, options } = site;
  await turns.runDue();
  const turn = turns.at(state.region);
  if (!apiAnswers(turn, state)) {
    message.socket.destroy();
    return;
  }
  const store = new Store(turn, state);
  reconcile(store);
  const user = callerOf(store, request, {
    socket: message.socket as TLSSocket,
    wallNow: (options.wallNow ?? Date.now)(),
  });
  const result = user === undefined ? refusal() : answer(store, user, request);
  turns.taken();
  if (result.watch === undefined) send(response, result);
  else stream(response, result, Number(request.query.get('timeoutSeconds') ?? '0'));
}

interface Connection {
  readonly socket: TLSSocket;
  readonly wallNow: number;
}

/** EKS takes anonymous requests and refuses most by right; seats take them for the health paths only. */
const isOpen = (store: Store, path: string): boolean =>
  store.state.selfManaged === undefined || ['/healthz', '/livez', '/readyz'].includes(path);

/** By certificate first, then by token, as a kube-apiserver asks its authenticators. */
function callerOf(store: Store, { headers, path }: ApiRequest, { socket, wallNow }: Connection): User | undefined {
  const { authorization } = headers;
  const certified = store.state.selfManaged === undefined ? undefined : certificateUser(socket);
  if (certified !== undefined && certified !== 'refused') return certified;
  if (authorization === undefined) return certified === 'refused' || !isOpen(store, path) ? undefined : anonymous;
  const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
  return token === undefined ? undefined : userOf(store.turn, store.state, { token, wallNow });
}

const refusal = (): Answer => {
  const error = unauthorized();
  return { status: error.code, body: error.body() };
};

async function requestOf(message: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  const url = new URL(message.url ?? '/', 'https://127.0.0.1');
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );
  const sent = Buffer.concat(chunks);
  const json = headers['content-type']?.includes('protobuf') ? protobufToJson(sent) : undefined;
  const about = { method: message.method ?? 'GET', path: url.pathname, query: url.searchParams };
  return json === undefined
    ? { ...about, headers, body: sent.toString() }
    : { ...about, headers: { ...headers, 'content-type': 'application/json' }, body: json };
}

function send(response: ServerResponse, { status, headers, body, contentType = 'application/json' }: Answer): void {
  const text = typeof body === 'string' ? body : `${JSON.stringify(body)}\n`;
  response.writeHead(status, { ...headers, 'content-type': contentType, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** Writes watch events until the client goes or its timeout has passed; that one is of the connection, so in real time. */
function stream(response: ServerResponse, { watch, lastBookmark }: Answer, timeoutSeconds: number): void {
  response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
  response.flushHeaders();
  const write = (event: unknown): void => void response.write(`${JSON.stringify(event)}\n`);
  const stop = watch!.start((event) => {
    write(event);
    if (event.type === 'ERROR') response.end();
  });
  response.on('close', stop);
  if (timeoutSeconds <= 0) return;
  const timer = setTimeout(() => {
    if (lastBookmark !== undefined) write(lastBookmark());
    response.end();
  }, timeoutSeconds * 1000);
  timer.unref();
  response.on('close', () => clearTimeout(timer));
}

function fail(response: ServerResponse, error: unknown): void {
  const message = `the embedded Kubernetes API failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  if (response.headersSent) response.destroy();
  else
    send(response, {
      status: 500,
      body: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message,
        reason: 'InternalError',
        code: 500,
      },
    });
}
