import type { Socket as UdpSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import { type DecodedPacket, decode, encode, type Packet, type TxtAnswer } from 'dns-packet';
import type { DnsAnswer, DnsRecord } from './dns-answer.ts';

/** Answers one question; undefined: it is not answered at all. */
export type Resolve = (name: string, type: string) => DnsAnswer | undefined;

/** Codes of answers: https://www.iana.org/assignments/dns-parameters/dns-parameters.xhtml#dns-parameters-6 */
const codes = { NOERROR: 0, FORMERR: 1, NXDOMAIN: 3, NOTIMP: 4 } as const;
/** Bits of the header: https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1 */
const [truncated, recursionDesired, recursionAvailable] = [0x200, 0x100, 0x80];
const smallest = 512;

/** Answers a query, in at most so many bytes; undefined where it is none. */
export function answerPacket(query: Buffer, resolve: Resolve, limit: number): Buffer | undefined {
  const read = readQuery(query);
  if (read === undefined) return undefined;
  const question = read.questions?.[0];
  const flags = ((read.flags ?? 0) & recursionDesired) | recursionAvailable;
  const start: Packet = { type: 'response', id: read.id ?? 0, questions: read.questions ?? [] };
  if (question === undefined || read.questions?.length !== 1) return encode({ ...start, flags: flags | codes.FORMERR });
  if ((((read.flags ?? 0) >> 11) & 0xf) !== 0) return encode({ ...start, flags: flags | codes.NOTIMP });
  const found = resolve(question.name, question.type);
  if (found === undefined) return undefined;
  const answers = found.records.map(wireRecord);
  const whole = encode({ ...start, flags: flags | codes[found.rcode], answers });
  return whole.length <= limit ? whole : encode({ ...start, flags: flags | truncated });
}

function readQuery(query: Buffer): DecodedPacket | undefined {
  try {
    const read = decode(query);
    return read.type === 'query' ? read : undefined;
  } catch {
    return undefined;
  }
}

function wireRecord({ name, type, ttl, data }: DnsRecord): NonNullable<Packet['answers']>[number] {
  if (type === 'TXT') return { type, name, ttl, class: 'IN', data: [...data] } satisfies TxtAnswer;
  return { type, name, ttl, class: 'IN', data: data as string };
}

/** How large an answer by UDP the asking side takes: https://www.rfc-editor.org/rfc/rfc6891#section-6.2.5 */
function limitOf(query: Buffer): number {
  const option = readQuery(query)?.additionals?.find((one) => one.type === 'OPT');
  const size = option?.type === 'OPT' ? (option as { udpPayloadSize?: number }).udpPayloadSize : undefined;
  return Math.min(Math.max(size ?? smallest, smallest), 4096);
}

/** Answers what comes to a UDP socket, from the address that was asked. */
export function answerUdp(socket: UdpSocket, resolve: Resolve): void {
  socket.on('message', (query, { address, port }) => {
    const answer = answerPacket(query, resolve, limitOf(query));
    if (answer !== undefined) socket.send(answer, port, address);
  });
  // An unreachable asker is told as an error of the socket.
  socket.on('error', () => undefined);
}

const idle = 10_000;

/** Answers on a TCP connection, where each message has its length before it. https://www.rfc-editor.org/rfc/rfc1035#section-4.2.2 */
export function answerTcp(connection: Socket, resolve: Resolve): void {
  let held: Buffer = Buffer.alloc(0);
  connection.setTimeout(idle, () => connection.destroy());
  connection.on('error', () => undefined);
  connection.on('data', (part: Buffer) => {
    held = Buffer.concat([held, part]);
    while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
      const end = 2 + held.readUInt16BE(0);
      const answer = answerPacket(held.subarray(2, end), resolve, 0xffff);
      held = held.subarray(end);
      if (answer === undefined) return void connection.destroy();
      const length = Buffer.alloc(2);
      length.writeUInt16BE(answer.length);
      connection.write(Buffer.concat([length, answer]));
    }
  });
}
