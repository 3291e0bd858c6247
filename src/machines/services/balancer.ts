// Runs as a process of its own inside of a load balancer's network namespace, until its parent closes the channel.
import type { Socket } from 'node:net';
import type { FromBalancer, ToBalancer } from './balancer-messages.ts';
import { createLoadBalancer } from './load-balancer.ts';

const tell = (message: FromBalancer): void => {
  // A parent that is gone ends this process by the closed channel.
  if (process.connected) process.send!(message, undefined, {}, () => undefined);
};

const balancer = createLoadBalancer({
  report: (report) => tell({ kind: 'target', report }),
  trouble: (at, message) => tell({ kind: 'trouble', at, message }),
});

process.on('message', async (message: ToBalancer, handle) => {
  if (message.kind === 'config') {
    await balancer.configure(message.config);
    tell({ kind: 'settled' });
  } else if (handle !== undefined) {
    const client = handle as Socket;
    client.allowHalfOpen = true;
    balancer.take(client, message.port);
  }
});
process.once('disconnect', () => process.exit());
// Signals of the terminal are for the parent, which closes the channel.
process.on('SIGINT', () => undefined);
