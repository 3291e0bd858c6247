import type {
  ClusterVersionInformation,
  DescribeClusterVersionsRequest,
  DescribeClusterVersionsResponse,
} from '@aws-sdk/client-eks';
import releaseData from '../../../catalog/data/kubernetes-releases.json' with { type: 'json' };
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

const dateOf = (text: unknown): number | undefined => {
  const ms = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
};

/** A release whose calendar does not name the ends yet is supported for the usual 14 and 26 months. */
const monthsAfter = (from: number, months: number): number => {
  const date = new Date(from);
  return date.setUTCMonth(date.getUTCMonth() + months);
};

function versionOf(row: (typeof releaseData.releases)[number]): EksVersion[] {
  const released = dateOf(row.eks?.released);
  if (released === undefined) return [];
  const eks: Record<string, unknown> = { ...row.eks };
  const upstream: Record<string, unknown> = { ...row.upstream };
  const standard = dateOf(eks['endOfStandardSupport']) ?? monthsAfter(released, 14);
  return [
    {
      minor: row.minor,
      released,
      endOfStandardSupport: standard,
      endOfExtendedSupport: dateOf(eks['endOfExtendedSupport']) ?? monthsAfter(standard, 12),
      patch: typeof upstream['latest'] === 'string' ? upstream['latest'] : `${row.minor}.0`,
    },
  ];
}

const byMinor = (a: EksVersion, b: EksVersion): number => Number(b.minor.slice(2)) - Number(a.minor.slice(2));
const all: readonly EksVersion[] = releaseData.releases.flatMap(versionOf).sort(byMinor);

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
