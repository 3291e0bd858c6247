import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { type MimePart, mimePartsOf } from '../user-data.ts';
import { type BootConfig, bootConfig, bootConfigType } from './boot-config.ts';

/** What cloud-init decompresses: https://github.com/canonical/cloud-init/blob/main/cloudinit/user_data.py */
const compressedTypes = new Set(
  ['gzip', 'gzip-compressed', 'gzipped', 'x-compress', 'x-compressed', 'x-gunzip', 'x-gzip', 'x-gzip-compressed'].map(
    (name) => `application/${name}`,
  ),
);

export type BootReading = { readonly config: BootConfig } | { readonly refused: string };

/** Reads user data that carries a boot configuration; undefined for any other. */
export function readBootData(base64: string | undefined): BootReading | undefined {
  const parts = mimePartsOf(Buffer.from(base64 ?? '', 'base64')) ?? [];
  const part = parts.find(({ contentType }) => contentType === bootConfigType);
  if (part === undefined) return undefined;
  const script = scriptProblem(parts);
  if (script !== undefined) return { refused: script };
  let value: unknown;
  try {
    value = JSON.parse(part.body.toString());
  } catch (error) {
    return { refused: `its part ${bootConfigType} is no JSON: ${(error as Error).message}` };
  }
  const read = bootConfig.safeParse(value);
  if (!read.success) return { refused: `its boot configuration is not valid: ${z.prettifyError(read.error)}` };
  const isSeat = read.data.role === 'seat';
  if (isSeat !== (read.data.seat !== undefined))
    return { refused: `its boot configuration is for a ${read.data.role} ${isSeat ? 'without' : 'with'} a seat` };
  return { config: read.data };
}

/** Scripts of user data, decompressed; undefined for what cannot be. */
const scriptsIn = (parts: readonly MimePart[]): readonly (Buffer | undefined)[] =>
  parts.flatMap(({ contentType, body }) => {
    if (contentType === 'text/x-shellscript') return [body];
    return compressedTypes.has(contentType) ? [unpacked(body)] : [];
  });

/** Digest of the object in the store that the script of a seat goes on with, as the script says it; undefined where it is whole. */
export function programDigest(base64: string | undefined): string | undefined {
  const parts = mimePartsOf(Buffer.from(base64 ?? '', 'base64')) ?? [];
  const texts = scriptsIn(parts).map((text) => text?.toString() ?? '');
  return texts.flatMap((text) => /^PROGRAM=([0-9a-f]{64})$/m.exec(text)?.[1] ?? [])[0];
}

/** Without a script that cloud-init runs, nothing happens on the machine. */
function scriptProblem(parts: readonly MimePart[]): string | undefined {
  const texts = scriptsIn(parts);
  if (texts.some((text) => text?.subarray(0, 2).toString() === '#!')) return undefined;
  return texts.length === 0
    ? 'its user data has no script part'
    : 'the script part of its user data does not begin with #! once decompressed';
}

function unpacked(body: Buffer): Buffer | undefined {
  try {
    return gunzipSync(body);
  } catch {
    return undefined;
  }
}
