import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BootConfig, SeatConfig } from '../../model/bootstrap/self-managed/boot-config.ts';
import { seatProgram } from '../../model/bootstrap/self-managed/boot-scripts.ts';
import { seatConfig } from './boot-configs.ts';
import type { BootWorld } from './boot-world.ts';
import { newMachine } from './machine.ts';

export interface SeatInput {
  readonly seat?: Partial<SeatConfig>;
  readonly config?: Partial<BootConfig>;
  readonly env?: Readonly<Record<string, string>>;
  readonly volumeId?: string;
  /** One that runs already, where a test does not need its own. */
  readonly instanceId?: string;
}

/** A new instance of seat `a` with its volume, its interface and their devices. */
export async function newSeat(world: BootWorld, interfaceOf: { id: string; mac: string }, input: SeatInput = {}) {
  const instanceId = input.instanceId ?? (await world.instance());
  const volumeId = input.volumeId ?? (await world.volume());
  await world.put(seatProgram.key, seatProgram.content);
  const config = seatConfig({ volumeId, interfaceId: interfaceOf.id, ...input.seat }, input.config);
  const machine = await newMachine(config, {
    QUILLA_IMDS: `${world.aws.endpoint}/_embedded/imds/${instanceId}`,
    QUILLA_ENDPOINT: world.aws.endpoint,
    ADDRESS_OF_LINK: '172.31.0.11',
    ...input.env,
  });
  await machine.write('sys/class/nvme/nvme1/serial', `${volumeId.replace('-', '')}   \n`);
  await machine.write('dev/nvme1n1', '');
  await machine.write('sys/class/net/eth1/address', `${interfaceOf.mac}\n`);
  return { ...machine, instanceId, volumeId };
}

export type Seat = Awaited<ReturnType<typeof newSeat>>;

const authorities = { ca: 'kubernetes', 'etcd-ca': 'etcd-ca', 'front-proxy-ca': 'front-proxy-ca' };

/** The key objects of a store, made with openssl as another program than ours. */
export function keysOfCluster(): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'quilla-keys-'));
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  for (const [name, subject] of Object.entries({ ...authorities, authenticator: 'aws-iam-authenticator' }))
    openssl(
      'req',
      '-x509',
      ...curve,
      '-days',
      '3650',
      '-subj',
      `/CN=${subject}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
    );
  openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'sa.key');
  openssl('pkey', '-in', 'sa.key', '-pubout', '-out', 'sa.pub');
  const names = [...Object.keys(authorities), 'authenticator'].flatMap((name) => [`${name}.key`, `${name}.crt`]);
  const texts = [...names, 'sa.key', 'sa.pub'].map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
  rmSync(folder, { recursive: true });
  return { ...Object.fromEntries(texts), 'secrets.key': Buffer.alloc(32, 7).toString('base64') };
}

export const certificateOf = (pem: string): X509Certificate => new X509Certificate(pem);

export interface Asked {
  readonly address: string;
  readonly path: string;
  readonly body: unknown;
}

export interface StandIn {
  readonly asked: Asked[];
  readonly env: { readonly STAND_IN: string };
  /** What the other seats' etcd answers by path; what is not here fails. */
  answers: Readonly<Record<string, unknown>>;
  readonly server: Server;
}

/** etcd's gateway, its health and the API server, over plain HTTP. */
export async function startStandIn(): Promise<StandIn> {
  const standIn = { asked: [] as Asked[], answers: {} as Readonly<Record<string, unknown>> };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [, address = '', ...rest] = (request.url ?? '').split('/');
    const path = rest.join('/').replace('v3/', '');
    const text = Buffer.concat(chunks).toString();
    standIn.asked.push({ address, path, body: text === '' ? undefined : JSON.parse(text) });
    const answer = standIn.answers[`${address}/${path}`] ?? standIn.answers[path];
    response.writeHead(answer === undefined ? 503 : 200).end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return Object.assign(standIn, { server, env: { STAND_IN: `http://127.0.0.1:${port}` } });
}
