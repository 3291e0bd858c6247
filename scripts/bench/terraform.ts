import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedAws, startEmbeddedAws } from '../../src/emulator/embedded-aws.ts';
import { givenWorld } from '../../src/testing/given-world.ts';
import { scenario } from '../../src/testing/scenarios.ts';
import { environmentFor, findTerraform, type TerraformProgram } from '../judges/terraform-program.ts';
import { writeScenario } from '../judges/written-scenario.ts';
import { farAws } from './far-aws.ts';
import { type Measured, measured } from './measured-process.ts';
import { median, type Row } from './row.ts';

/** How often each program plans. */
const rounds = 5;
/** Milliseconds that every call takes beside the embedded AWS's own time, in applies. */
const latency = 50;
const speed = 60;

const startFor = async (name: string): Promise<EmbeddedAws> =>
  startEmbeddedAws({ clock: { kind: 'scaled', speed }, world: await givenWorld(scenario(name)) });

function mustEnd(what: string, { code, out, err }: Measured): void {
  if (code !== 0) throw new Error(`${what} ended with ${code}: ${out.slice(-2000)} ${err.slice(-2000)}`);
}

interface Programs {
  /** The folder of the package. */
  readonly folder: string;
  readonly terraform: TerraformProgram;
}

/** The packed CLI as a user of AWS would run it, with the endpoint of another AWS. */
const quilla = async (folder: string, args: readonly string[], endpoint: string): Promise<Measured> => {
  const cwd = mkdtempSync(join(tmpdir(), 'quilla-bench-'));
  try {
    const env = { ...environmentFor(endpoint), QUILLA_HOME: cwd };
    const ran = await measured(process.execPath, [join(folder, 'bin/quilla.js'), ...args], { cwd, env });
    mustEnd(`quilla ${args.join(' ')}`, ran);
    return ran;
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
};

const terraformIn = async (cwd: string, args: readonly string[], endpoint: string): Promise<Measured> => {
  const ran = await measured('terraform', [...args, '-input=false', '-no-color'], {
    cwd,
    env: environmentFor(endpoint),
  });
  mustEnd(`terraform ${args.join(' ')}`, ran);
  return ran;
};

interface Plans {
  readonly took: number[];
  readonly peak: number[];
  readonly calls: number[];
}

/** Runs one plan and notes what it took; `run` ends with an error where anything is to be done. */
async function note(plans: Plans, aws: EmbeddedAws, run: () => Promise<Measured>): Promise<void> {
  const before = aws.calls.length;
  const { took, peak } = await run();
  plans.took.push(took);
  plans.peak.push(peak);
  plans.calls.push(aws.calls.length - before);
}

const text = ({ took, peak, calls }: Plans): string =>
  `${(median(took) / 1000).toFixed(2)} s, ${median(calls)} calls, ${Math.max(...peak).toFixed(0)} MB`;

/** Plans with nothing to do, in turn, on one world that Terraform made and Quilla adopted. */
async function planRows(name: string, { folder, terraform }: Programs): Promise<Row[]> {
  const aws = await startFor(name);
  await using written = writeScenario(name);
  const file = join(written.of.folder, 'spec.yaml');
  const { endpoint } = aws;
  try {
    await terraform.init(written.folder, endpoint);
    await terraformIn(written.folder, ['apply', '-auto-approve'], endpoint);
    await quilla(folder, ['adopt', '-f', file, '--yes'], endpoint);
    // What Terraform cannot hold: keys, documents that follow from them, deletion protection.
    await quilla(folder, ['apply', '-f', file, '--yes'], endpoint);
    const ours: Plans = { took: [], peak: [], calls: [] };
    const theirs: Plans = { took: [], peak: [], calls: [] };
    for (let i = 0; i < rounds; i += 1) {
      await note(ours, aws, () => quilla(folder, ['plan', '-f', file, '--check'], endpoint));
      await note(theirs, aws, () => terraformIn(written.folder, ['plan', '-detailed-exitcode'], endpoint));
    }
    const detail = `${text(ours)}; terraform ${text(theirs)}`;
    const most = (plans: Plans): number => Math.max(...plans.peak);
    const row = (measure: string, value: number, must: Row['must']): Row => ({
      measure,
      value,
      unit: 'times',
      must,
      detail,
    });
    return [
      row(`terraform plan against quilla plan, wall time, ${name}`, median(theirs.took) / median(ours.took), {
        min: 5,
      }),
      row(`calls of quilla plan against terraform plan, ${name}`, median(ours.calls) / median(theirs.calls), {
        max: 0.25,
      }),
      row(`memory of quilla plan against terraform plan, ${name}`, most(ours) / most(theirs), { max: 0.5 }),
    ];
  } finally {
    await aws.stop();
  }
}

/** The same spec made from nothing by each, every call delayed alike. */
async function applyRow(name: string, { folder, terraform }: Programs): Promise<Row> {
  const timed = async (run: (endpoint: string) => Promise<Measured>): Promise<Measured> => {
    const aws = await startFor(name);
    const far = await farAws(aws.endpoint, latency);
    try {
      return await run(far.endpoint);
    } finally {
      await far.close();
      await aws.stop();
    }
  };
  await using written = writeScenario(name);
  const file = join(written.of.folder, 'spec.yaml');
  const ours = await timed((endpoint) => quilla(folder, ['apply', '-f', file, '--yes'], endpoint));
  const theirs = await timed(async (endpoint) => {
    await terraform.init(written.folder, endpoint);
    return terraformIn(written.folder, ['apply', '-auto-approve'], endpoint);
  });
  const seconds = ({ took }: Measured): string => `${(took / 1000).toFixed(1)} s`;
  const detail = `${seconds(theirs)} and ${seconds(ours)}; ${latency} ms each call, AWS's clock ${speed} times as fast`;
  const measure = `terraform apply against quilla apply, wall time, ${name}`;
  return { measure, value: theirs.took / ours.took, unit: 'times', must: { min: 2 }, detail };
}

/** What is promised of the article's kops cluster. An EKS cluster is a few objects and long waits on AWS: there the same is only told. */
const promised = (rows: readonly Row[], name: string): readonly Row[] =>
  name === 'seed-kops' ? rows : rows.map((row) => ({ ...row, must: {} }));

/** Quilla beside Terraform on the same world; nothing but a line where Terraform or its provider is missing. */
export async function terraformRows(folder: string): Promise<Row[]> {
  const terraform = findTerraform();
  if ('skipped' in terraform) {
    console.log(`not measured: Quilla beside Terraform: ${terraform.skipped}`);
    return [];
  }
  const rows: Row[] = [];
  for (const name of ['seed-kops', 'seed-eks']) {
    const programs = { folder, terraform };
    rows.push(...promised([...(await planRows(name, programs)), await applyRow(name, programs)], name));
  }
  return rows;
}
