import { UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import { DeleteVolumeCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { applyPlan } from '../app/apply.ts';
import { planCluster } from '../app/plan.ts';
import { clusterStatus } from '../app/status.ts';
import type { Status } from '../app/status-shape.ts';
import { waitUntilReady } from '../app/wait-until-ready.ts';
import { type Diagnostic, Failure } from '../base/diagnostic.ts';
import { minutes, seconds } from '../base/duration.ts';
import { Store } from '../emulator/kubernetes/store.ts';
import type { World } from '../emulator/world.ts';
import { givenWorld } from './given-world.ts';
import { follow, type Ran } from './run-to-end.ts';
import { type Scenario, scenario } from './scenarios.ts';
import { type Session, startSession } from './session.ts';

/** A self-managed cluster that serves, and the world in which it does. */
export interface SeatsWorld {
  readonly scenario: Scenario;
  readonly cluster: string;
  readonly world: World;
  /** What status said when the apply had ended and the machines had not booted. */
  readonly afterApply: Status;
}

export const statusOf = (session: Session, cluster: string): Promise<Status> =>
  clusterStatus(cluster, session.ports.toStatus);

/** Looks until all is ready, for half an hour of the embedded AWS at most. */
export const readyStatus = (session: Session, cluster: string): Promise<Status> =>
  waitUntilReady(() => statusOf(session, cluster), {
    wait: minutes(30),
    clock: session.clock,
    signal: new AbortController().signal,
    onLook: () => undefined,
  });

/** What a plan or a status says, as `code: detail -> fix`. */
export const saidOf = (diagnostics: readonly Diagnostic[]): string =>
  diagnostics.map(({ code, detail, fix }) => `${code}: ${detail} -> ${fix}`).join('\n');

/** What a new process plans, and what it says; refused: what it says then. */
export async function planOn(
  session: Session,
  { loaded }: Pick<Scenario, 'loaded'>,
): Promise<{ readonly steps: readonly string[]; readonly said: string; readonly refused: boolean }> {
  try {
    const { plan, diagnostics } = await planCluster(loaded, (await session.again()).toRead);
    return { steps: plan.steps.map(({ action, id }) => `${action} ${id}`), said: saidOf(diagnostics), refused: false };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { steps: [], said: saidOf(error.diagnostics), refused: true };
  }
}

/** Plans as a new process would, and applies. */
export async function applyOn(session: Session, { loaded }: Pick<Scenario, 'loaded'>): Promise<Ran> {
  const { toWrite } = await session.again();
  const planned = await planCluster(loaded, toWrite);
  return follow(applyPlan(planned, toWrite), planned.plan.steps.length);
}

/** Applies a scenario and waits until its cluster is ready. */
export async function seatsWorld(name: string): Promise<SeatsWorld> {
  const of = scenario(name);
  const session = await startSession({ region: of.graph.region, world: await givenWorld(of), kubernetes: true });
  try {
    const ran = await applyOn(session, of);
    if (ran.outcome !== 'done') throw new Error(`${name}: ${ran.outcome}: ${ran.failures.join('\n')}`);
    const afterApply = await statusOf(session, of.graph.cluster);
    const status = await readyStatus(session, of.graph.cluster);
    if (!status.ready)
      throw new Error(`${name} is not ready: ${status.problems.map(({ detail }) => detail).join('\n')}`);
    return { scenario: of, cluster: of.graph.cluster, world: structuredClone(session.aws.world), afterApply };
  } finally {
    await session.stop();
  }
}

/** A day in a world that a cluster serves in: a clone of it, so that nothing of it is left for the next one. */
export async function dayIn(of: SeatsWorld, day: (session: Session) => Promise<void>): Promise<void> {
  const { region } = of.scenario.graph;
  const session = await startSession({ region, world: structuredClone(of.world), kubernetes: true });
  try {
    await day(session);
  } finally {
    await session.stop();
  }
}

/** What somebody does by hand to a cluster that serves, through AWS's own API. */
export interface ByHand {
  /** Ends the instance of a seat. */
  endSeat(seat: string): Promise<void>;
  /** Has the group of a seat want one instance, or none. */
  sizeOf(seat: string, size: 0 | 1): Promise<void>;
  /** Deletes the etcd volume of a seat that nobody holds. */
  deleteVolume(seat: string): Promise<void>;
  /** Makes a ConfigMap, and looks whether it is there. */
  keep(name: string): void;
  has(name: string): boolean;
}

export function byHand(session: Session, cluster: string): ByHand {
  const { aws, ports } = session;
  const { ec2, autoScaling } = ports.connection.clients;
  const [name, region] = Object.entries(aws.world.regions).find(
    ([, { kubernetes }]) => Object.keys(kubernetes).length > 0,
  )!;
  const tagged = (id: string): string =>
    Object.keys(region.ec2.tags).find((of) => region.ec2.tags[of]?.['quilla.dev/id'] === id)!;
  const store = (): Store => new Store(aws.turns.at(name), Object.values(region.kubernetes)[0]!);
  return {
    endSeat: async (seat) => {
      const { seats } = (await statusOf(session, cluster)).controlPlane;
      const { instanceId } = seats.find((one) => one.name === seat)!;
      await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId!] }));
    },
    sizeOf: async (seat, size) => {
      const AutoScalingGroupName = Object.keys(region.autoscaling.groups).find((group) =>
        group.includes(`seat-${seat}`),
      )!;
      const input = { AutoScalingGroupName, MinSize: size, MaxSize: 1, DesiredCapacity: size };
      await autoScaling.send(new UpdateAutoScalingGroupCommand(input));
    },
    deleteVolume: async (seat) => {
      await ec2.send(new DeleteVolumeCommand({ VolumeId: tagged(`volume/etcd-${seat}`) }));
      await session.clock.sleep(seconds(30));
    },
    keep: (name) => void store().create('configmaps', { metadata: { name, namespace: 'default' }, data: {} }),
    has: (name) => store().get('configmaps', name, 'default') !== undefined,
  };
}
