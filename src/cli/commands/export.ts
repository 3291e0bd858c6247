import { relative, resolve } from 'node:path';
import { Failure, reporter } from '../../base/diagnostic.ts';
import { cliCodes } from '../codes.ts';
import { type Command, fileOption, type Invocation, isJson, textOf } from '../command.ts';
import { show, tell } from '../outcome.ts';
import { readSpec } from '../spec-file.ts';

type Target = import('../../app/index.ts').ExportTarget;

/** The spec as a command in the same folder would name it. */
function specFileOf(invocation: Invocation): string {
  const file = textOf(invocation, 'file')!;
  return file === '-' ? 'FILE' : relative(invocation.io.cwd, resolve(invocation.io.cwd, file)) || file;
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
    const [loaded, { exportCluster }, { openAws }, out, { exportedText }] = await Promise.all([
      readSpec(invocation),
      import('../../app/export.ts'),
      import('../aws.ts'),
      import('../export-folder.ts'),
      import('../views/human/export.ts'),
    ]);
    const { metadata, spec } = loaded.cluster;
    const manifest = { target, cluster: metadata.name };
    const place = out.exportFolder(invocation.io.cwd, textOf(invocation, 'out')!);
    if (!checks) out.mustTake(place, manifest);
    const aws = await openAws(invocation, spec.region);
    try {
      const specFile = specFileOf(invocation);
      const { files, diagnostics, commands } = await exportCluster(loaded, aws.toRead, { target, imports, specFile });
      const differences = out.compareFolder(place.folder, {
        ...files,
        [out.manifestName]: out.manifestText(manifest, files),
      });
      if (!checks) out.writeFolder(place.folder, manifest, files);
      await tell(diagnostics, invocation);
      const shown = {
        ...manifest,
        folder: place.shown,
        written: !checks,
        files: Object.keys(files).sort(),
        differences,
        commands,
      };
      const text = isJson(invocation) ? '' : exportedText({ ...shown, imports, specFile }, invocation.io.outStyle);
      show(invocation, 'Export', { data: { ...shown, diagnostics }, text });
      return checks && differences.length > 0 ? 3 : 0;
    } finally {
      await aws.close();
    }
  },
};
