import type { NextStep } from '../../../app/export.ts';
import type { Difference } from '../../export-folder.ts';
import { shellWord } from '../../shell-word.ts';
import { plural, type Style } from '../style.ts';

/** What an export wrote or would write. */
export interface ExportShown {
  readonly target: 'terraform' | 'cloudformation';
  readonly cluster: string;
  readonly folder: string;
  readonly written: boolean;
  readonly files: readonly string[];
  readonly differences: readonly Difference[];
  /** What to run in the folder: the other program. */
  readonly commands: readonly string[];
  /** What to run from where the export was run: Quilla, afterwards. */
  readonly after: readonly NextStep[];
}

const names = { terraform: 'Terraform', cloudformation: 'CloudFormation' } as const;

/** In parentheses, so that one may take all lines at once: the ones below are for where the export was run. */
function nextSteps({ folder, commands, after }: ExportShown): readonly string[] {
  const to = shellWord(folder.startsWith('-') ? `./${folder}` : folder);
  return [
    ...commands.map((command) => `(cd ${to} && ${command})`),
    ...after.flatMap(({ command, optional }) => [
      ...(optional === undefined ? [] : [`# optional: ${optional}`]),
      command,
    ]),
  ];
}

/** What became of the files: only numbers that are not 0. */
function counts({ files, differences }: ExportShown): string {
  const count = (state: Difference['state']): number =>
    differences.filter((one) => one.state === state && (state === 'left over' || files.includes(one.path))).length;
  const [changed, fresh, gone] = [count('changed'), count('missing'), count('left over')];
  const all = plural(files.length, 'file');
  if (fresh === files.length && gone === 0) return `${all} written`;
  const said = [
    ...(changed === 0 ? [] : [`${changed} changed`]),
    ...(fresh === 0 ? [] : [`${fresh} new`]),
    ...(gone === 0 ? [] : [`${gone} taken away`]),
  ];
  return `${all}, ${said.length === 0 ? 'nothing had changed' : said.join(', ')}`;
}

/** An export as people read it. */
export function exportedText(shown: ExportShown, style: Style): string {
  const { target, cluster, folder, written, files, differences } = shown;
  const rows = differences.map(({ path, state }) => `  ${style.yellow(state)}  ${path}`);
  if (!written) {
    const head = `${names[target]} for ${style.bold(cluster)} in ${folder}: `;
    return differences.length === 0
      ? `${head}${style.green('as it would be written')} (${plural(files.length, 'file')}).`
      : [`${head}${plural(differences.length, 'file differs', 'files differ')}.`, ...rows].join('\n');
  }
  return [
    `${names[target]} for ${style.bold(cluster)} in ${folder}: ${counts(shown)}.`,
    '',
    'Next:',
    ...nextSteps(shown).map((step) => `  ${step}`),
  ].join('\n');
}
