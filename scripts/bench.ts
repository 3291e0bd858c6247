/**
 * Measures what this project promises, on this machine: a table, and the same in bench.json. Exit 1 where a promise is not kept.
 *
 *     npm run bench
 *     npm run bench -- --with-tests     npm test too, which takes minutes
 */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { furtherRows, scaleRows } from './bench/calls.ts';
import { motoRows } from './bench/moto.ts';
import { memoryRow, startRow, unpackedPackage } from './bench/packed.ts';
import { promisedCalls } from './bench/promised-calls.ts';
import { isOk, type Row, tableText } from './bench/row.ts';
import { terraformRows } from './bench/terraform.ts';
import { type Outcome, runTrial } from './bench/trial.ts';
import { longestWait } from './bench/waits.ts';

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

function callRow(what: string, { calls }: Outcome, max: number): Row {
  const kinds = new Set(calls).size;
  const detail = `${kinds} different operations`;
  return {
    measure: `AWS calls, plan with nothing to do, ${what}`,
    value: calls.length,
    unit: 'calls',
    must: { max },
    detail,
  };
}

function applyRow(what: string, { plan, took }: Outcome): Row {
  const { ms, chain } = longestWait(plan);
  const detail = `${seconds(took)} for ${seconds(ms)}: ${chain.join(', ')}`;
  return {
    measure: `apply against its longest chain of waits, ${what}`,
    value: took / ms,
    unit: 'times',
    must: { max: 1.15 },
    detail,
  };
}

function testRow(): Row {
  const begun = Date.now();
  const { status } = spawnSync('npm', ['test'], { stdio: 'ignore' });
  const detail = status === 0 ? 'all passed' : 'some failed';
  const value = status === 0 ? (Date.now() - begun) / 1000 : Number.POSITIVE_INFINITY;
  return { measure: 'npm test', value, unit: 's', must: { max: 240 }, detail };
}

/** Both of the article's clusters from nothing to nothing, as a new user sees them. */
function demoRow(): Row {
  const begun = Date.now();
  const { status } = spawnSync('npm', ['run', 'demo'], { stdio: 'ignore' });
  const value = status === 0 ? (Date.now() - begun) / 1000 : Number.POSITIVE_INFINITY;
  const detail = status === 0 ? 'both clusters made, changed and removed' : 'it failed';
  return { measure: 'npm run demo', value, unit: 's', must: { max: 60 }, detail };
}

async function measured(): Promise<Row[]> {
  const seed = await runTrial({ example: 'seed-eks' });
  const short = await runTrial({ example: 'eks' });
  const kops = await runTrial({ example: 'seed-kops' });
  const rows = [
    callRow('examples/seed-eks.yaml', seed, promisedCalls['seed-eks']),
    callRow('examples/eks.yaml', short, promisedCalls.eks),
    callRow('examples/seed-kops.yaml', kops, promisedCalls['seed-kops']),
    ...(await scaleRows()),
    ...(await furtherRows(short.calls.length)),
    applyRow('examples/seed-eks.yaml', seed),
    applyRow('examples/eks.yaml', short),
    applyRow('examples/seed-kops.yaml', kops),
    demoRow(),
  ];
  const folder = await unpackedPackage();
  try {
    rows.push(
      startRow(folder, ['--version'], { max: 2 }),
      startRow(folder, ['--help'], { max: 2.5 }),
      await memoryRow(folder),
      ...(await terraformRows(folder)),
      ...motoRows(),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (process.argv.includes('--with-tests')) rows.push(testRow());
  return rows;
}

const rows = await measured();
const machine = {
  platform: process.platform,
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memoryMB: Math.round(totalmem() / 1e6),
};
const report = {
  at: new Date().toISOString(),
  node: process.version,
  machine,
  rows: rows.map((row) => ({ ...row, ok: isOk(row) })),
};
writeFileSync('bench.json', `${JSON.stringify(report, null, 2)}\n`);
console.log(tableText(rows));
if (!rows.every(isOk)) process.exitCode = 1;
