/**
 * cfn-lint on the template of every scenario, and on nested stacks of clusters that are too wide for one template: no error, no warning,
 * no informational rule, but for those on the list of accepted ones.
 *
 *     npm run judge:cfn-lint [-- SCENARIO...]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scenario, scenarioNames } from '../../src/testing/scenarios.ts';
import { wideGraph } from '../../src/testing/wide-cluster.ts';
import { writtenTemplate } from '../../src/testing/written-template.ts';
import { accepted } from './cfn-lint-accepted.ts';
import { runProgram } from './terraform-program.ts';
import { bench, skip } from './verdict.ts';
import { writeFiles } from './written-scenario.ts';

interface Match {
  readonly Filename: string;
  readonly Level: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

/** Clusters of which one template cannot hold everything. */
const wide = [
  { what: 'several-groups with 250 node groups more', of: 'several-groups', copies: 250 },
  { what: 'spot-workers with 150 node groups more', of: 'spot-workers', copies: 150 },
];

/** As installed on the path, or as a module of Python; undefined where it is neither. */
function findLinter(): readonly [string, ...string[]] | undefined {
  const ways: readonly (readonly [string, ...string[]])[] = [['cfn-lint'], ['python3', '-m', 'cfnlint']];
  return ways.find(([program, ...args]) => spawnSync(program, [...args, '--version']).status === 0);
}

interface Judged {
  readonly what: string;
  readonly region: string;
  readonly files: Readonly<Record<string, string>>;
}

async function lint([program, ...first]: readonly [string, ...string[]], { region, files }: Judged): Promise<Match[]> {
  const folder = mkdtempSync(join(tmpdir(), 'quilla-template-'));
  try {
    writeFiles(folder, files);
    const args = [...first, '--regions', region, '--include-checks', 'I', '--format', 'json', '--template'];
    const ran = await runProgram(program, [...args, ...Object.keys(files)], { cwd: folder, env: process.env });
    // Anything but a list is how it says that it could not do its work.
    if (!ran.out.trimStart().startsWith('[')) throw new Error(`cfn-lint ended with ${ran.code}: ${ran.out}${ran.err}`);
    return JSON.parse(ran.out) as Match[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(linter: readonly [string, ...string[]]): Promise<void> {
  const { say, close } = bench();
  const asked = process.argv.slice(2);
  const used = new Set<string>();
  const regionOf = (name: string): string => scenario(name).graph.region;
  const judged = (asked.length === 0 ? scenarioNames() : asked).map(
    (name): Judged => ({ what: name, region: regionOf(name), files: writtenTemplate(scenario(name)).files }),
  );
  const nested = wide.map(
    ({ what, of, copies }): Judged => ({
      what,
      region: regionOf(of),
      files: writtenTemplate(scenario(of), wideGraph(of, copies)).files,
    }),
  );
  for (const one of asked.length === 0 ? [...judged, ...nested] : judged) {
    const matches = await lint(linter, one);
    const isAccepted = ({ Rule }: Match) => accepted.some(({ rule }) => rule === Rule.Id);
    for (const match of matches.filter(isAccepted)) used.add(match.Rule.Id);
    const open = matches.filter((match) => !isAccepted(match));
    for (const { Filename, Level, Rule, Message, Location } of open)
      say({
        what: one.what,
        isOk: false,
        detail: `${Filename} ${Level} ${Rule.Id} ${Location.Path?.join('/')}: ${Message}`,
      });
    const sizes = Object.entries(one.files).map(([path, text]) => `${path} of ${text.length} bytes`);
    if (open.length === 0) say({ what: one.what, isOk: true, detail: sizes.join(', ') });
  }
  for (const { rule } of asked.length === 0 ? accepted.filter((one) => !used.has(one.rule)) : [])
    say({ what: rule, isOk: false, detail: 'is on the list of accepted rules and is no longer broken: take it off' });
  close();
}

const linter = findLinter();
if (linter === undefined) skip('cfn-lint', 'it is not installed (pip install cfn-lint)');
else await main(linter);
