import { request as send } from 'node:http';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../given-cluster.ts';
import type { RecordedCall } from '../recording-proxy.ts';
import { Names } from './names.ts';
import { parseAnswer } from './parse-answer.ts';
import type { Recording } from './recording.ts';

/** An AWS that a recording is played to. */
export interface PlayedAws {
  readonly endpoint: string;
  readonly credentials: Credentials;
  /** Waits until so many milliseconds of its clock have passed since the recording began. */
  until?(ms: number): Promise<void>;
}

export interface PlayedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Played {
  readonly answers: readonly PlayedAnswer[];
  readonly names: Names;
}

const isForm = ({ headers }: RecordedCall): boolean =>
  (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');

/** User data is base64 within a form: names stand in what it holds. */
function formIn(text: string, names: Names): string {
  return text
    .split('&')
    .map((pair) => {
      const [name = '', value = ''] = pair.split('=', 2);
      if (!name.endsWith('UserData')) return `${name}=${names.to(value)}`;
      const held = Buffer.from(decodeURIComponent(value), 'base64').toString('latin1');
      return `${name}=${encodeURIComponent(Buffer.from(names.to(held), 'latin1').toString('base64'))}`;
    })
    .join('&');
}

function bodyFor(call: RecordedCall, names: Names): Buffer {
  const body = Buffer.from(call.body, 'base64');
  const text = body.toString('latin1');
  return Buffer.from(isForm(call) ? formIn(text, names) : names.to(text), 'latin1');
}

async function signed(call: RecordedCall, { endpoint, credentials }: PlayedAws, names: Names) {
  const { hostname, port, host } = new URL(endpoint);
  const body = bodyFor(call, names);
  const [path = '/', query = ''] = names.to(call.target).split('?', 2);
  const signer = new SignatureV4({
    credentials,
    region: call.region,
    service: call.service,
    sha256: Sha256,
    uriEscapePath: call.service !== 's3',
    applyChecksum: true,
  });
  const request = {
    method: call.method,
    protocol: 'http:',
    hostname,
    port: Number(port),
    path,
    query: queryOf(query),
    headers: { ...Object.fromEntries(Object.entries(call.headers).map(([k, v]) => [k, names.to(v)])), host },
    body: new Uint8Array(body),
  };
  const { headers } = await signer.sign(request);
  return { body, headers, hostname, port, path: query === '' ? path : `${path}?${query}` };
}

function queryOf(query: string): Record<string, string[]> {
  const values = Map.groupBy(new URLSearchParams(query), ([name]) => name);
  return Object.fromEntries([...values].map(([name, pairs]) => [name, pairs.map(([, value]) => value)]));
}

async function ask(call: RecordedCall, aws: PlayedAws, names: Names): Promise<PlayedAnswer> {
  const { body, ...rest } = await signed(call, aws, names);
  return new Promise((resolve, reject) => {
    const length = body.length > 0 ? { 'content-length': String(body.length) } : {};
    send({ ...rest, method: call.method, agent: false, headers: { ...rest.headers, ...length } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('end', () => {
        const headers = Object.fromEntries(Object.entries(answer.headers).map(([k, v]) => [k, String(v)]));
        resolve({ status: answer.statusCode ?? 0, headers, body: Buffer.concat(chunks) });
      });
    })
      .once('error', reject)
      .end(body);
  });
}

const namesIn = /^(etag|location|x-amz-version-id)$/;

const tree = (body: Buffer, headers: Readonly<Record<string, string>>) =>
  parseAnswer(body, Object.fromEntries(Object.entries(headers).filter(([name]) => namesIn.test(name))));

/** How much later a call is made again that found its change not there yet, and how often; milliseconds of the AWS's clock. */
const patience = { every: 5000, times: 12 };

/** What is gone does not come back by waiting. */
const isRefused = ({ status, body }: PlayedAnswer): boolean =>
  status >= 400 && status !== 404 && !/NotFound|NoSuch|NonExistent/.test(body.subarray(0, 1000).toString());

/** Where the recording met a change just after it was there, the played AWS may come to it a moment later. */
async function askInTime(
  call: RecordedCall,
  { aws, names, at }: { readonly aws: PlayedAws; readonly names: Names; readonly at: number },
): Promise<PlayedAnswer> {
  await aws.until?.(at);
  let answer = await ask(call, aws, names);
  for (let n = 1; n <= patience.times && aws.until && call.status < 300 && isRefused(answer); n += 1) {
    await aws.until(at + n * patience.every);
    answer = await ask(call, aws, names);
  }
  return answer;
}

/** Asks an AWS every question of a recording, in its order and with the names that this AWS has given. */
export async function play({ calls, speed }: Recording, aws: PlayedAws): Promise<Played> {
  const names = new Names();
  const answers: PlayedAnswer[] = [];
  for (const call of calls) {
    const answer = await askInTime(call, { aws, names, at: call.at * speed });
    answers.push(answer);
    const isFine = answer.status < 300 && call.status < 300;
    if (isFine)
      names.learn(tree(Buffer.from(call.answer, 'base64'), call.answerHeaders), tree(answer.body, answer.headers));
  }
  return { answers, names };
}
