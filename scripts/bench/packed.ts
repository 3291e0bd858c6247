import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundle } from '../build/bundle.ts';
import { publishedManifest } from '../build/published-manifest.ts';
import { median, type Row } from './row.ts';
import { tellPeak } from './tell-peak.ts';

/** The package as npm would unpack it, in a folder of its own; gives the folder. */
export async function unpackedPackage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'quilla-package-'));
  writeFileSync(join(folder, 'package.json'), publishedManifest(readFileSync('package.json', 'utf8')));
  for (const part of ['bin', 'examples']) cpSync(part, join(folder, part), { recursive: true });
  await bundle(join(folder, 'dist'));
  return folder;
}

/** How long a program of this Node takes from start to end, milliseconds. */
function timeOf(args: readonly string[]): number {
  const begun = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')}: ${stderr}`);
  return Number(process.hrtime.bigint() - begun) / 1e6;
}

const rounds = 21;

/** Start of the packed CLI against that of Node, in turn, so that both meet the same load. */
export function startRow(folder: string, args: readonly string[], must: Row['must']): Row {
  const cli = [join(folder, 'bin/quilla.js'), ...args];
  timeOf(cli);
  const [bare, ours]: [number[], number[]] = [[], []];
  for (let i = 0; i < rounds; i += 1) {
    bare.push(timeOf(['-e', '0']));
    ours.push(timeOf(cli));
  }
  const [a, b] = [median(ours), median(bare)];
  const detail = `medians of ${rounds}: ${a.toFixed(1)} ms and ${b.toFixed(1)} ms`;
  return { measure: `quilla ${args.join(' ')} against node -e 0`, value: a / b, unit: 'times', must, detail };
}

/** Waits until a server says something; fails where it ends without. */
const firstLine = (server: ChildProcess): Promise<unknown> =>
  Promise.race([
    once(createInterface({ input: server.stdout! }), 'line'),
    once(server, 'exit').then(() => {
      throw new Error('the embedded AWS did not start');
    }),
  ]);

/** Peak resident memory of a plan with nothing to do, the embedded AWS in a process of its own. */
export async function memoryRow(folder: string): Promise<Row> {
  const home = mkdtempSync(join(tmpdir(), 'quilla-bench-'));
  const cli = join(folder, 'bin/quilla.js');
  const env = { ...process.env, QUILLA_HOME: home, QUILLA_AWS: 'embedded', QUILLA_BENCH_PEAK: join(home, 'peak') };
  // A name of its own: the port of a cluster's Kubernetes API follows from it, and an example may run elsewhere on this machine.
  const file = join(home, 'cluster.yaml');
  const example = readFileSync('examples/eks.yaml', 'utf8');
  writeFileSync(file, example.replace('name: demo', `name: bench-${process.pid}`));
  const quilla = (...args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${args.slice(-4).join(' ')}: ${stderr}`);
    return stdout;
  };
  try {
    quilla(cli, 'apply', '-f', file, '--yes');
    const server = spawn(process.execPath, [cli, 'emulator', '--port', '0'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await firstLine(server);
      const peaks: number[] = [];
      for (let i = 0; i < 5; i += 1) {
        const said = quilla('--import', tellPeak, cli, 'plan', '-f', file);
        if (!said.includes('Nothing to do')) throw new Error(`not a no-op plan: ${said}`);
        peaks.push((Number(readFileSync(env.QUILLA_BENCH_PEAK, 'utf8')) * 1024) / 1e6);
      }
      const detail = `largest of ${peaks.length}: ${peaks.map((peak) => peak.toFixed(0)).join(', ')}`;
      const measure = 'peak resident memory of a plan with nothing to do, examples/eks.yaml';
      return { measure, value: Math.max(...peaks), unit: 'MB', must: { max: 180 }, detail };
    } finally {
      if (server.exitCode === null) {
        server.kill();
        await once(server, 'exit');
      }
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
