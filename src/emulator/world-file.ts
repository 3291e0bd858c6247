import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import * as z from 'zod';
import { currentWorld, worldVersions } from './older-world.ts';
import type { World } from './world.ts';

/** Enough to see that a file is a world of ours; the rest is trusted, as it was written by {@link saveWorld}. */
const worldShape = z.looseObject({
  version: z.literal(worldVersions),
  account: z.string(),
  partition: z.literal('aws'),
  now: z.number(),
  counter: z.number(),
  events: z.array(z.looseObject({ at: z.number(), seq: z.number(), type: z.string(), region: z.string() })),
  iam: z.looseObject({ users: z.looseObject({}), accessKeys: z.looseObject({}), roles: z.looseObject({}) }),
  s3: z.looseObject({ buckets: z.looseObject({}) }),
  regions: z.record(z.string(), z.looseObject({})),
});

/** Reads a saved world; undefined if there is no such file. Throws where the file is none. */
export async function loadWorld(path: string): Promise<World | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseWorld(text, path);
}

function parseWorld(text: string, path: string): World {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(
      `${path} is not JSON: it was not written by this program, or it was changed. Delete it to begin with an empty AWS.`,
      { cause },
    );
  }
  const checked = worldShape.safeParse(value);
  if (checked.success) return currentWorld(value as World);
  throw new Error(
    `${path} does not hold an embedded AWS of this version:\n${z.prettifyError(checked.error)}\nDelete it to begin with an empty one.`,
  );
}

/** Saves a world so that the file is always whole: written beside, forced to disk, then put in place. */
export async function saveWorld(path: string, world: World): Promise<void> {
  const beside = `${path}.${randomUUID()}.tmp`;
  const file = await open(beside, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(world)}\n`);
    await file.sync();
    await file.close();
    await rename(beside, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(beside, { force: true });
    throw error;
  }
}
