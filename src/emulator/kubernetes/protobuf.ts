import type { Data } from './data.ts';
import { kinds, type Message } from './protobuf-kinds.ts';

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding */
const magic = Buffer.from('k8s\0');

class Reader {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  varint(): number {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new NotRead('the message is cut off');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
  }

  chunk(): Buffer {
    const length = this.varint();
    const part = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return part;
  }
}

/** Something that the tables here do not name: to drop it silently would store another object than the one that was sent. */
class NotRead extends Error {}

function decode(message: Message, bytes: Buffer): Data {
  const reader = new Reader(bytes);
  const result: Data = {};
  while (!reader.done) {
    const tag = reader.varint();
    const field = message[tag >> 3];
    if (field === undefined) throw new NotRead(`field ${tag >> 3} is not read`);
    const [name, type] = field;
    const value = (tag & 7) === 0 ? reader.varint() : reader.chunk();
    put(result, { name, type, value });
  }
  return result;
}

interface Field {
  readonly name: string;
  readonly type: Message[number][1];
  readonly value: number | Buffer;
}

function put(result: Data, { name, type, value }: Field): void {
  if (typeof value === 'number') {
    if (value !== 0 || type === 'int') result[name] = type === 'bool' ? true : value;
  } else if (type === 'string') {
    // An empty string stands for a field that was left out.
    if (value.length > 0) result[name] = value.toString();
  } else if (type === 'strings') result[name] = [...((result[name] as unknown[]) ?? []), value.toString()];
  else if (type === 'map' || type === 'bytesMap') {
    const { key = '', value: item = '' } = decode(
      { 1: ['key', 'string'], 2: ['value', type === 'map' ? 'string' : 'base64'] },
      value,
    );
    result[name] = { ...(result[name] as Data), [String(key)]: item };
  } else if (type === 'base64') result[name] = value.toString('base64');
  else if (type === 'time') {
    if (value.length > 0)
      result[name] = new Date(Number(decode({ 1: ['s', 'int'], 2: ['n', 'int'] }, value).s ?? 0) * 1000).toISOString();
  } else if (Array.isArray(type)) result[name] = [...((result[name] as unknown[]) ?? []), decode(type[0]!, value)];
  else if (typeof type === 'object') result[name] = decode(type as Message, value);
  else throw new NotRead(`${name} is not of type ${type}`);
}

/** A body in protobuf as JSON text, for the kinds that kubectl sends so; undefined where it cannot be read in full. */
export function protobufToJson(body: Buffer): string | undefined {
  if (!body.subarray(0, 4).equals(magic)) return undefined;
  try {
    const envelope = {
      1: ['type', { 1: ['apiVersion', 'string'], 2: ['kind', 'string'] }],
      2: ['raw', 'base64'],
      3: ['encoding', 'string'],
      4: ['contentType', 'string'],
    } satisfies Message;
    const { type, raw } = decode(envelope, body.subarray(4)) as {
      type?: { kind?: string; apiVersion?: string };
      raw?: string;
    };
    const message = kinds[type?.kind ?? ''];
    if (message === undefined) return undefined;
    return JSON.stringify({ ...type, ...decode(message, Buffer.from(raw ?? '', 'base64')) });
  } catch (error) {
    if (error instanceof NotRead) return undefined;
    throw error;
  }
}
