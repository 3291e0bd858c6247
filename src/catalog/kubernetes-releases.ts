import data from './data/kubernetes-releases.json' with { type: 'json' };

/** When EKS offers a minor version. Days as `2026-06-02`; an end that is absent was not yet published. */
export interface EksVersion {
  readonly minor: string;
  readonly released: string;
  readonly endOfStandardSupport?: string;
  /** The day on which AWS upgrades what still runs it. Versions before 1.21 had no extended support: the end of standard support. */
  readonly endOfExtendedSupport?: string;
}

export type EksSupport = 'not-yet' | 'standard' | 'extended' | 'ended';

/** Where the rows are from. */
export const kubernetesReleasesSource: string = data.source;

interface Row {
  readonly released: string;
  readonly endOfStandardSupport?: string | null;
  readonly endOfExtendedSupport?: string | null;
}

function read(minor: string, row: Row): EksVersion {
  const standard = row.endOfStandardSupport ?? undefined;
  const extended = row.endOfExtendedSupport === 'None' ? standard : (row.endOfExtendedSupport ?? undefined);
  return {
    minor,
    released: row.released,
    ...(standard === undefined ? {} : { endOfStandardSupport: standard }),
    ...(extended === undefined ? {} : { endOfExtendedSupport: extended }),
  };
}

const minorNumber = (minor: string): number => Number(minor.split('.')[1]);

/** Every version that EKS has offered in the catalog's memory, oldest first. */
export const eksVersions: readonly EksVersion[] = data.releases
  .flatMap((release) => (release.eks === null ? [] : [read(release.minor, release.eks)]))
  .sort((a, b) => minorNumber(a.minor) - minorNumber(b.minor));

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

function supportOn(version: EksVersion, day: string): EksSupport {
  if (day < version.released) return 'not-yet';
  if (version.endOfExtendedSupport !== undefined && day >= version.endOfExtendedSupport) return 'ended';
  return version.endOfStandardSupport !== undefined && day >= version.endOfStandardSupport ? 'extended' : 'standard';
}

/** A minor version (`1.36`) and how EKS supports it on a day; undefined where EKS never offered it, as far as the catalog knows. */
export function eksVersionAt(
  minor: string,
  date: Date,
): { readonly version: EksVersion; readonly support: EksSupport } | undefined {
  const version = eksVersions.find((candidate) => candidate.minor === minor);
  return version === undefined ? undefined : { version, support: supportOn(version, dayOf(date)) };
}

/** The versions that a cluster may be made with on a day, oldest first. */
export const eksVersionsOffered = (date: Date): readonly EksVersion[] =>
  eksVersions.filter((version) => ['standard', 'extended'].includes(supportOn(version, dayOf(date))));

/**
 * The version for whoever does not say one: the newest in standard support whose end is published, so that the plan can print it.
 * Undefined only for a day outside the catalog.
 */
export const defaultEksVersion = (date: Date): EksVersion | undefined =>
  eksVersions
    .filter((version) => supportOn(version, dayOf(date)) === 'standard' && version.endOfStandardSupport !== undefined)
    .at(-1);

/** Upstream's newest patch release of a minor version that the catalog knows: `1.36.4`. */
export const newestPatch = (minor: string): string | undefined =>
  data.releases.find((release) => release.minor === minor)?.upstream.latest;

/** The day on which upstream ends its support of a minor version: `2027-06-28`. Undefined where the catalog does not know it. */
export const upstreamEndOfLife = (minor: string): string | undefined =>
  data.releases.find((release) => release.minor === minor)?.upstream.endOfLife ?? undefined;
