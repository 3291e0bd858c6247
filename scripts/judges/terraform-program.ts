import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedAccessKeyId, embeddedSecretAccessKey } from '../../src/emulator/embedded-aws.ts';

/** How a program ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Milliseconds of wall time. */
  readonly took: number;
}

export interface TerraformProgram {
  readonly version: string;
  /** Runs Terraform in a folder against an AWS; never asks for input. */
  run(folder: string, args: readonly string[], endpoint: string): Promise<Ran>;
  /** `init` with the providers of the local folder, and no network. */
  init(folder: string, endpoint: string): Promise<Ran>;
}

/** A folder of providers: `QUILLA_TF_PLUGINS`, else the first `/*\/tf-plugins` there is. */
function pluginFolder(env: NodeJS.ProcessEnv): string | undefined {
  if (env.QUILLA_TF_PLUGINS) return existsSync(env.QUILLA_TF_PLUGINS) ? env.QUILLA_TF_PLUGINS : undefined;
  return readdirSync('/')
    .map((name) => join('/', name, 'tf-plugins'))
    .find((path) => existsSync(path));
}

/** What no run inherits: files and profiles that would lead elsewhere. */
const left = /^(TF_CLI_CONFIG_FILE|TF_.*|AWS_.*)$/;

/** The environment in which programs reach an AWS on loopback as its administrator. */
export const environmentFor = (endpoint: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !left.test(name))),
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: embeddedAccessKeyId,
  AWS_SECRET_ACCESS_KEY: embeddedSecretAccessKey,
  AWS_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  TF_IN_AUTOMATION: '1',
  CHECKPOINT_DISABLE: '1',
});

/** Runs a program to its end, with an empty standard input. */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Ran> {
  const begun = Date.now();
  return new Promise((done, fail) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.on('error', fail);
    child.on('close', (code) => done({ code: code ?? 1, out, err, took: Date.now() - begun }));
  });
}

/** Terraform with its providers, or why a judge that needs it is skipped. */
export function findTerraform(env = process.env): TerraformProgram | { readonly skipped: string } {
  const asked = spawnSync('terraform', ['version', '-json'], { encoding: 'utf8', env: environmentFor('') });
  if (asked.status !== 0) return { skipped: 'terraform is not installed' };
  const plugins = pluginFolder(env);
  if (plugins === undefined)
    return { skipped: 'no folder with the AWS provider: QUILLA_TF_PLUGINS names one (terraform providers mirror DIR)' };
  const run: TerraformProgram['run'] = (cwd, args, endpoint) =>
    runProgram('terraform', args, { cwd, env: environmentFor(endpoint) });
  return {
    version: (JSON.parse(asked.stdout) as { terraform_version: string }).terraform_version,
    run,
    init: (folder, endpoint) => run(folder, ['init', '-input=false', '-no-color', `-plugin-dir=${plugins}`], endpoint),
  };
}

/** The errors that Terraform named, each once. */
export const errorsIn = ({ err }: Ran): string =>
  [...new Set([...err.matchAll(/Error: (.*)/g)].map(([, text]) => text))].join('; ');
