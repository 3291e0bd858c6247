import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { badDigest } from './errors.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html: those that this AWS can compute. */
const algorithms: Readonly<Record<string, (body: Uint8Array) => string>> = {
  CRC32: (body) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes.toString('base64');
  },
  SHA1: (body) => createHash('sha1').update(body).digest('base64'),
  SHA256: (body) => createHash('sha256').update(body).digest('base64'),
};

type Input = Readonly<Record<string, unknown>>;

/** Checks the digests that a request gives and tells those to keep with the object. Throws BadDigest. */
export function checkedDigests(input: Input, body: Uint8Array): Record<string, string> {
  if (input.ContentMD5 !== undefined && input.ContentMD5 !== createHash('md5').update(body).digest('base64')) {
    throw badDigest('Content-MD5');
  }
  const asked = typeof input.ChecksumAlgorithm === 'string' ? input.ChecksumAlgorithm : undefined;
  const kept: Record<string, string> = {};
  for (const [name, compute] of Object.entries(algorithms)) {
    const given = input[`Checksum${name}`];
    if (given === undefined && asked !== name) continue;
    const computed = compute(body);
    if (given !== undefined && given !== computed) throw badDigest(name);
    kept[name] = computed;
  }
  return kept;
}

/** The members of an answer that hold an object's checksums. */
export const checksumMembers = (checksums: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(checksums).map(([name, value]) => [`Checksum${name}`, value]));
