import type { Clock } from '../base/clock.ts';
import { type Diagnostic, Failure, reporter } from '../base/diagnostic.ts';
import { cliCodes } from './codes.ts';
import { isAlive, readJson, type StateDir, takeFolderLock, writeWhole } from './state-dir.ts';

const report = reporter(cliCodes);

/** The embedded AWS as a verb reaches it. */
export interface EmbeddedConnection {
  readonly endpoint: string;
  readonly clock: Clock;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Where it runs, for the first lines of a verb. */
  readonly where: string;
  close(): Promise<void>;
}

/** What `quilla emulator` writes so that other commands find it. */
export interface ServerAddress {
  readonly pid: number;
  readonly endpoint: string;
  readonly speed: number;
  /** A moment of this AWS's clock and the same moment of wall time, milliseconds since 1970. */
  readonly now: number;
  readonly wall: number;
}

/** A world as it lies in a file, with the wall time at which it was saved. */
interface SavedWorld {
  readonly savedAt: number;
  readonly world: { readonly version: number; now: number };
}

/** Time goes on while no command runs, but no more than this between two commands: or versions would end between two trials. */
const longestPause = 3_600_000;

/** The server that runs, else one in this process with its world in the folder, under a lock. */
export async function openEmbedded(dir: StateDir): Promise<EmbeddedConnection> {
  const { embeddedAccessKeyId: accessKeyId, embeddedSecretAccessKey: secretAccessKey } = await import(
    '../emulator/aws/iam/state.ts'
  );
  const credentials = { accessKeyId, secretAccessKey };
  const address = serverAddress(dir);
  if (address !== undefined) {
    const { ScaledClock } = await import('../emulator/clocks/scaled.ts');
    const clock = new ScaledClock(address.now + (Date.now() - address.wall) * address.speed, address.speed);
    return {
      endpoint: address.endpoint,
      clock,
      credentials,
      where: `server at ${address.endpoint}, ${address.speed} times as fast as wall time`,
      close: async () => {},
    };
  }
  return inProcess(dir, credentials);
}

/** The server that runs for this folder. What a dead one left, or what is no address, counts as none: the folder's lock guards the world. */
function serverAddress(dir: StateDir): ServerAddress | undefined {
  let given: unknown;
  try {
    given = readJson(dir.server);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof given !== 'object' || given === null) return undefined;
  const { pid, endpoint, speed, now, wall } = given as Partial<ServerAddress>;
  if (![pid, speed, now, wall].every((value) => Number.isFinite(value)) || typeof endpoint !== 'string')
    return undefined;
  return isAlive(pid!) ? (given as ServerAddress) : undefined;
}

/** Credentials of the embedded AWS, and the address of its server where one runs. */
export async function embeddedAddress(
  dir: StateDir,
): Promise<{ readonly credentials: EmbeddedConnection['credentials']; readonly url: string }> {
  const { embeddedAccessKeyId: accessKeyId, embeddedSecretAccessKey: secretAccessKey } = await import(
    '../emulator/aws/iam/state.ts'
  );
  const address = serverAddress(dir);
  return { credentials: { accessKeyId, secretAccessKey }, url: address?.endpoint ?? 'http://127.0.0.1' };
}

async function inProcess(dir: StateDir, credentials: EmbeddedConnection['credentials']): Promise<EmbeddedConnection> {
  const lock = takeFolderLock(dir);
  if ('heldBy' in lock) {
    throw new Failure(
      report('cli.embedded-busy', {
        detail: `process ${lock.heldBy} holds ${dir.lock}`,
        fix: 'Wait until it is done, or run `quilla emulator` in another terminal.',
      }),
    );
  }
  try {
    const { startEmbeddedAws } = await import('../emulator/embedded-aws.ts');
    const { startApiServers } = await import('../emulator/kubernetes/start-api-servers.ts');
    const world = loadWorld(dir.world);
    const aws = await startEmbeddedAws({ clock: { kind: 'stepped' }, ...(world === undefined ? {} : { world }) });
    const kubernetes = await startedOn(aws, () => startApiServers(aws.turns), dir.world);
    return {
      endpoint: aws.endpoint,
      clock: aws.clock,
      credentials,
      where: `in this process, its world in ${dir.world}`,
      close: async () => {
        try {
          await kubernetes.close();
          await aws.stop();
          saveWorld(dir.world, aws.world);
        } finally {
          lock.release();
        }
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The API servers of a world, ready. Where they cannot start, what was started is stopped, or the process would never end. */
async function startedOn<T extends { ready(): Promise<void>; close(): Promise<void> }>(
  aws: { stop(): Promise<void> },
  begin: () => T,
  file: string,
): Promise<T> {
  let servers: T | undefined;
  try {
    servers = begin();
    await servers.ready();
    return servers;
  } catch (error) {
    await servers?.close();
    await aws.stop();
    throw new Failure(servers === undefined ? brokenWorld(file, error) : portTaken(error));
  }
}

const brokenWorld = (file: string, error: unknown): Diagnostic =>
  report('cli.embedded-world', {
    detail: `${file} lacks a part that a world has: ${error instanceof Error ? error.message : error}`,
    fix: 'Remove the file to begin with an empty account.',
  });

const portTaken = (error: unknown): Diagnostic =>
  report('cli.embedded-port', {
    detail: error instanceof Error ? error.message : String(error),
    fix: 'End the other program, or run `quilla emulator` once and use it from every folder with QUILLA_HOME.',
  });

/** A saved world, as many milliseconds later as have passed since; undefined where nothing was saved. */
export function loadWorld(file: string): import('../emulator/world.ts').World | undefined {
  let saved: SavedWorld | undefined;
  try {
    saved = readJson(file) as SavedWorld | undefined;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new Failure(
      report('cli.embedded-world', {
        detail: `${file}: ${cause.message}`,
        fix: 'Remove the file to begin with an empty account.',
      }),
    );
  }
  if (saved === undefined) return undefined;
  if (!isWorld(saved)) {
    throw new Failure(
      report('cli.embedded-world', {
        detail: `${file} is no saved world, or another version wrote it`,
        fix: 'Remove the file to begin with an empty account.',
      }),
    );
  }
  saved.world.now += Math.min(longestPause, Math.max(0, Date.now() - saved.savedAt));
  return saved.world as import('../emulator/world.ts').World;
}

/** As far as it can be told without reading each service's state. */
function isWorld(saved: SavedWorld): boolean {
  const world = saved?.world as Partial<import('../emulator/world.ts').World> | undefined;
  if (world === undefined || !Number.isFinite(saved?.savedAt) || !Number.isFinite(world.now)) return false;
  // Version 1 is brought up to date where the embedded AWS starts.
  if (![1, 2].includes(Number(world.version)) || !Array.isArray(world.events)) return false;
  return [world.iam, world.s3, world.regions].every((part) => typeof part === 'object');
}

export const saveWorld = (file: string, world: object): void =>
  writeWhole(file, JSON.stringify({ savedAt: Date.now(), world }));

/** Saves a world into a file each time that it has changed since. */
export function worldSaver(file: string, world: object): () => void {
  let saved: string | undefined;
  return () => {
    const text = JSON.stringify(world);
    if (text === saved) return;
    saveWorld(file, world);
    saved = text;
  };
}
