import type { Difference } from '../../export-folder.ts';
import { plural, type Style } from '../style.ts';

/** What an export wrote or would write. */
export interface ExportShown {
  readonly target: 'terraform' | 'cloudformation';
  readonly cluster: string;
  readonly folder: string;
  readonly written: boolean;
  readonly files: readonly string[];
  readonly differences: readonly Difference[];
  /** What to run in the folder. */
  readonly commands: readonly string[];
  readonly imports: boolean;
  readonly specFile: string;
}

const names = { terraform: 'Terraform', cloudformation: 'CloudFormation' } as const;

/** A folder name as a shell takes it. */
const quoted = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

function nextSteps({ folder, commands, imports, specFile }: ExportShown): readonly string[] {
  const run = commands.map((command) => `cd ${quoted(folder)} && ${command}`);
  return imports ? [...run, `quilla disown -f ${quoted(specFile)}`] : run;
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
  const count = differences.filter(({ path }) => files.includes(path)).length;
  const changed = count === 0 ? 'nothing had changed' : `${count} changed`;
  return [
    `Wrote ${names[target]} for ${style.bold(cluster)} to ${folder}: ${plural(files.length, 'file')}, ${changed}.`,
    '',
    'Next:',
    ...nextSteps(shown).map((step) => `  ${step}`),
  ].join('\n');
}
