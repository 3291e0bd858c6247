import { nearest } from '../../base/nearest.ts';
import { newestPatch, upstreamEndOfLife } from '../../catalog/kubernetes-releases.ts';
import { selfManagedVersions } from '../../catalog/node-files.ts';
import type { Finding } from '../problem.ts';
import { type CheckContext, listed } from './check.ts';

const path = 'spec.kubernetesVersion';
const minors: readonly string[] = selfManagedVersions.map(({ minor }) => minor);

function notInCatalog(text: string): Finding {
  const plain = text.replace(/^v/, '');
  const meant = minors.find((minor) => minor === plain || plain.startsWith(`${minor}.`)) ?? nearest(plain, minors);
  const offer = `The catalog has ${listed(minors)}.`;
  return {
    code: 'spec.version-not-in-catalog',
    path,
    detail: `${JSON.stringify(text)} is not a version for which the catalog has files and images`,
    fix: plain !== text && meant !== undefined ? `Write "${plain}". ${offer}` : offer,
  };
}

/** A minor version of which the catalog has images and no files: nothing says which patch is meant. */
function withoutFiles(minor: string): Finding {
  const newest = newestPatch(minor);
  const others = listed(selfManagedVersions.flatMap((one) => (one.patches.length === 0 ? [] : [one.minor])));
  return {
    code: 'spec.version-not-in-catalog',
    path,
    detail: `the catalog has the images of ${minor} and no files, so that a patch must be named`,
    fix:
      newest === undefined
        ? `Use one of ${others}.`
        : `Write "${newest}", whose files are checked by what their publisher says, or use ${others}.`,
  };
}

/** Versions on a control plane of one's own: what the catalog has, until upstream ends its support. Any patch may be pinned. */
export function selfManagedVersion({ input, cluster, today }: CheckContext): readonly Finding[] {
  const said = input.spec.kubernetesVersion;
  const taken = cluster.spec.kubernetesVersion;
  if (said === undefined)
    return [
      {
        code: 'spec.version-not-pinned',
        path: 'spec',
        detail: `${taken} is taken, the default of today`,
        fix: `Add kubernetesVersion: "${taken}".`,
      },
    ];
  const minor = /^(1\.\d+)(\.\d+)?$/.exec(said)?.[1];
  if (minor === undefined || !minors.includes(minor)) return [notInCatalog(said)];
  if (said === minor && selfManagedVersions.find((one) => one.minor === minor)?.patches.length === 0)
    return [withoutFiles(minor)];
  const end = upstreamEndOfLife(minor);
  if (end === undefined || today.toISOString().slice(0, 10) < end) return [];
  return [
    {
      code: 'spec.version-unmaintained',
      path,
      detail: `Kubernetes ended its support of ${minor} on ${end}`,
      fix: `Upgrade to ${minors.at(-1)}, one minor version at a time.`,
    },
  ];
}
