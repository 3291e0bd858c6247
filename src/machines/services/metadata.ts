import { request as ask, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { World } from '../../emulator/world.ts';

/** The address of the metadata service in every VPC. */
export const metadataAddress = '169.254.169.254';

/** The instance whose interface has this private address in a VPC. */
export function instanceWith(world: World, vpcId: string, address: string): string | undefined {
  for (const region of Object.values(world.regions)) {
    for (const eni of Object.values(region.ec2.networkInterfaces))
      if (eni.vpcId === vpcId && eni.privateIps.includes(address)) return eni.attachment?.instanceId;
  }
  return undefined;
}

export interface MetadataOptions {
  /** `http://127.0.0.1:PORT` of the embedded AWS. */
  readonly endpoint: string;
  /** Who asks, by the address that the connection came from; undefined where no instance has it. */
  readonly instanceOf: (address: string) => string | undefined;
}

/**
 * The metadata service of one VPC as an HTTP server without a socket: connections are given to it by `emit('connection', …)`. What it
 * answers is the embedded AWS's; a connection from an address that no instance has is closed.
 */
export function metadataServer({ endpoint, instanceOf }: MetadataOptions): Server {
  const server = createServer((request, response) => {
    const instanceId = instanceOf(request.socket.remoteAddress ?? '');
    if (instanceId === undefined) request.socket.destroy();
    else pass(request, response, { endpoint, start: `/_embedded/imds/${instanceId}` });
  });
  server.on('connection', (socket) => {
    if (instanceOf(socket.remoteAddress ?? '') === undefined) socket.destroy();
  });
  return server;
}

interface Onward {
  readonly endpoint: string;
  readonly start: string;
}

function pass(request: IncomingMessage, response: ServerResponse, { endpoint, start }: Onward): void {
  const { method, url = '/', headers } = request;
  const { hostname, port } = new URL(endpoint);
  // Joined as text: parsed as a URL, `..` would lead to what other instances are told. And no path of a proxy (`GET http://…`).
  const path = `${start}${url.startsWith('/') ? url : '/'}`;
  const onward = ask({ hostname, port, path, method, headers: { ...headers, connection: 'close' } }, (answer) => {
    const { connection: _, 'keep-alive': __, ...kept } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, kept);
    answer.pipe(response);
  });
  onward.once('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(500, { 'content-type': 'text/plain' }).end('the embedded AWS does not answer\n');
  });
  request.pipe(onward);
}
