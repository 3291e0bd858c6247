import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { LoadedCluster } from '../app/index.ts';
import { Failure, reporter } from '../base/diagnostic.ts';
import { type Invocation, textOf } from './command.ts';
import { tell } from './outcome.ts';
import { todayFor } from './which-aws.ts';

/** Reads a file that the command line names; fails with `app.no-file`. */
export async function readNamed(file: string, { io }: Invocation): Promise<string> {
  try {
    return readFileSync(file === '-' ? 0 : resolve(io.cwd, file), 'utf8');
  } catch (error) {
    const { appCodes } = await import('../app/index.ts');
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'it is a folder'
          : code === 'EACCES'
            ? 'it may not be read'
            : String(error);
    throw new Failure(
      reporter(appCodes)('app.no-file', {
        detail: `${file}: ${why}`,
        fix: 'Look at the path; `quilla new NAME --control-plane eks` (or self-managed) writes a spec to begin with.',
      }),
    );
  }
}

/** The spec that `-f` names, loaded and checked; its warnings are told. */
export async function readSpec(
  invocation: Invocation,
  { anyVersion }: { anyVersion?: true } = {},
): Promise<LoadedCluster> {
  const file = textOf(invocation, 'file')!;
  const [text, { loadCluster }] = await Promise.all([readNamed(file, invocation), import('../app/spec.ts')]);
  const shown =
    file === '-' ? '(standard input)' : relative(invocation.io.cwd, resolve(invocation.io.cwd, file)) || file;
  const loaded = loadCluster(text, {
    file: shown,
    today: todayFor(invocation),
    ...(anyVersion === undefined ? {} : { anyVersion }),
  });
  if (!loaded.ok) throw new Failure(...loaded.diagnostics);
  await tell(loaded.diagnostics, invocation);
  return loaded.value;
}
