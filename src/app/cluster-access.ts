import { Failure, reporter } from '../base/diagnostic.ts';
import { type Found, ofKind } from '../model/snapshot.ts';
import { readContext } from '../ports/aws.ts';
import { appCodes } from './codes.ts';
import { type ClusterAsked, exportedInstead, nameOf, storeNotFilled } from './exported-instead.ts';
import { type AwsToRead, contextFor } from './ports.ts';
import { apiOfSeats } from './self-managed/hull.ts';

/** Where a cluster's API is and by which CA to know it. */
export interface ApiAddress {
  readonly controlPlane: 'eks' | 'self-managed';
  readonly endpoint: string;
  /** Base64 of PEM. */
  readonly certificateAuthority: string;
}

/** The API of a cluster, ours or exported and not adopted; fails with `app.no-cluster`. Asks only for what says it. */
export async function clusterAccess(asked: ClusterAsked, aws: AwsToRead): Promise<ApiAddress> {
  const name = nameOf(asked);
  const reading = readContext(contextFor(aws, name));
  const clusters = await aws.readers.cluster.list(reading);
  const kinds = ['load-balancer', 'dns-record', 'cluster-keys'] as const;
  const lists = clusters.length === 0 ? await Promise.all(kinds.map((kind) => aws.readers[kind].list(reading))) : [];
  const found: readonly Found[] = [...clusters, ...lists.flat()];
  const api = apiIn(found);
  if (api !== undefined) return api;
  const exported = clusters.length === 0 ? await exportedInstead(asked, reading, aws) : undefined;
  const there = exported && apiIn(exported.snapshot.found);
  if (there !== undefined) return there;
  if (exported !== undefined) throw new Failure(storeNotFilled(name, 'has no endpoint yet, or no keys in its store'));
  const state = clusters[0] === undefined ? 'still being made' : clusters[0].state;
  const detail =
    found.length > 0
      ? `cluster ${name} is ${state} and has no endpoint yet`
      : `no cluster ${name} of ours in ${aws.identity.region}`;
  throw new Failure(reporter(appCodes)('app.no-cluster', { detail, fix: 'quilla status shows how far it is.' }));
}

function apiIn(found: readonly Found[]): ApiAddress | undefined {
  const [cluster] = ofKind({ found }, 'cluster');
  if (cluster?.observed.endpoint) {
    const { endpoint, certificateAuthority } = cluster.observed;
    return { controlPlane: 'eks', endpoint, certificateAuthority };
  }
  const seats = cluster === undefined ? apiOfSeats({ found }) : undefined;
  return seats && { controlPlane: 'self-managed', ...seats };
}
