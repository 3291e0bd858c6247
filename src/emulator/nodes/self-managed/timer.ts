import { z } from 'zod';
import type { Json } from '../../../base/canonical-json.ts';
import { minutes, seconds } from '../../../base/duration.ts';
import type { Turn } from '../../call.ts';
import { deleteApiServer } from '../../kubernetes/api-server.ts';
import { reconcile } from '../../kubernetes/controllers/reconcile.ts';
import { applyClusterState } from '../../kubernetes/self-managed/apply-state.ts';
import { Store } from '../../kubernetes/store.ts';
import { settleControlPlane } from './control-plane.ts';
import { handleInterruptions } from './interruptions.ts';
import { apiAnswers, seatsOf } from './quorum.ts';
import { machinesOf } from './state.ts';

const aboutCluster = z.object({ cluster: z.string() });

/** How often things are looked at that nobody here is told of: the queue of interruptions, security groups, the store. */
const interval = seconds(20);
/** How often a cluster without seats is looked at: as long as one of its volumes is there, it may come back. */
const untilForgotten = minutes(30);

/** Looks at a cluster from now on, as long as one of its seats runs. */
export function startTimer(turn: Turn, cluster: string): void {
  const { etcd } = machinesOf(turn.state);
  const record = etcd[cluster];
  if (record === undefined || record.timer === true) return;
  record.timer = true;
  turn.later(interval, 'nodes.timer', { cluster });
}

/** Has a cluster follow from what runs now: who has quorum, what the seats read, what controllers do. */
export function wakeCluster(turn: Turn, cluster: string): void {
  if (machinesOf(turn.state).etcd[cluster] === undefined) return;
  settleControlPlane(turn, cluster);
  const state = turn.state.kubernetes[cluster];
  if (state === undefined || !apiAnswers(turn, state)) return;
  const store = new Store(turn, state);
  applyClusterState(store);
  handleInterruptions(store);
  reconcile(store);
}

export function timerDue(data: Json, turn: Turn): void {
  const { cluster } = aboutCluster.parse(data);
  const record = machinesOf(turn.state).etcd[cluster];
  if (record === undefined) return;
  delete record.timer;
  wakeCluster(turn, cluster);
  if (seatsOf(turn, cluster).length > 0) startTimer(turn, cluster);
  else if (!forgetCluster(turn, cluster)) turn.later(untilForgotten, 'nodes.timer', { cluster });
}

/** Whether a cluster could be forgotten: without seats and volumes there is nothing left that could come back. */
function forgetCluster(turn: Turn, cluster: string): boolean {
  const { volumes, etcd, machines } = machinesOf(turn.state);
  for (const id of Object.keys(volumes)) if (turn.state.ec2.volumes[id] === undefined) delete volumes[id];
  const known = turn.state.ec2.instances;
  for (const id of Object.keys(machines)) if (known[id] === undefined) delete machines[id];
  if (Object.values(volumes).some((contents) => contents.cluster === cluster)) return false;
  delete etcd[cluster];
  deleteApiServer(turn, cluster);
  return true;
}
