import { Failure, reporter } from '../base/diagnostic.ts';
import { ofKind } from '../model/snapshot.ts';
import { readContext } from '../ports/aws.ts';
import { appCodes } from './codes.ts';
import { type AwsToRead, contextFor } from './ports.ts';

/** Where a cluster's API is and by which CA to know it; fails with `app.no-cluster`. */
export async function clusterAccess(
  name: string,
  aws: AwsToRead,
): Promise<{ readonly endpoint: string; readonly certificateAuthority: string }> {
  const context = readContext(contextFor(aws, name));
  const [cluster] = ofKind({ found: await aws.readers.cluster.list(context) }, 'cluster');
  if (cluster?.observed.endpoint) return cluster.observed;
  const detail =
    cluster === undefined
      ? `no cluster ${name} of ours in ${aws.identity.region}`
      : `cluster ${name} is ${cluster.state} and has no endpoint yet`;
  throw new Failure(reporter(appCodes)('app.no-cluster', { detail, fix: 'quilla status shows how far it is.' }));
}
