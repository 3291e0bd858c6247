import { createServer as createHttp } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { milliseconds } from '../../base/duration.ts';
import type { BalancerConfig, BalancerTarget } from './balancer-config.ts';
import type { TargetReport } from './balancer-messages.ts';
import { createBalancers } from './balancers.ts';
import { createForwards } from './forward.ts';
import { createLoadBalancer, targetsFor } from './load-balancer.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const listen = async (server: Server, address = '127.0.0.1', port = 0): Promise<number> => {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, address, resolve));
  ends.push(() => server.close());
  return (server.address() as AddressInfo).port;
};

const freePort = async (): Promise<number> => {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** Sends back all that it gets when the client has ended, with its name and from where it was reached. */
const echo = (name: string): Server =>
  createServer({ allowHalfOpen: true }, (socket) => {
    const parts: Buffer[] = [];
    socket.on('error', () => undefined);
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.on('end', () => socket.end(Buffer.concat([Buffer.from(`${name} ${socket.remoteAddress} `), ...parts])));
  });

const talk = (port: number, text: string | Buffer, address = '127.0.0.1'): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, allowHalfOpen: true });
    let answer = '';
    socket.on('data', (part) => {
      answer += part.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('end', () => resolve(answer));
    socket.end(text);
  });

const until = async (what: () => boolean | Promise<boolean>): Promise<void> => {
  const end = Date.now() + 15_000;
  while (!(await what())) {
    if (Date.now() > end) throw new Error(`not so within 15 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const check = {
  protocol: 'TCP',
  port: 'traffic-port',
  intervalSeconds: 0.05,
  timeoutSeconds: 1,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
};

const target = (id: string, port: number, zone = 'a'): BalancerTarget => ({
  id,
  instanceId: id,
  address: '127.0.0.1',
  port,
  checkPort: port,
  zone,
  draining: false,
});

const config = (
  port: number,
  targets: readonly BalancerTarget[],
  more: Partial<BalancerConfig['groups'][0]> = {},
): BalancerConfig => ({
  arn: 'arn:lb',
  region: 'us-east-1',
  nodes: [
    { address: '127.0.0.11', zone: 'a' },
    { address: '127.0.0.12', zone: 'b' },
  ],
  listeners: [{ port, group: 'tg' }],
  groups: [{ arn: 'tg', crossZone: true, endsUnhealthy: true, check, targets, ...more }],
});

const begin = (options: { idle?: number } = {}) => {
  const reports: TargetReport[] = [];
  const balancer = createLoadBalancer({
    report: (report) => reports.push(report),
    ...(options.idle && { idle: milliseconds(options.idle) }),
  });
  ends.push(() => balancer.close());
  const healthOf = (id: string) => reports.findLast((report) => report.id === id)?.health;
  return { balancer, reports, healthOf };
};

describe('a load balancer', () => {
  it('sends from the address of its node to each healthy target, with ends in one direction passed on', async () => {
    const [one, two, port] = [await listen(echo('one')), await listen(echo('two')), await freePort()];
    const { balancer, healthOf } = begin();
    await balancer.configure(config(port, [target('i-1', one), target('i-2', two)]));
    await until(() => healthOf('i-1') === 'healthy' && healthOf('i-2') === 'healthy');
    const answers = [await talk(port, 'x', '127.0.0.11'), await talk(port, 'y', '127.0.0.12')];
    expect(answers.sort()).toEqual(['one 127.0.0.11 x', 'two 127.0.0.12 y']);
  });

  it('loses nothing of what is more than buffers hold', async () => {
    const [one, port] = [await listen(echo('one')), await freePort()];
    const { balancer } = begin();
    await balancer.configure(config(port, [target('i-1', one)]));
    const body = Buffer.alloc(20_000_000, 'abcdefg');
    const answer = await talk(port, body, '127.0.0.11');
    expect(answer.length).toBe(body.length + 'one 127.0.0.11 '.length);
    expect(answer.endsWith(body.subarray(-1000).toString())).toBe(true);
  });

  it('gives a slow reader all that was sent before the other side closed, both ways', async () => {
    // More than the kernel holds: the last bytes wait in the proxy when their sender has closed.
    const body = Buffer.alloc(60_000_000, 'slow');
    const sizes: number[] = [];
    const slowly = async (socket: Socket): Promise<void> => {
      let size = 0;
      socket.on('error', () => undefined);
      for await (const part of socket) {
        size += (part as Buffer).length;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      sizes.push(size);
    };
    const sender = createServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end(body),
    );
    const reader = createServer((socket) => slowly(socket).catch(() => undefined));
    const [one, two, port] = [await listen(sender), await listen(reader), await freePort()];
    const { balancer } = begin();
    const calm = { check: { ...check, intervalSeconds: 60 } };
    await balancer.configure(config(port, [target('i-1', one)], calm));
    await slowly(connect({ host: '127.0.0.11', port, allowHalfOpen: true }).end());
    expect(sizes).toContain(body.length);
    sizes.length = 0;
    await balancer.configure(config(port, [target('i-2', two)], calm));
    connect(port, '127.0.0.12').resume().end(body);
    await until(() => sizes.includes(body.length));
  });

  it('leaves a target out while its checks fail, ends its connections, and takes it back', async () => {
    let status = 200;
    const http = createHttp((_, response) => response.writeHead(status).end());
    const checked = await listen(http);
    const held: Socket[] = [];
    const [one, two, port] = [
      await listen(createServer((socket) => held.push(socket.on('error', () => undefined)))),
      await listen(echo('two')),
      await freePort(),
    ];
    const { balancer, healthOf } = begin();
    const http1 = { ...target('i-1', one), checkPort: checked };
    await balancer.configure(
      config(port, [http1], { check: { ...check, protocol: 'HTTP', path: '/readyz', matcher: '200' } }),
    );
    await until(() => healthOf('i-1') === 'healthy');
    const client = connect(port, '127.0.0.11');
    const ended = new Promise((resolve) => client.once('error', resolve).once('close', resolve));
    await until(() => held.length === 1);
    status = 500;
    await until(() => healthOf('i-1') === 'unhealthy');
    await ended;
    const both = config(port, [http1, { ...target('i-2', two), checkPort: checked }], {
      check: { ...check, protocol: 'HTTP', path: '/readyz', matcher: '200,500' },
    });
    await balancer.configure(both);
    await until(() => healthOf('i-1') === 'healthy' && healthOf('i-2') === 'healthy');
  });

  it('sends to all where no target is healthy, and resets where there is none', async () => {
    const [one, closed, port] = [await listen(echo('one')), await freePort(), await freePort()];
    const { balancer, healthOf } = begin();
    await balancer.configure(config(port, [{ ...target('i-1', one), checkPort: closed }]));
    await until(() => healthOf('i-1') === 'unhealthy');
    expect(await talk(port, 'x', '127.0.0.11')).toBe('one 127.0.0.11 x');
    await balancer.configure(config(port, []));
    await expect(talk(port, 'x', '127.0.0.11')).rejects.toThrow('ECONNRESET');
    await balancer.configure({ ...config(port, []), listeners: [] });
    await expect(talk(port, 'x', '127.0.0.11')).rejects.toThrow('ECONNREFUSED');
  });

  it('ends connections that are idle', async () => {
    const [one, port] = [await listen(createServer((socket) => socket.on('error', () => undefined))), await freePort()];
    const { balancer } = begin({ idle: 100 });
    await balancer.configure(config(port, [target('i-1', one)]));
    const client = connect(port, '127.0.0.11');
    await expect(new Promise((_, reject) => client.once('error', reject))).rejects.toThrow('ECONNRESET');
  });

  it('keeps to the zone of the node where it does not cross zones', () => {
    const group = config(1, [
      target('i-1', 1, 'a'),
      target('i-2', 2, 'b'),
      { ...target('i-3', 3, 'a'), draining: true },
    ]).groups[0]!;
    const ids = (crossZone: boolean, healthy: readonly string[]) =>
      targetsFor({ address: '', zone: 'a' }, { ...group, crossZone }, ({ id }) =>
        healthy.includes(id) ? 'healthy' : 'unhealthy',
      ).map(({ id }) => id);
    expect(ids(false, ['i-2'])).toEqual(['i-1']);
    expect(ids(true, ['i-2'])).toEqual(['i-2']);
    expect(ids(true, [])).toEqual(['i-1', 'i-2']);
  });
});

describe('processes of load balancers', () => {
  it('report, take clients from loopback, and end with their configuration', async () => {
    const [one, port] = [await listen(echo('one')), await freePort()];
    const [added, told]: [number[], string[]] = [[], []];
    const balancers = createBalancers({
      namespaceOf: () => undefined,
      records: {
        add: (made) => made.kind === 'process' && added.push(made.pid),
        forget: (made) => made.kind === 'process' && added.splice(added.indexOf(made.pid), 1),
      },
      onTarget: ({ id, health, answering, balancer }) => told.push(`${balancer} ${id} ${health} ${answering}`),
    });
    ends.push(() => balancers.close());
    await balancers.sync([config(port, [target('i-1', one)])]);
    expect(added).toHaveLength(1);
    await until(() => told.length > 0);
    expect(told).toEqual(['arn:lb i-1 healthy true']);
    expect([...balancers.goodNodes('arn:lb')]).toEqual(['127.0.0.11', '127.0.0.12']);
    const forwards = createForwards({
      find: (host, asked) => (host === 'api' && asked === port ? { arn: 'arn:lb' } : { why: 'no such host' }),
      take: balancers.take,
    });
    ends.push(() => forwards.close());
    const reached = await forwards.forward('api', port);
    expect(await forwards.forward('other', port)).toEqual({ why: 'no such host' });
    expect(await forwards.forward('api', port)).toEqual(reached);
    expect(await talk((reached as { port: number }).port, 'hello')).toBe('one 127.0.0.11 hello');
    process.kill(added[0]!, 'SIGKILL');
    await until(() => added.length === 0);
    expect(told.at(-1)).toBe('arn:lb i-1 initial false');
    await balancers.sync([config(port, [target('i-1', one)])]);
    expect(added).toHaveLength(1);
    expect(await talk(port, 'again', '127.0.0.12')).toBe('one 127.0.0.12 again');
    await balancers.sync([]);
    expect(added).toEqual([]);
    await expect(talk(port, 'x', '127.0.0.11')).rejects.toThrow('ECONNREFUSED');
  });
});
