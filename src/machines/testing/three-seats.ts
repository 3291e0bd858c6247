import { minutes } from '../../base/duration.ts';
import { type EtcdMember, etcdAt } from './etcd-at.ts';
import { eventually, type Trial } from './trial.ts';

export const seatNames = ['a', 'b', 'c'] as const;

/** A control plane of three seats in three zones with nothing else: no worker, no name in DNS, no NAT gateway. */
export const threeSeats = (name: string): string => `
apiVersion: quilla.dev/v1alpha1
kind: Cluster
metadata: {name: ${name}}
spec:
  region: us-east-1
  kubernetesVersion: "1.36"
  controlPlane:
    selfManaged:
      seats: {zones: [us-east-1a, us-east-1b, us-east-1c]}
      instanceType: t3.medium
  network:
    cidr: 10.40.0.0/16
    zones: [us-east-1a, us-east-1b, us-east-1c]
    topology: public
    podNetwork: flannel
  nodeGroups: [{name: none, instanceTypes: [t3.medium], size: {min: 0, desired: 0, max: 1}}]
`;

/** Seats that were held off get their power. */
export async function release(trial: Trial, ...seats: readonly string[]): Promise<void> {
  for (const seat of seats) trial.held.delete(seat);
  await trial.running.driver.settled();
}

/**
 * The members of etcd once those of these seats, and no others, have started, vote and serve: each says so itself, with a list that
 * needed a quorum.
 */
export async function healthy(trial: Trial, seats: readonly string[], deadline = minutes(10)): Promise<EtcdMember[]> {
  const wanted = [...seats].sort().join();
  return eventually(
    `etcd of the seats ${seats.join(', ')} is healthy`,
    async () => {
      const asked = await Promise.all(seats.map((seat) => etcdAt(trial, trial.seat(seat).id)));
      for (const { members } of asked) {
        const started = members.filter(({ hasStarted, isLearner }) => hasStarted && !isLearner);
        const names = started.map(({ name }) => name).sort();
        if (names.join() !== wanted) throw new Error(`started and voting are ${names.join(', ') || 'none'}`);
      }
      return [...asked[0]!.members];
    },
    deadline,
  );
}

/** A config map with one word, once the API takes it: one that was made without an answer counts too. */
export const write = (trial: Trial, name: string, word: string): Promise<true> =>
  eventually<true>(`the API takes the config map ${name}`, async () => {
    await trial.kubectl('create', 'configmap', name, `--from-literal=word=${word}`).catch((error: Error) => {
      if (!error.message.includes('already exists')) throw error;
    });
    return true as const;
  });

/** The word of a config map by the API of one seat alone. */
export const readOn = (trial: Trial, seat: string, name: string): Promise<string> =>
  eventually(`the API of seat ${seat} gives the config map ${name}`, async () => {
    const words = `get configmap ${name} -o jsonpath={.data.word}`;
    const script = `PATH=$PATH:/usr/local/bin kubectl --kubeconfig /etc/kubernetes/admin.conf ${words}`;
    const { code, stdout, stderr } = await trial.on(trial.seat(seat).id, script);
    if (code !== 0) throw new Error(stderr);
    return stdout;
  });
