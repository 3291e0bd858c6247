import { DescribeAutoScalingGroupsCommand, UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import { minutes } from '../../base/duration.ts';
import { developmentSpec } from '../testing/development-spec.ts';
import { launchPlain } from '../testing/plain-machine.ts';
import { eventually, startTrial, type Trial } from '../testing/trial.ts';
import { plainGiven } from './plain-given.ts';
import { initScript } from './plain-kubeadm.ts';
import { median, poweredAt, timeToReady } from './time-to-ready.ts';

/** A step of a seat's boot and when it began. */
export interface StepBegan {
  readonly step: string;
  /** After power on. */
  readonly seconds: number;
}

export interface FirstBoots {
  /** Seconds from power on to `/readyz`, one per turn. */
  readonly seat: readonly number[];
  readonly kubeadm: readonly number[];
  readonly ratio: number;
  /** Of the last turn. */
  readonly steps: readonly StepBegan[];
}

/** First boots of a seat and of `kubeadm init` by turns, each on a machine and in an AWS of its own, with nothing else running. */
export async function firstBoots(turns: number, say: (line: string) => void): Promise<FirstBoots> {
  const [seat, kubeadm]: [number[], number[]] = [[], []];
  let steps: readonly StepBegan[] = [];
  for (let turn = 1; turn <= turns; turn++) {
    const trial = await startTrial({ name: 'measure', spec: developmentSpec({ workers: 0 }) });
    try {
      const measured = await seatBoot(trial);
      seat.push(measured.seconds);
      steps = measured.steps;
      await emptyGroups(trial);
      kubeadm.push(await kubeadmBoot(trial));
    } finally {
      await trial.stop();
    }
    say(`first boot ${turn}: seat ${seat.at(-1)!.toFixed(1)} s, kubeadm init ${kubeadm.at(-1)!.toFixed(1)} s`);
  }
  return { seat, kubeadm, ratio: median(seat) / median(kubeadm), steps };
}

async function seatBoot(trial: Trial): Promise<{ seconds: number; steps: readonly StepBegan[] }> {
  const { id } = trial.seat('a');
  const pid = await eventually('the seat has power', () => pidOf(trial, id), minutes(3));
  const seconds = await timeToReady({ pid, address: seatAddress(trial) });
  return { seconds, steps: await stepsOf(trial, id, poweredAt(pid)) };
}

async function kubeadmBoot(trial: Trial): Promise<number> {
  return timeToReady(await launchPlain(trial, initScript(plainGiven(trial.supplies))));
}

export const pidOf = (trial: Trial, id: string): number | undefined =>
  trial.running.driver.status().find(({ instanceId }) => instanceId === id)?.pid;

/** The fixed address of the only seat: of the network interface that outlives its instances. */
function seatAddress({ running }: Trial): string {
  for (const { ec2 } of Object.values(running.aws.world.regions))
    for (const { id, privateIps } of Object.values(ec2.networkInterfaces))
      if (ec2.tags[id]?.['quilla.dev/id']?.startsWith('network-interface/seat-')) return privateIps[0]!;
  throw new Error('the cluster has no network interface of a seat');
}

async function stepsOf(trial: Trial, id: string, on: number): Promise<readonly StepBegan[]> {
  const { stdout } = await trial.on(id, 'journalctl -u quilla-boot -o short-unix --no-pager');
  return [...stdout.matchAll(/^(\d+\.\d+) .*quilla: STEP (\S+)/gm)].map(([, at, step]) => ({
    step: step!,
    seconds: Number(at) - on / 1000,
  }));
}

/** Takes all instances of auto scaling groups away, so that what is measured next has the host for itself. */
export async function emptyGroups(trial: Trial): Promise<void> {
  const { autoScaling } = trial.ports.connection.clients;
  const { AutoScalingGroups = [] } = await autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
  for (const { AutoScalingGroupName } of AutoScalingGroups)
    await autoScaling.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MinSize: 0, MaxSize: 0, DesiredCapacity: 0 }),
    );
  await eventually('no machine is on', () => {
    const rows = trial.running.driver.status();
    return rows.every(({ pid }) => pid === undefined) && trial.instances().length === 0 ? true : undefined;
  });
}
