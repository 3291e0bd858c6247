import { rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { embeddedAccessKeyId } from '../emulator/embedded-aws.ts';
import { openDoor } from './keeper-door.ts';
import { machineRows } from './machine-row.ts';
import { madeProcess } from './process-start.ts';
import { openRecords } from './records.ts';
import { becomeKeeper, type RunFolder, readFacts, runFolder, writeWhole } from './run-folder.ts';
import { type RunningMachines, startMachines } from './start-machines.ts';
import { cacheFolder } from './stock/cache-folder.ts';
import { placePrograms, takeSupplies } from './supplies.ts';

/** The process that holds a run: the embedded AWS, the machine driver, and the door at which commands ask. */

const say = (line: string): void => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);
/** Problems that are kept for whoever asks. */
const kept = 20;

async function keep(folder: RunFolder): Promise<void> {
  const facts = readFacts(folder);
  const [first, ...others] = facts?.versions ?? [];
  if (facts === undefined || first === undefined) throw new Error(`${folder.facts} does not say what this run is`);
  const records = openRecords(folder.path);
  records.add(madeProcess(process.pid)!);
  becomeKeeper(folder);
  const supplies = await takeSupplies({ versions: [first, ...others], cache: cacheFolder(process.env), progress: say });
  placePrograms(folder, supplies);
  const problems: string[] = [];
  const onProblem = (text: string): void => {
    say(text);
    problems.push(text);
    problems.splice(0, Math.max(0, problems.length - kept));
  };
  const running = await startMachines({ ...facts, ...supplies, records, onProblem });
  writeAddress(folder, running, facts.speed);
  say(`run ${facts.runId}: AWS at ${running.aws.endpoint} for ${embeddedAccessKeyId}`);
  let door: Server | undefined;
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= running.stop().then(() => {
      say('ended');
      rmSync(join(folder.path, 'server.json'), { force: true });
      door?.close();
      // Answers that are on their way go out first; nothing holds the process then.
      setTimeout(() => process.exit(0), 2000).unref();
    });
    return stopping;
  };
  const status = () => ({
    runId: facts.runId,
    endpoint: running.aws.endpoint,
    machines: machineRows(running.aws.world, running.driver.status()),
    problems,
  });
  door = await openDoor(folder.socket, { status, stop });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
}

/** Where every verb of `quilla` with `--aws embedded` and QUILLA_HOME finds this AWS, as the one of `quilla emulator`. */
const writeAddress = ({ path }: RunFolder, { aws }: RunningMachines, speed: number): void =>
  writeWhole(
    join(path, 'server.json'),
    JSON.stringify({ pid: process.pid, endpoint: aws.endpoint, speed, now: aws.clock.now(), wall: Date.now() }),
  );

const failed = (error: unknown): never => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
};
process.on('uncaughtException', failed);
keep(runFolder(process.argv[2] ?? '')).catch(failed);
