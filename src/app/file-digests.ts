import { defined } from '../base/defined.ts';
import { bootConfigType } from '../model/bootstrap/self-managed/boot-config.ts';
import type { Facts, FactsNeeded } from '../model/facts.ts';
import { ofKind, type Snapshot } from '../model/snapshot.ts';
import type { Publisher } from '../ports/publisher.ts';

type Wanted = FactsNeeded['files'];

interface InstalledFile {
  readonly url: string;
  readonly sha256: string;
  readonly own?: true;
}

/** The files that a launch template's machines install, from the configuration in its user data. */
function filesIn(userData: string): readonly InstalledFile[] {
  const at = userData.indexOf(`Content-Type: ${bootConfigType}`);
  if (at < 0) return [];
  const text = userData.slice(userData.indexOf('{', at), userData.lastIndexOf('}') + 1);
  try {
    return (JSON.parse(text) as { files?: readonly InstalledFile[] }).files ?? [];
  } catch {
    return [];
  }
}

/** Under a mirror, a file lies by the host and path of its publisher's URL. */
const isAt = (place: string, url: string): boolean =>
  place === url || place.endsWith(`/${url.replace(/^https:\/\//, '')}`);

/** Publishers' digests that machines of the cluster are already told: they need no second question. */
function known(files: Wanted, snapshot: Snapshot): ReadonlyMap<string, string> {
  const installed = ofKind(snapshot, 'launch-template').flatMap(({ settled }) => filesIn(settled.userData ?? ''));
  return new Map(
    files.flatMap(({ url }) => {
      const file = installed.find((one) => one.own !== true && isAt(one.url, url));
      return file === undefined ? [] : [[url, file.sha256] as const];
    }),
  );
}

/** What a graph is told of files that the catalog has no digest of: two of its facts. */
export type ToldOfFiles = Required<Pick<Facts, 'digests'>> & Pick<Facts, 'digestsRefused'>;

/**
 * sha256 of files by their publishers' URL: from what the cluster's machines are told already, else from the publishers' checksum
 * files. One that nobody could tell is missing, and why is beside.
 */
export async function fileDigests(
  files: Wanted,
  { snapshot, publisher }: { readonly snapshot: Snapshot; readonly publisher: Publisher },
): Promise<ToldOfFiles> {
  const there = known(files, snapshot);
  const missing = files.filter(({ url }) => !there.has(url));
  if (missing.length === 0) return { digests: Object.fromEntries(there) };
  const { digests, refused } = await publisher.digests(missing);
  return {
    digests: Object.fromEntries([...there, ...digests]),
    ...defined({ digestsRefused: refused.size === 0 ? undefined : Object.fromEntries(refused) }),
  };
}

/** Where only the order of things matters and not what machines install: a destroy. */
export const anyDigests = (files: Wanted): { readonly digests?: Readonly<Record<string, string>> } =>
  defined({
    digests: files.length === 0 ? undefined : Object.fromEntries(files.map(({ url }) => [url, '0'.repeat(64)])),
  });
