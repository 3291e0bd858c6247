import { resolve } from 'node:path';
import { Failure, reporter } from '../../base/diagnostic.ts';
import { cliCodes } from '../codes.ts';
import { type Command, fileOption, type Invocation, isJson, textOf } from '../command.ts';
import { show, tell } from '../outcome.ts';
import { shellWord } from '../shell-word.ts';
import { readSpec } from '../spec-file.ts';

type Target = import('../../app/index.ts').ExportTarget;

/** The spec as commands in a folder name it, for a shell. */
async function specFrom(folder: string, invocation: Invocation): Promise<string> {
  const file = textOf(invocation, 'file')!;
  if (file === '-') return 'FILE';
  const { fileFrom } = await import('../export-folder.ts');
  return shellWord(fileFrom(folder, resolve(invocation.io.cwd, file)));
}

function mustFit(target: Target, imports: boolean): void {
  if (!imports || target === 'terraform') return;
  throw new Failure(
    reporter(cliCodes)('cli.bad-option', {
      detail: '--import is for terraform only',
      fix: 'CloudFormation imports by hand: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html',
    }),
  );
}

export const exportVerb: Command = {
  name: 'export',
  summary: 'write the cluster as Terraform or CloudFormation',
  details:
    'Writes what the other program makes the same cluster from: configuration or template, and files beside it. Nothing secret is in it. What it makes is not Quilla’s until `quilla adopt`. With --import, Terraform takes over a cluster that stands. With --check nothing is written, and the exit code is 3 where the folder differs from what would be.',
  arguments: [
    { name: 'target', summary: 'for which program', required: true, choices: ['terraform', 'cloudformation'] },
  ],
  options: [
    fileOption,
    { flags: '--out <dir>', summary: 'the folder to write to: new, empty, or of an earlier export', required: true },
    { flags: '--import', summary: 'with terraform: write import blocks for the cluster that stands' },
    { flags: '--check', summary: 'write nothing; exit with 3 where the folder differs' },
  ],
  examples: [
    'quilla export terraform -f cluster.yaml --out terraform',
    'quilla export terraform -f cluster.yaml --out terraform --check',
    'quilla export cloudformation -f cluster.yaml --out cloudformation',
  ],
  callsAws: true,
  printsResult: true,
  async run(invocation) {
    const target = invocation.args[0] as Target;
    const imports = invocation.options.import === true;
    const checks = invocation.options.check === true;
    mustFit(target, imports);
    const [loaded, { exportCluster, stepsAfter }, { openAws }, out, { writeFolder }, { exportedText }] =
      await Promise.all([
        readSpec(invocation),
        import('../../app/export.ts'),
        import('../aws.ts'),
        import('../export-folder.ts'),
        import('../export-write.ts'),
        import('../views/human/export.ts'),
      ]);
    const { metadata, spec } = loaded.cluster;
    const purpose = { target, cluster: metadata.name, ...(imports ? { import: true as const } : {}) };
    const place = out.exportFolder(invocation.io.cwd, textOf(invocation, 'out')!);
    if (checks) out.mustBeOurs(place, purpose);
    else out.mustTake(place, purpose);
    const specFile = await specFrom(place.folder, invocation);
    const aws = await openAws(invocation, spec.region);
    try {
      const { files, diagnostics, commands } = await exportCluster(loaded, aws.toRead, { target, imports, specFile });
      out.mustHold(place, files);
      const differences = out.compareFolder(place.folder, {
        ...files,
        [out.manifestName]: out.manifestText(purpose, files),
      });
      if (!checks) writeFolder(place, purpose, files);
      await tell(diagnostics, invocation);
      const inFolder = stepsAfter(loaded, { imports, specFile }).map(({ command }) => command);
      const after = stepsAfter(loaded, { imports, specFile: await specFrom(invocation.io.cwd, invocation) });
      const shown = {
        target,
        cluster: metadata.name,
        folder: place.shown,
        written: !checks,
        files: Object.keys(files).sort(),
        differences,
        commands,
      };
      show(invocation, 'Export', {
        data: { ...shown, commands: [...commands, ...inFolder], diagnostics },
        text: isJson(invocation) ? '' : exportedText({ ...shown, after }, invocation.io.outStyle),
      });
      return checks && differences.length > 0 ? 3 : 0;
    } finally {
      await aws.close();
    }
  },
};
