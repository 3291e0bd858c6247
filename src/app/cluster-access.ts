import { Failure, reporter } from '../base/diagnostic.ts';
import { ofKind } from '../model/snapshot.ts';
import { readContext } from '../ports/aws.ts';
import { appCodes } from './codes.ts';
import { type AwsToRead, contextFor } from './ports.ts';
import { apiOfSeats } from './self-managed/hull.ts';

/** Where a cluster's API is and by which CA to know it. */
export interface ApiAddress {
  readonly controlPlane: 'eks' | 'self-managed';
  readonly endpoint: string;
  /** Base64 of PEM. */
  readonly certificateAuthority: string;
}

/** The API of a cluster by its name; fails with `app.no-cluster`. Asks only for what says it. */
export async function clusterAccess(name: string, aws: AwsToRead): Promise<ApiAddress> {
  const context = readContext(contextFor(aws, name));
  const [cluster] = ofKind({ found: await aws.readers.cluster.list(context) }, 'cluster');
  if (cluster?.observed.endpoint) {
    const { endpoint, certificateAuthority } = cluster.observed;
    return { controlPlane: 'eks', endpoint, certificateAuthority };
  }
  const kinds = ['load-balancer', 'dns-record', 'cluster-keys'] as const;
  const lists = cluster === undefined ? await Promise.all(kinds.map((kind) => aws.readers[kind].list(context))) : [];
  const api = apiOfSeats({ found: lists.flat() });
  if (api !== undefined) return { controlPlane: 'self-managed', ...api };
  const begun = cluster !== undefined || lists.some((list) => list.length > 0);
  const detail = begun
    ? `cluster ${name} is ${cluster === undefined ? 'still being made' : cluster.state} and has no endpoint yet`
    : `no cluster ${name} of ours in ${aws.identity.region}`;
  throw new Failure(reporter(appCodes)('app.no-cluster', { detail, fix: 'quilla status shows how far it is.' }));
}
