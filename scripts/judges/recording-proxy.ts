import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type NamedOperation, nameOperation } from './name-operation.ts';
import { plainBody } from './plain-body.ts';

/** One call of AWS as it went over the wire, with what is needed to make it again. */
export interface RecordedCall extends NamedOperation {
  /** Milliseconds of wall time since the recording began. */
  readonly at: number;
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** base64 */
  readonly body: string;
  readonly status: number;
  readonly answerHeaders: Readonly<Record<string, string>>;
  /** base64 */
  readonly answer: string;
}

export interface RecordingProxy {
  /** What programs are given instead of the AWS behind it. */
  readonly endpoint: string;
  /** Every call of AWS that was answered, in the order in which they came. */
  readonly calls: readonly RecordedCall[];
  close(): Promise<void>;
}

/** An answer to what is no call of AWS; undefined lets the request through. */
export type Beside = (path: string, query: URLSearchParams) => Promise<{ status: number; body: string } | undefined>;

export interface ProxyOptions {
  readonly upstream: string;
  readonly port?: number;
  readonly beside?: Beside;
  /** Told of each call when it is answered. */
  readonly onCall?: (call: RecordedCall) => void;
}

/** Headers that say something about the request itself; the others are the client's or are made anew for each signature. */
const kept =
  /^(content-type|x-amz-(?!date$|content-sha256$|security-token$|checksum|sdk-checksum|trailer$|decoded).*|if-(none-)?match|range)$/;
const keptOfAnswer = /^(content-type|etag|location|x-amz(n|-).*)$/;

const onlyMatching = (headers: IncomingMessage['headers'], pattern: RegExp): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (pattern.test(name) ? [[name, String(value)]] : [])),
  );

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Whether the signature covers a header: the AWS SDK for Go signs `accept-encoding` of calls of S3. */
const isSigned = (name: string, { headers }: IncomingMessage): boolean =>
  new RegExp(`SignedHeaders=(?:[^,]*;)?${name}[;,]`).test(headers.authorization ?? '');

/** The request to the AWS behind, word for word but for compression: a signature covers the host that the client named. */
function forward(upstream: string, message: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  const { hostname, port } = new URL(upstream);
  const ours = /^(accept-encoding|connection|expect|transfer-encoding)$/;
  const headers = Object.fromEntries(
    Object.entries(message.headers).filter(([name]) => !ours.test(name) || isSigned(name, message)),
  );
  return new Promise((resolve, reject) => {
    const { method, url: path } = message;
    const given = body.length > 0 || headers['content-length'] !== undefined ? { 'content-length': body.length } : {};
    send({ hostname, port, method, path, agent: false, headers: { ...headers, ...given } }, resolve)
      .once('error', reject)
      .end(body);
  });
}

/** Listens on loopback, passes every request on, and keeps what both sides said. */
export async function startRecordingProxy({
  upstream,
  port = 0,
  beside,
  onCall,
}: ProxyOptions): Promise<RecordingProxy> {
  const begun = Date.now();
  const calls: RecordedCall[] = [];
  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = Date.now() - begun;
    const target = message.url ?? '/';
    const body = await bodyOf(message);
    const { pathname, searchParams } = new URL(target, upstream);
    const other = await beside?.(pathname, searchParams);
    if (other !== undefined) return void response.writeHead(other.status).end(other.body);
    const answer = await forward(upstream, message, body);
    const said = await bodyOf(answer);
    if (!pathname.startsWith('/_embedded/')) {
      const given = { method: message.method ?? 'GET', target, headers: message.headers, body };
      const call: RecordedCall = {
        at,
        ...(await nameOperation(given)),
        method: given.method,
        target,
        headers: onlyMatching(message.headers, kept),
        body: plainBody(message.headers, body).toString('base64'),
        status: answer.statusCode ?? 0,
        answerHeaders: onlyMatching(answer.headers, keptOfAnswer),
        answer: said.toString('base64'),
      };
      calls.push(call);
      onCall?.(call);
    }
    const { connection: _, 'transfer-encoding': __, ...rest } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, rest).end(said);
  };
  const server = createServer((message, response) => {
    serve(message, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() {
      return [...calls].sort((a, b) => a.at - b.at);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
