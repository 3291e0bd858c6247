/** The part of DER that an X.509 certificate needs: https://www.itu.int/rec/T-REC-X.690 */

const length = (n: number): Buffer => {
  if (n < 0x80) return Buffer.from([n]);
  const bytes = Buffer.from(n.toString(16).padStart(n > 0xffff ? 6 : n > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
};

/** One element: tag, length, content. */
export const element = (tag: number, ...content: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), length(body.length), body]);
};

export const sequence = (...content: readonly Uint8Array[]): Buffer => element(0x30, ...content);
export const set = (...content: readonly Uint8Array[]): Buffer => element(0x31, ...content);
export const octets = (content: Uint8Array): Buffer => element(0x04, content);
export const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text));
export const boolean = (value: boolean): Buffer => element(0x01, Buffer.from([value ? 0xff : 0]));
/** A positive integer from its big-endian bytes. */
export const integer = (bytes: Uint8Array): Buffer =>
  element(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
/** Whole bytes as a bit string; `unused` bits at its end do not count. */
export const bits = (content: Uint8Array, unused = 0): Buffer => element(0x03, Buffer.from([unused]), content);
/** UTCTime, for years from 1950 to 2049. */
export const utcTime = (iso: string): Buffer =>
  element(0x17, Buffer.from(`${iso.replace(/[-:T]/g, '').slice(2, 14)}Z`));

/** `2.5.29.17` */
export function oid(text: string): Buffer {
  const [first, second, ...rest] = text.split('.').map(Number);
  const bytes = [first! * 40 + second!];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return element(0x06, Buffer.from(bytes));
}

/** The elements inside a constructed element, each with its tag and length. */
export function childrenOf(outer: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = headerOf(outer, 0); at < outer.length; ) {
    const end = at + headerOf(outer, at) + lengthAt(outer, at);
    found.push(outer.subarray(at, end));
    at = end;
  }
  return found;
}

/** Bytes of tag and length. */
const headerOf = (data: Buffer, at: number): number => (data[at + 1]! < 0x80 ? 2 : 2 + (data[at + 1]! & 0x7f));

function lengthAt(data: Buffer, at: number): number {
  const first = data[at + 1]!;
  return first < 0x80 ? first : data.readUIntBE(at + 2, first & 0x7f);
}
