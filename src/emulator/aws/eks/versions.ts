import type {
  ClusterVersionInformation,
  DescribeClusterVersionsRequest,
  DescribeClusterVersionsResponse,
} from '@aws-sdk/client-eks';
import { type EksVersion as CatalogVersion, eksVersions, newestPatch } from '../../../catalog/kubernetes-releases.ts';
import type { Handler } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { invalidParameter } from './errors.ts';

/** One Kubernetes minor as EKS offers it; dates in milliseconds since 1970. */
export interface EksVersion {
  readonly minor: string;
  readonly released: number;
  readonly endOfStandardSupport: number;
  readonly endOfExtendedSupport: number;
  /** The patch that the control plane runs: `1.36.4`. */
  readonly patch: string;
}

/** A release whose calendar does not name the ends yet is supported for the usual 14 and 26 months. */
const monthsAfter = (from: number, months: number): number => {
  const date = new Date(from);
  return date.setUTCMonth(date.getUTCMonth() + months);
};

function versionOf(row: CatalogVersion): EksVersion {
  const released = Date.parse(row.released);
  const ends = row.endOfStandardSupport;
  const standard = ends === undefined ? monthsAfter(released, 14) : Date.parse(ends);
  const extended = row.endOfExtendedSupport;
  return {
    minor: row.minor,
    released,
    endOfStandardSupport: standard,
    endOfExtendedSupport: extended === undefined ? monthsAfter(standard, 12) : Date.parse(extended),
    patch: newestPatch(row.minor) ?? `${row.minor}.0`,
  };
}

const all: readonly EksVersion[] = eksVersions.map(versionOf).toReversed();

/** Every version that EKS has had by that time, newest first. */
export const versionsAt = (now: number): readonly EksVersion[] => all.filter((v) => v.released <= now);

/** Those in standard or extended support, newest first. */
export const supportedVersions = (now: number): readonly EksVersion[] =>
  versionsAt(now).filter((v) => now < v.endOfExtendedSupport);

/** What a cluster gets that names no version: EKS makes a release the default some weeks after it came. */
export const defaultVersion = (now: number): string => {
  const settled = supportedVersions(now).filter((v) => v.released + 45 * 86_400_000 <= now);
  return (settled[0] ?? supportedVersions(now)[0] ?? all[0]!).minor;
};

export const supportOf = (
  version: EksVersion,
  now: number,
): 'STANDARD_SUPPORT' | 'EXTENDED_SUPPORT' | 'UNSUPPORTED' => {
  if (now < version.endOfStandardSupport) return 'STANDARD_SUPPORT';
  return now < version.endOfExtendedSupport ? 'EXTENDED_SUPPORT' : 'UNSUPPORTED';
};

const legacyStatus = {
  STANDARD_SUPPORT: 'standard-support',
  EXTENDED_SUPPORT: 'extended-support',
  UNSUPPORTED: 'unsupported',
} as const;

/** EKS's own revision of a control plane: the embedded AWS always has one. */
export const platformVersion = 'eks.1';

function viewOf(version: EksVersion, now: number): ClusterVersionInformation {
  const versionStatus = supportOf(version, now);
  return {
    clusterVersion: version.minor,
    clusterType: 'eks',
    defaultPlatformVersion: platformVersion,
    defaultVersion: version.minor === defaultVersion(now),
    releaseDate: new Date(version.released),
    endOfStandardSupportDate: new Date(version.endOfStandardSupport),
    endOfExtendedSupportDate: new Date(version.endOfExtendedSupport),
    status: legacyStatus[versionStatus],
    versionStatus,
    kubernetesPatchVersion: version.patch,
  };
}

export const describeClusterVersions: Handler<
  Given<DescribeClusterVersionsRequest>,
  DescribeClusterVersionsResponse
> = (input, { now }) => {
  if (input.clusterType !== undefined && input.clusterType !== 'eks') {
    throw invalidParameter(`clusterType ${input.clusterType} is not supported. Use eks.`);
  }
  const rows = versionsAt(now)
    .map((version) => viewOf(version, now))
    .filter((row) => input.includeAll === true || row.versionStatus !== 'UNSUPPORTED')
    .filter((row) => input.defaultOnly !== true || row.defaultVersion === true)
    .filter((row) => input.clusterVersions === undefined || input.clusterVersions.includes(row.clusterVersion!))
    .filter((row) => input.versionStatus === undefined || row.versionStatus === input.versionStatus)
    .filter((row) => input.status === undefined || row.status === input.status);
  const page = pageOf(rows, { token: input.nextToken, size: input.maxResults, usual: 100 });
  return { clusterVersions: [...page.items], nextToken: page.next };
};
