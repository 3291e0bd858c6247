/**
 * Terraform and the AWS provider on configurations that kops wrote: each applies on a fresh embedded AWS in which only stands what it
 * takes for given, plans nothing afterwards, and is destroyed.
 *
 *     npm run judge:kops [-- [DIR] [--only NAME,NAME] [--parallel N]]
 *
 * DIR has a folder for each, with its `terraform.json`; it is test/kops-terraform where none is named.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judgeConfiguration } from './kops/judge-configuration.ts';
import { findTerraform, type TerraformProgram } from './terraform-program.ts';
import { bench, skip } from './verdict.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { parallel: { type: 'string', default: '1' }, only: { type: 'string' } },
});

const fileOf = (folder: string, name: string): string => join(folder, name, 'terraform.json');

function namesIn(folder: string): readonly string[] {
  const all = readdirSync(folder).filter((name) => existsSync(fileOf(folder, name)));
  const asked = values.only?.split(',');
  const unknown = asked?.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`no such configuration: ${unknown}`);
  return asked ?? all.sort();
}

async function main(terraform: TerraformProgram, folder: string): Promise<void> {
  const { say, close } = bench();
  const todo = [...namesIn(folder)];
  const worker = async (): Promise<void> => {
    for (let name = todo.shift(); name !== undefined; name = todo.shift()) {
      const what = name;
      const begun = Date.now();
      const verdict = await judgeConfiguration(fileOf(folder, name), terraform).then(
        (detail) => ({ what, isOk: true, detail: `${detail} in ${Math.round((Date.now() - begun) / 1000)} s` }),
        (error: unknown) => ({ what, isOk: false, detail: error instanceof Error ? error.message : String(error) }),
      );
      say(verdict);
    }
  };
  await Promise.all(Array.from({ length: Number(values.parallel) }, worker));
  close();
}

const terraform = findTerraform();
const [folder = join(import.meta.dirname, '../../test/kops-terraform')] = positionals;
if ('skipped' in terraform) skip('kops', terraform.skipped);
else if (!existsSync(folder)) skip('kops', `there is no folder ${folder}`);
else await main(terraform, folder);
