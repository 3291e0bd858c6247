// Runs as a process of its own inside of a network namespace, for as long as it takes to open sockets and to hand them over.
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import type { OpenerMessage, Place } from './sockets.ts';

const send = (message: OpenerMessage, handle?: Server | UdpSocket): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send!(message, handle, {}, (error) => (error === null ? resolve() : reject(error)));
  });

function listenTcp({ address, port }: Place): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: address, port, backlog: 511 }, () => resolve(server));
  });
}

function bindUdp({ address, port }: Place): Promise<UdpSocket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind({ address, port, exclusive: true }, () => resolve(socket));
  });
}

async function openOne(place: Place, index: number): Promise<boolean> {
  try {
    const handle = await (place.protocol === 'tcp' ? listenTcp(place) : bindUdp(place));
    await send({ kind: 'open', index }, handle);
    return true;
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    await send({ kind: 'failed', index, code, message });
    return false;
  }
}

process.once('disconnect', () => process.exit());
process.once('message', async ({ places }: { places: readonly Place[] }) => {
  for (const [index, place] of places.entries()) if (!(await openOne(place, index))) break;
  process.exit();
});
