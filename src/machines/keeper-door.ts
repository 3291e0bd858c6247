import { chmodSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { type Duration, formatDuration, seconds } from '../base/duration.ts';
import type { MachineRow } from './machine-row.ts';

/** What the keeper of a run tells. */
export interface KeeperTold {
  readonly runId: string;
  /** Of the embedded AWS. */
  readonly endpoint: string;
  readonly machines: readonly MachineRow[];
  /** What did not come about, newest last. */
  readonly problems: readonly string[];
}

/** What a keeper is asked: `status` gives KeeperTold, `stop` ends the run and answers when it has ended. */
export interface KeeperAnswers {
  status(): KeeperTold;
  stop(): Promise<void>;
}

/** Listens on a Unix socket for root alone: no port of the host is opened. */
export async function openDoor(socket: string, answers: KeeperAnswers): Promise<Server> {
  const server = createServer(async (asked, answer) => {
    const say = (status: number, value: unknown): void =>
      void answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    try {
      if (asked.method === 'GET' && asked.url === '/status') return say(200, answers.status());
      if (asked.method !== 'POST' || asked.url !== '/stop')
        return say(404, { why: `the keeper does not know ${asked.method} ${asked.url}` });
      await answers.stop();
      say(200, {});
    } catch (error) {
      say(500, { why: (error as Error).message });
    }
  });
  // What a killed keeper left: that nobody listens there was looked at before.
  rmSync(socket, { force: true });
  await new Promise<void>((done, failed) => server.once('error', failed).listen(socket, done));
  chmodSync(socket, 0o600);
  return server;
}

/** Asks the keeper of a run. Throws where it does not answer in time. */
export async function askKeeper(socket: string, what: 'status', limit?: Duration): Promise<KeeperTold>;
export async function askKeeper(socket: string, what: 'stop', limit?: Duration): Promise<unknown>;
export function askKeeper(socket: string, what: keyof KeeperAnswers, limit: Duration = seconds(20)): Promise<unknown> {
  return new Promise((done, failed) => {
    const late = `the keeper at ${socket} did not answer within ${formatDuration(limit)}`;
    const asked = request(
      {
        socketPath: socket,
        path: `/${what}`,
        method: what === 'stop' ? 'POST' : 'GET',
        signal: AbortSignal.timeout(limit.ms),
      },
      async (answer) => {
        try {
          const parts: Buffer[] = [];
          for await (const part of answer) parts.push(part as Buffer);
          const told = JSON.parse(Buffer.concat(parts).toString('utf8')) as { why?: string };
          if (answer.statusCode === 200) done(told);
          else failed(new Error(`the keeper could not: ${told.why}`));
        } catch (error) {
          failed(error);
        }
      },
    );
    asked.once('error', (error) =>
      failed(error.name === 'TimeoutError' || error.name === 'AbortError' ? new Error(late) : error),
    );
    asked.end();
  });
}
