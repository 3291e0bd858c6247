import { createPublicKey } from 'node:crypto';

/** A public key in OpenSSH's form: its wire blob, and DER (SubjectPublicKeyInfo). */
export interface OpenSshKey {
  readonly type: 'rsa' | 'ed25519';
  readonly blob: Buffer;
  readonly der: Buffer;
}

/** Reads the length-prefixed strings of a blob (RFC 4251, section 5); undefined where they do not fit. */
function parts(blob: Buffer): Buffer[] | undefined {
  const read: Buffer[] = [];
  for (let at = 0; at < blob.length; ) {
    if (at + 4 > blob.length) return undefined;
    const length = blob.readUInt32BE(at);
    if (at + 4 + length > blob.length) return undefined;
    read.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return read;
}

const base64url = (bytes: Buffer): string => (bytes[0] === 0 ? bytes.subarray(1) : bytes).toString('base64url');

function jwkOf(kind: string, rest: readonly Buffer[]) {
  const [first, second] = rest;
  if (kind === 'ssh-rsa' && first !== undefined && second !== undefined) {
    return { kty: 'RSA', e: base64url(first), n: base64url(second) };
  }
  if (kind === 'ssh-ed25519' && first?.length === 32)
    return { kty: 'OKP', crv: 'Ed25519', x: first.toString('base64url') };
  return undefined;
}

/** Reads `ssh-rsa AAAA... comment` or `ssh-ed25519 AAAA... comment`; undefined where it is neither. */
export function parseOpenSsh(text: string): OpenSshKey | undefined {
  const [kind, base64] = text.trim().split(/\s+/);
  if (kind === undefined || base64 === undefined) return undefined;
  const blob = Buffer.from(base64, 'base64');
  const [name, ...rest] = parts(blob) ?? [];
  const jwk = name?.toString() === kind ? jwkOf(kind, rest) : undefined;
  if (jwk === undefined) return undefined;
  try {
    const der = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' });
    return { type: kind === 'ssh-rsa' ? 'rsa' : 'ed25519', blob, der };
  } catch {
    return undefined;
  }
}

function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** An integer with the leading zero that keeps it positive. */
const positive = (bytes: Buffer): Buffer =>
  (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;

/** An RSA key in DER as one line of OpenSSH's form. */
export function openSshLine(der: Buffer, comment: string): string {
  const jwk = createPublicKey({ key: der, type: 'spki', format: 'der' }).export({ format: 'jwk' });
  const e = positive(Buffer.from(jwk.e ?? '', 'base64url'));
  const n = positive(Buffer.from(jwk.n ?? '', 'base64url'));
  const blob = Buffer.concat([field(Buffer.from('ssh-rsa')), field(e), field(n)]);
  return `ssh-rsa ${blob.toString('base64')} ${comment}`;
}
