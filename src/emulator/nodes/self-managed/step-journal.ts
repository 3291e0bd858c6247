import { timestamp } from '../../kubernetes/object.ts';
import { note } from './journal.ts';
import { quorumOf, servingSeats } from './quorum.ts';
import { machinesOf } from './state.ts';
import type { Machine } from './step.ts';

type Write = (source: string, text: string) => void;

const started = (unit: string, description: string): string => `systemd[1]: Started ${unit}.service - ${description}.`;

/** etcd logs in JSON. */
function ofEtcd({ turn, record }: Machine, write: Write): void {
  const log = (msg: string, rest: object): void =>
    write('etcd', JSON.stringify({ level: 'info', ts: new Date(turn.now).toISOString(), msg, ...rest }));
  const member = machinesOf(turn.state).etcd[record.cluster!]?.members.find(({ id }) => id === record.etcd);
  log('started etcd member', { 'member-id': record.etcd, name: member?.seat });
  const quorum = quorumOf(turn, record.cluster!);
  if ('why' in quorum) return;
  log('elected leader', { 'leader-id': quorum.leader.member.id, leader: quorum.leader.member.seat });
  log('ready to serve client requests', { 'member-id': record.etcd });
}

/** The API server and those who elect a leader among the seats: the first that serves is it. */
function ofControlPlane({ turn, record, instance }: Machine, write: Write): void {
  const klog = (source: string, text: string): void =>
    write(source, `I${timestamp(turn.now).slice(5, 10).replace('-', '')} ${timestamp(turn.now).slice(11, 19)} ${text}`);
  klog('kube-apiserver', 'Serving securely on [::]:6443');
  klog('kube-apiserver', '"Ready" path="/readyz"');
  const holder = servingSeats(turn, record.cluster!).find(({ machine }) => machine.done.includes('control-plane'));
  const leads = holder === undefined || holder.instance.id === instance.id;
  for (const [name, port] of [
    ['kube-controller-manager', 10257],
    ['kube-scheduler', 10259],
  ] as const) {
    klog(name, `Serving securely on 127.0.0.1:${port}`);
    klog(name, `${leads ? 'Successfully acquired lease' : 'Attempting to acquire leader lease'} kube-system/${name}`);
  }
}

const timers = ['quilla-state', 'quilla-renew', 'quilla-snapshot'] as const;

const writers: Readonly<Record<string, (machine: Machine, write: Write) => void>> = {
  containerd: (_, write) => write('containerd', started('containerd', 'Container runtime')),
  kubelet: (_, write) => write('kubelet', started('kubelet', 'Kubernetes kubelet')),
  etcd: ofEtcd,
  authenticator: (_, write) =>
    write('aws-iam-authenticator', started('aws-iam-authenticator', 'IAM identities for the API server')),
  'control-plane': ofControlPlane,
  timers: (_, write) => {
    for (const name of timers) write(name, `systemd[1]: Started ${name}.timer.`);
  },
};
const joins = new Set(['cluster', 'join']);

/** Notes what units and containers of a machine write once a step of its script has done its work. */
export function noteStep(machine: Machine, step: string): void {
  const { turn, instance } = machine;
  const write: Write = (source, text) => note(turn, instance.id, source, text);
  writers[step]?.(machine, write);
  if (joins.has(step)) write('kubelet', `kubelet[1721]: "Successfully registered node" node="${instance.id}"`);
}
