import { ofKind, type Snapshot } from '../../model/snapshot.ts';
import type { ClusterState } from '../../model/store-layout.ts';

type Seen = Pick<Snapshot, 'found'>;

/** Whether what is there is a cluster with a control plane of its own: the group of its seats is made first and removed last. */
export const isSelfManaged = (snapshot: Seen): boolean =>
  ofKind(snapshot, 'security-group').some(({ id }) => id === 'security-group/seats');

/** Whether that is there by which the rest of a cluster is found: EKS's cluster, or the group of the seats. */
export const hasAnchor = (snapshot: Seen): boolean => isSelfManaged(snapshot) || ofKind(snapshot, 'cluster').length > 0;

const seatGroup = 'auto-scaling-group/seat-';

/** Whether a group is of workers: neither a seat's nor the bastion's. */
export const isOfWorkers = (groupId: string): boolean =>
  !groupId.startsWith(seatGroup) && groupId !== 'auto-scaling-group/bastion';

/** Names of the seats that are there: by their volumes, and by their groups, since a volume may have been deleted. */
export const seatNames = (snapshot: Seen): readonly string[] => [
  ...new Set([
    ...ofKind(snapshot, 'volume').flatMap(({ id }) => /^volume\/etcd-(.+)$/.exec(id)?.[1] ?? []),
    ...ofKind(snapshot, 'auto-scaling-group').flatMap(({ id }) =>
      id.startsWith(seatGroup) ? [id.slice(seatGroup.length)] : [],
    ),
  ]),
];

export const seatGroupId = (seat: string): string => `${seatGroup}${seat}`;

/** The document that seats read by a timer; undefined where it is not there or cannot be read. */
export function clusterState(snapshot: Seen): ClusterState | undefined {
  const text = ofKind(snapshot, 'bucket-object').find(({ id }) => id === 'bucket-object/state')?.settled.content;
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as ClusterState;
  } catch {
    return undefined;
  }
}

/** Name of the cluster's store: of the bucket that is ours, or of a given one that our documents lie in. */
export const storeOf = (snapshot: Seen): string | undefined =>
  ofKind(snapshot, 'bucket').find(({ id }) => id === 'bucket/store')?.observed.bucketName ??
  ofKind(snapshot, 'cluster-keys')[0]?.settled.bucket ??
  ofKind(snapshot, 'bucket-object').find(({ id }) => id === 'bucket-object/state')?.settled.bucket;

/** Where the API is and by which CA to know it; undefined where not all of it is there yet. */
export function apiOfSeats(
  snapshot: Seen,
): { readonly endpoint: string; readonly certificateAuthority: string } | undefined {
  const [keys] = ofKind(snapshot, 'cluster-keys');
  const name = apiName(snapshot);
  const certificateAuthority = keys?.observed.caCertificate;
  return name && certificateAuthority ? { endpoint: `https://${name}`, certificateAuthority } : undefined;
}

/** The name that people use: the DNS name, else the public load balancer's, else the internal one's. */
export function apiName(snapshot: Seen): string | undefined {
  const record = ofKind(snapshot, 'dns-record').find(({ id }) => id === 'dns-record/api');
  return record?.observed.fqdn || balancerName(snapshot, 'public') || balancerName(snapshot, 'internal');
}

/** The name of one of its load balancers. */
export const balancerName = (snapshot: Seen, door: 'public' | 'internal'): string | undefined =>
  ofKind(snapshot, 'load-balancer').find(({ id }) => id === `load-balancer/${door}`)?.observed.dnsName;
