import { spawnSync } from 'node:child_process';
import { defineConfig } from 'vitest/config';

/** Boot scripts are run by what machines have: Linux with bash 5, Python 3, openssl, and a curl that signs for AWS (7.75). */
function runsBootScripts(): boolean {
  const says = (program: string, ...args: string[]): string =>
    spawnSync(program, args, { encoding: 'utf8' }).stdout ?? '';
  const isThere =
    process.platform === 'linux' &&
    /version [5-9]/.test(says('bash', '--version')) &&
    says('python3', '--version').startsWith('Python 3') &&
    says('openssl', 'version') !== '' &&
    says('curl', '--help', 'all').includes('--aws-sigv4');
  if (!isThere)
    process.stderr.write('not run: src/testing/boot needs Linux with bash 5, python3, openssl and curl 7.75\n');
  return isThere;
}

const canBoot = runsBootScripts();

const exclude = [
  '**/*.cuts.test.ts',
  '**/*.boot.test.ts',
  '**/*.machines.test.ts',
  ...(canBoot ? [] : ['src/testing/boot/{seat,worker,files}*.test.ts']),
];

export default defineConfig({
  test: {
    // All cores: the tests wait for processes and sockets as much as they compute.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      // Whole boots and cluster tasks, which take seconds each.
      {
        test: {
          name: 'boot',
          include: canBoot ? ['src/**/*.boot.test.ts'] : [],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      // Real machines of this host: one file after the other, since a cluster takes all of its processors.
      {
        test: {
          name: 'machines',
          include: ['src/**/*.machines.test.ts'],
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
        },
      },
      { test: { name: 'cuts', include: ['src/**/*.cuts.test.ts', 'test/**/*.cuts.test.ts'], testTimeout: 3_600_000 } },
    ],
  },
});
