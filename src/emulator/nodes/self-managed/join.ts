import { minorOf } from '../../kubernetes/bootstrap-objects.ts';
import { reconcile } from '../../kubernetes/controllers/reconcile.ts';
import { appliedState, applyClusterState } from '../../kubernetes/self-managed/apply-state.ts';
import { addStaticPods } from '../../kubernetes/self-managed/static-pods.ts';
import type { KubernetesState } from '../../kubernetes/state.ts';
import { Store } from '../../kubernetes/store.ts';
import { balancerNamed, blockedToBalancer, doorAt } from './doors.ts';
import { registerNode } from './machine-node.ts';
import { apiAnswers } from './quorum.ts';
import { credentialsOfMachine } from './rights.ts';
import type { Hindrance, Machine } from './step.ts';
import { fetchKey } from './store-objects.ts';

/** A worker takes the certificate of the authority from the store. What it has once serves where the store does not answer. */
export function fetchAuthority(machine: Machine): Hindrance | undefined {
  const fetched = fetchKey(machine, 'ca.crt');
  if ('text' in fetched) machine.record.authority = fetched.text;
  else if (machine.record.authority === undefined) return { why: fetched.why };
  return undefined;
}

/** A script that fails to join begins anew, and so reads the authority again. */
function isTrusted(machine: Machine, { authority: { certificate } }: KubernetesState): boolean {
  const trusts = () => machine.record.authority?.trim() === certificate.trim();
  return trusts() || (fetchAuthority(machine) === undefined && trusts());
}

/** Why a worker does not get to the API behind the name that its configuration gives. */
function reachApi({ turn, instance, config, record }: Machine): Hindrance | undefined {
  const balancer = balancerNamed(turn, config.api, instance.vpcId);
  if (balancer === undefined) return { why: `lookup ${config.api}: no such host` };
  const blocked = blockedToBalancer(turn, instance, balancer, 443);
  if (blocked !== undefined) return { why: `it cannot reach the Kubernetes API at ${config.api}: ${blocked}` };
  const door = doorAt(turn, config.api, 443, instance.vpcId);
  if ('why' in door) return { why: `the Kubernetes API at ${config.api} does not answer: ${door.why}`, waits: true };
  const state = turn.state.kubernetes[door.cluster]!;
  if (!state.selfManaged!.names.some((name) => name.toLowerCase() === config.api.toLowerCase()))
    return { why: `x509: certificate of the API server is not valid for ${config.api}` };
  record.cluster = door.cluster;
  return undefined;
}

/** The kubelet of a worker proves who it is by its role; the authenticator knows the roles of nodes. */
export function joinWorker(machine: Machine): Hindrance | undefined {
  const { turn, instance, record } = machine;
  const again = reachApi(machine);
  if (again !== undefined) return again;
  const state = turn.state.kubernetes[record.cluster!]!;
  const refusal = clusterRefusal(machine, state);
  if (refusal !== undefined) return refusal;
  const credentials = credentialsOfMachine(turn, instance);
  if ('why' in credentials) return { why: credentials.why };
  applyClusterState(new Store(turn, state));
  const roles = appliedState(state)?.nodeRoles ?? [];
  if (!roles.includes(credentials.role.arn))
    return { why: `Unauthorized: role ${credentials.role.arn} is not among the roles of nodes in cluster/state.json` };
  return join(machine, state);
}

function clusterRefusal(machine: Machine, state: KubernetesState): Hindrance | undefined {
  const { config } = machine;
  if (!isTrusted(machine, state)) {
    return {
      why: `x509: certificate signed by unknown authority: the API server's is not that of cluster/keys/ca.crt of ${config.store}`,
    };
  }
  if (config.cluster !== state.selfManaged!.cluster)
    return { why: `${config.api} leads to cluster ${state.selfManaged!.cluster}, not to ${config.cluster}` };
  const ahead = minorOf(config.kubernetes) - minorOf(state.version);
  if (ahead <= 0 && ahead >= -3) return undefined;
  return {
    why: `its kubelet v${config.kubernetes} is ${ahead > 0 ? 'newer than' : 'more than three minors older than'} the API server (${state.version}), which Kubernetes does not support`,
    final: true,
  };
}

/** The kubelet of a seat talks to the API server beside it, with a certificate of the cluster's authority. */
export function joinSeat(machine: Machine): Hindrance | undefined {
  const { turn, record } = machine;
  const state = turn.state.kubernetes[record.cluster!];
  if (state === undefined || !apiAnswers(turn, state))
    return { why: 'the API server of this seat does not answer', waits: true };
  const hindered = join(machine, state);
  if (hindered === undefined) addStaticPods(new Store(turn, state), machine.instance.id, machine.config);
  reconcile(new Store(turn, state));
  return hindered;
}

function join({ turn, instance, config }: Machine, state: KubernetesState): Hindrance | undefined {
  const store = new Store(turn, state);
  if (store.get('nodes', instance.id) === undefined) registerNode(store, instance, config);
  applyClusterState(store);
  reconcile(store);
  return undefined;
}
