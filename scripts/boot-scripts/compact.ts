import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** What lies in user data, and what a seat takes from the store. */
export const scriptNames = ['seat', 'seat-program', 'worker'] as const;
export type ScriptName = (typeof scriptNames)[number];

const folder = new URL('../../src/model/bootstrap/self-managed/scripts/', import.meta.url);
const source = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

/** Sources of each script, in the order in which they are joined; the Python parts become one shell function. */
export const scriptSources: Readonly<
  Record<ScriptName, { readonly python: string; readonly parts: readonly string[] }>
> = {
  seat: { python: 'python_shared', parts: ['shared.py', 'shared.sh', 'machine.sh', 'seat-load.sh'] },
  'seat-program': {
    python: 'python_seat',
    parts: ['seat.py', 'seat-cluster.py', 'seat-place.sh', 'seat-certificates.sh', 'seat-etcd.sh', 'seat.sh'],
  },
  worker: { python: 'python_shared', parts: ['shared.py', 'shared.sh', 'machine.sh', 'worker.sh'] },
};

/** A shell source without comment lines, empty lines and indentation; what stands between `<<END` and `END` stays as it is. */
export function compactShell(text: string): string {
  const kept: string[] = [];
  let end: string | undefined;
  for (const line of text.split('\n')) {
    const bare = line.trim();
    if (end !== undefined) {
      kept.push(line);
      if (line === end) end = undefined;
    } else if (bare !== '' && (kept.length === 0 || !bare.startsWith('#'))) {
      kept.push(bare);
      end = /<< ?'?([A-Z]+)'?/.exec(bare)?.[1];
    }
  }
  return `${kept.join('\n')}\n`;
}

/** A Python source without comment lines and empty lines, each level of indentation one blank. */
export function compactPython(text: string): string {
  const kept = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  const shallow = kept.map((line) => line.replace(/^( {4})+/, (blanks) => ' '.repeat(blanks.length / 4)));
  return `${shallow.join('\n')}\n`;
}

/** The sources as they are, joined: what the compact form must mean the same as. */
export function joinedSources(name: ScriptName, python = (text: string): string => text): string {
  const { python: named, parts } = scriptSources[name];
  const program = parts.filter((part) => part.endsWith('.py')).map((part) => python(source(part)));
  const shell = parts.filter((part) => part.endsWith('.sh')).map(source);
  const embedded = `${named}() {\ncat <<'PYTHON'\n${program.join('')}PYTHON\n}`;
  return ['#!/bin/bash', embedded, ...shell].join('\n');
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A whole script as a machine runs it. A seat's knows the digest of the program that it takes from the store. */
export function scriptOf(name: ScriptName): string {
  const text = compactShell(joinedSources(name, compactPython));
  return name === 'seat' ? text.replace(/^PROGRAM=$/m, `PROGRAM=${sha256(scriptOf('seat-program'))}`) : text;
}

/** gzip without time and with a fixed system byte (3 is Unix), so that one text gives one result. */
export function compress(text: string): string {
  const zipped = gzipSync(text, { level: 9, memLevel: 9 });
  zipped.writeUInt32LE(0, 4);
  zipped[9] = 3;
  return zipped.toString('base64');
}
