import { gunzipSync } from 'node:zlib';
import { type BootSettings, readBottlerocket } from './bottlerocket-settings.ts';
import { readNodeConfigs } from './node-config.ts';

export type UserDataReading = { readonly settings: BootSettings } | { readonly refused: string };

/** One part of a MIME multipart document, with its transfer encoding undone. */
export interface MimePart {
  readonly contentType: string;
  readonly body: Buffer;
}

const isGzip = (data: Buffer): boolean => data[0] === 0x1f && data[1] === 0x8b;
const plain = (data: Buffer): Buffer => (isGzip(data) ? gunzipSync(data) : data);

/** Reads an instance's user data (base64, as EC2 keeps it) as its image's agent would: nodeadm on AL2023, the API server of Bottlerocket. */
export function readUserData(base64: string | undefined, os: 'al2023' | 'bottlerocket'): UserDataReading {
  let text: Buffer;
  try {
    text = plain(Buffer.from(base64 ?? '', 'base64'));
  } catch (error) {
    return { refused: `the user data cannot be decompressed: ${(error as Error).message}` };
  }
  if (os === 'bottlerocket') return readBottlerocket(text.toString());
  return readNodeConfigs(nodeConfigsIn(text));
}

/** The documents of type application/node.eks.aws; user data that is no MIME document is one as a whole. */
function nodeConfigsIn(data: Buffer): string[] {
  const parts = mimePartsOf(data);
  if (parts === undefined) return data.length === 0 || data.toString().startsWith('#!') ? [] : [data.toString()];
  return parts
    .filter(({ contentType }) => contentType === 'application/node.eks.aws')
    .map(({ body }) => plain(body).toString());
}

const headersOf = (text: string): Map<string, string> =>
  new Map(
    text
      .replace(/\r?\n[ \t]+/g, ' ')
      .split(/\r?\n/)
      .map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );

/** The parts of a MIME multipart document; undefined where the data is none. */
export function mimePartsOf(data: Buffer): MimePart[] | undefined {
  const text = data.toString('latin1');
  const end = /\r?\n\r?\n/.exec(text);
  if (end === null) return undefined;
  const type = headersOf(text.slice(0, end.index)).get('content-type') ?? '';
  const boundary = /^multipart\/mixed.*boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (boundary === undefined) return undefined;
  const sections = text
    .slice(end.index)
    .split(new RegExp(`\\r?\\n--${boundary.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
  return sections
    .slice(1)
    .filter((section) => !section.startsWith('--'))
    .map(partOf);
}

function partOf(section: string): MimePart {
  const split = /\r?\n\r?\n/.exec(section);
  const head = split === null ? section : section.slice(0, split.index);
  const body = split === null ? '' : section.slice(split.index + split[0].length);
  const headers = headersOf(head.trim());
  const contentType = (headers.get('content-type') ?? 'text/plain').split(';')[0]!.trim().toLowerCase();
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase();
  return { contentType, body: Buffer.from(body, encoding === 'base64' ? 'base64' : 'latin1') };
}
