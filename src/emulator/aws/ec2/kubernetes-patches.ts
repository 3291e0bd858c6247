import releases from '../../../catalog/data/kubernetes-releases.json' with { type: 'json' };

export { eksVersions } from '../../../catalog/kubernetes-releases.ts';

/** The newest patch release of a minor version (`1.34.11`); its first one where the catalog knows none. */
export function latestPatch(minor: string): string {
  const row = releases.releases.find((one) => one.minor === minor);
  const latest = row !== undefined && 'latest' in row.upstream ? row.upstream.latest : undefined;
  return latest ?? `${minor}.0`;
}
