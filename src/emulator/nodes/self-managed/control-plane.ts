import { addressAt, cidr } from '../../../base/cidr.ts';
import { listen, stopListening } from '../../aws/elbv2/listening.ts';
import type { Turn } from '../../call.ts';
import { createSelfManagedApi, renewSelfManagedApi } from '../../kubernetes/api-server.ts';
import { isPair } from '../../kubernetes/certificates.ts';
import { keyNames } from './boot-config.ts';
import { settleData } from './etcd.ts';
import { quorumOf, seatsOf, servingSeats } from './quorum.ts';
import { machinesOf } from './state.ts';
import type { Hindrance, Machine } from './step.ts';
import { fetchKey, fetchObject, keyObject, latestObject, textOf } from './store-objects.ts';

/** Where the API server of a seat listens. */
const apiPort = 6443;

/** Fetches the keys of the cluster from its store. */
export function fetchKeys(machine: Machine): Hindrance | undefined {
  for (const name of keyNames) {
    const fetched = fetchKey(machine, name);
    if ('why' in fetched) return { why: fetched.why };
  }
  return undefined;
}

/** The certificates of a seat are made with the authorities that came from the store. */
export function checkAuthority({ turn, config }: Machine): Hindrance | undefined {
  const authority = authorityOf(turn, config.store);
  return authority !== undefined && isPair(authority)
    ? undefined
    : { why: `cluster/keys/ca.key of ${config.store} is not the key of cluster/keys/ca.crt` };
}

/** Who is who, for the authenticator. */
export function readAccess({ turn, instance, config }: Machine): Hindrance | undefined {
  const fetched = fetchObject(turn, instance, { store: config.store, key: 'cluster/state.json' });
  return 'why' in fetched ? { why: fetched.why } : undefined;
}

function authorityOf(turn: Turn, store: string): { readonly key: string; readonly certificate: string } | undefined {
  const text = (name: string): string | undefined => {
    const version = latestObject(turn, store, keyObject(name));
    return version === undefined ? undefined : textOf(version);
  };
  const [key, certificate] = [text('ca.key'), text('ca.crt')];
  return key === undefined || certificate === undefined ? undefined : { key, certificate };
}

/** Starts the API server of a seat. It answers while etcd has quorum; the first one of all makes the cluster's objects. */
export function startApiServer(machine: Machine): Hindrance | undefined {
  const { turn, record, config } = machine;
  const key = record.cluster!;
  record.apiServer = true;
  const quorum = quorumOf(turn, key);
  if ('why' in quorum) return { why: quorum.why, waits: true };
  if (!quorum.members.some((own) => own.machine === record))
    return { why: 'its member of etcd is not part of the quorum', waits: true };
  const authority = authorityOf(turn, config.store);
  if (authority === undefined) return { why: 'the certificate authority is gone from the store' };
  settleControlPlane(turn, key);
  const { seat } = config;
  const all = [
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
    addressAt(cidr(config.network.services), 1),
    ...seat!.members.map(({ address }) => address),
    config.api,
    ...seat!.certificateNames,
  ];
  const names = [...new Set(all)];
  const { data } = machinesOf(turn.state).etcd[key]!;
  const state = turn.state.kubernetes[key];
  if (state?.selfManaged?.data === data) {
    renewSelfManagedApi(turn, state, { names, kubernetes: config.kubernetes, authority });
    return undefined;
  }
  createSelfManagedApi(turn, {
    key,
    cluster: config.cluster,
    kubernetes: config.kubernetes,
    store: config.store,
    issuer: seat!.issuer,
    network: { type: config.network.type, pods: config.network.pods, dns: config.network.dns },
    data,
    names,
    authority,
    serviceCidr: config.network.services,
  });
  return undefined;
}

/** What follows from who has quorum now: whose data counts, and on which seats the API server's port answers. */
export function settleControlPlane(turn: Turn, key: string): void {
  settleData(turn, key);
  const serving = new Set(servingSeats(turn, key).map(({ instance }) => instance.id));
  for (const { instance, machine } of seatsOf(turn, key)) {
    if (serving.has(instance.id)) listen(turn, instance.id, apiPort);
    else if (machine.apiServer === true) stopListening(turn, instance.id, apiPort);
  }
}
