import { Failure, reporter } from '../base/diagnostic.ts';
import { sha256Hex } from '../base/hash.ts';
import type { ResourceGraph } from '../model/graph.ts';
import { isJoin, isRef } from '../model/value.ts';
import { observe } from '../observe/observe.ts';
import type { LoadedCluster } from '../spec/load.ts';
import { appCodes } from './codes.ts';
import { buildFor } from './graph.ts';
import { type AwsToRead, contextFor } from './ports.ts';
import { mustBeSelfManaged } from './self-managed/must-be-self-managed.ts';

const report = reporter(appCodes);

/** One part of what machines run: of their user data, or what that fetches from the store. */
export interface BootPart {
  /** Where it stands: the id of a resource in the graph. */
  readonly source: string;
  /** MIME type: `text/x-shellscript`, `application/vnd.quilla.boot+json`. */
  readonly type: string;
  /** Text as it stands there, or base64 of what is compressed. */
  readonly text: string;
  readonly encoding: 'plain' | 'base64';
  /** Of what the machine fetches and checks before it runs it: of the whole object in the store. Null for a part of user data. */
  readonly sha256: string | null;
}

export interface NodeScript {
  readonly launchTemplate: string;
  readonly parts: readonly BootPart[];
}

/** What the machines of a seat or a group run when they start: values that AWS tells are shown as `<ID.FIELD>`. Fails where there are no such machines. */
export async function nodeScript(
  loaded: LoadedCluster,
  machine: { readonly type: 'seat' | 'group'; readonly name: string },
  aws: AwsToRead,
): Promise<NodeScript> {
  if (machine.type === 'seat') mustBeSelfManaged(loaded.cluster, 'seat');
  const { graph } = await buildFor(loaded, aws, observe(aws.readers, contextFor(aws, loaded.cluster.metadata.name)));
  if (!graph.ok) throw new Failure(...graph.diagnostics);
  const id = `launch-template/${machine.type === 'seat' ? 'seat-' : ''}${machine.name}`;
  const found = graph.value.resources.find((resource) => resource.id === id);
  const userData = found?.kind === 'launch-template' ? found.desired.userData : undefined;
  if (found === undefined) throw new Failure(unknown(machine, graph.value));
  if (userData === undefined || userData === null)
    throw new Failure(
      report('app.unknown-name', {
        detail: `the machines of ${machine.type} ${machine.name} get no user data of ours: EKS writes what they run`,
      }),
    );
  const program = machine.type === 'seat' ? programOf(graph.value) : [];
  return { launchTemplate: id, parts: [...partsOf(id, textOf(userData)), ...program] };
}

/** The rest of a seat's script, which is too long for user data. */
function programOf({ resources }: ResourceGraph): BootPart[] {
  const source = 'bucket-object/seat-program';
  const found = resources.find(({ id }) => id === source);
  if (found?.kind !== 'bucket-object') return [];
  const content = textOf(found.desired.content);
  const { gzip } = JSON.parse(content) as { gzip: string };
  return [{ source, type: 'text/x-shellscript', text: gzip, encoding: 'base64', sha256: sha256Hex(content) }];
}

function unknown({ type, name }: { type: 'seat' | 'group'; name: string }, { resources }: ResourceGraph) {
  const all = resources.flatMap(({ id }) => /^launch-template\/(.+)$/.exec(id)?.[1] ?? []).sort();
  const seats = all.flatMap((one) => /^seat-(.+)$/.exec(one)?.[1] ?? []);
  const groups = all.filter((one) => !one.startsWith('seat-'));
  const known = type === 'seat' ? seats : groups;
  return report('app.unknown-name', {
    detail: `the spec has no ${type} ${JSON.stringify(name)} with a launch template`,
    fix: known.length === 0 ? `It has no ${type}s that have one.` : `It has ${known.join(', ')}.`,
  });
}

const textOf = (value: unknown): string =>
  isJoin(value) ? value.$join.map(textOf).join('') : isRef(value) ? `<${value.$ref}.${value.field}>` : String(value);

/** The parts of MIME user data; a text that is none is one part. https://cloudinit.readthedocs.io/en/latest/explanation/format/mime-archive.html */
function partsOf(source: string, text: string): BootPart[] {
  const boundary = /^content-type:\s*multipart\/[^;]+;\s*boundary="?([^"\r\n]+)"?/im.exec(text)?.[1];
  if (boundary === undefined) return [{ source, type: 'text/plain', text, encoding: 'plain', sha256: null }];
  return text
    .split(`--${boundary}`)
    .slice(1)
    .filter((part) => !part.startsWith('--'))
    .map((part): BootPart => {
      const [head = '', ...body] = part.replace(/^\r?\n/, '').split(/\r?\n\r?\n/);
      const type = /^content-type:\s*([^;\s]+)/im.exec(head)?.[1] ?? 'text/plain';
      const isBase64 = /^content-transfer-encoding:\s*base64/im.test(head);
      const encoding = isBase64 ? 'base64' : 'plain';
      return { source, type, text: body.join('\n\n').trim(), encoding, sha256: null };
    });
}
