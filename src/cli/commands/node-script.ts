import { gunzipSync } from 'node:zlib';
import { Failure, reporter } from '../../base/diagnostic.ts';
import { cliCodes } from '../codes.ts';
import { type Command, fileOption, type Invocation, isJson, textOf } from '../command.ts';
import { show } from '../outcome.ts';
import { readSpec } from '../spec-file.ts';

/** Which machine is meant: exactly one of the two options. */
function machineOf(invocation: Invocation): { type: 'seat' | 'group'; name: string } {
  const [seat, group] = [textOf(invocation, 'seat'), textOf(invocation, 'group')];
  if (seat !== undefined && group === undefined) return { type: 'seat', name: seat };
  if (group !== undefined && seat === undefined) return { type: 'group', name: group };
  throw new Failure(
    reporter(cliCodes)('cli.bad-option', {
      detail: seat === undefined ? 'neither --group nor --seat is given' : 'both --group and --seat are given',
      fix: 'Give one of them: --group workers, or --seat a.',
    }),
  );
}

/** A part as it can be read: decompressed, JSON with indentation. */
function readable({ type, text, encoding }: import('../../app/index.ts').BootPart): string {
  if (encoding === 'plain') return type.endsWith('json') ? indented(text) : text;
  const bytes = Buffer.from(text, 'base64');
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isGzip ? gunzipSync(bytes) : bytes).toString('utf8');
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export const nodeScript: Command = {
  name: 'node-script',
  summary: 'print what the machines of a group or a seat run when they start, to read',
  details:
    'The boot script and its configuration, for a seat with what it fetches from the store, or the user data of a group on EKS. No secret is in it; values that only AWS tells stand as <ID.FIELD>. Nothing is changed.',
  options: [
    fileOption,
    { flags: '--group <name>', summary: 'of a node group' },
    { flags: '--seat <name>', summary: 'of a seat of a self-managed control plane' },
  ],
  examples: ['quilla node-script -f cluster.yaml --group workers', 'quilla node-script -f cluster.yaml --seat a'],
  callsAws: true,
  printsResult: true,
  async run(invocation) {
    const machine = machineOf(invocation);
    const [loaded, app, { openAws }] = await Promise.all([
      readSpec(invocation),
      import('../../app/index.ts'),
      import('../aws.ts'),
    ]);
    const aws = await openAws(invocation, loaded.cluster.spec.region);
    try {
      const { launchTemplate, parts } = await app.nodeScript(loaded, machine, aws.toRead);
      const read = parts.map((part) => {
        const { source, type, sha256 } = part;
        return { source, type, sha256, text: readable(part) };
      });
      const text = read
        .map(
          ({ source, type, sha256, text }) =>
            `# ---- ${source}: ${type}${sha256 === null ? '' : `, sha256 ${sha256}`}\n${text}`,
        )
        .join('\n\n');
      show(invocation, 'NodeScript', {
        data: { launchTemplate, parts: read },
        text: isJson(invocation) ? '' : text,
      });
      return 0;
    } finally {
      await aws.close();
    }
  },
};
