import type { Trial } from './trial.ts';

export interface EtcdMember {
  /** As etcd's gateway writes it: a decimal number. */
  readonly id: string;
  readonly name: string;
  /** Whether it has told clients its address, as a member does when it starts; its name is there before. */
  readonly hasStarted: boolean;
  readonly isLearner: boolean;
}

/** What the etcd of one seat says. */
export interface EtcdAnswer {
  /** Its own id. */
  readonly id: string;
  readonly leader: string;
  readonly revision: number;
  /** By a list that needed a quorum. */
  readonly members: readonly EtcdMember[];
}

const pki = '/etc/kubernetes/pki';
const asked = (path: string, json: string): string =>
  `curl -sSf --max-time 5 --cacert ${pki}/etcd/ca.crt --cert ${pki}/apiserver-etcd-client.crt --key ${pki}/apiserver-etcd-client.key ` +
  `https://127.0.0.1:2379/v3/${path} -d '${json}'`;
const script = [
  'set -e',
  // It is healthy if it can read with a quorum: https://etcd.io/docs/v3.6/op-guide/monitoring/
  'curl -sSf --max-time 5 -o /dev/null http://127.0.0.1:2381/health',
  asked('maintenance/status', '{}'),
  'echo',
  asked('cluster/member/list', '{"linearizable":true}'),
].join('\n');

interface Status {
  readonly header: { readonly member_id: string; readonly revision?: string };
  readonly leader: string;
}
interface List {
  readonly members: readonly {
    readonly ID: string;
    readonly name?: string;
    readonly clientURLs?: readonly string[];
    readonly isLearner?: boolean;
  }[];
}

/** Asks the etcd of an instance. Fails where it does not serve, with what it said. */
export async function etcdAt(trial: Trial, instanceId: string): Promise<EtcdAnswer> {
  const { code, stdout, stderr } = await trial.on(instanceId, script);
  if (code !== 0) throw new Error(`etcd of ${instanceId}: ${stderr.trim() || stdout.trim()}`);
  const [first = '', second = ''] = stdout.trim().split('\n');
  const status = JSON.parse(first) as Status;
  const list = JSON.parse(second) as List;
  return {
    id: status.header.member_id,
    leader: status.leader,
    revision: Number(status.header.revision ?? 0),
    members: list.members.map(({ ID, name = '', clientURLs = [], isLearner = false }) => ({
      id: ID,
      name,
      hasStarted: clientURLs.length > 0,
      isLearner,
    })),
  };
}
