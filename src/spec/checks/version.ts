import { eksVersionAt, eksVersionsOffered } from '../../catalog/kubernetes-releases.ts';
import type { Finding } from '../problem.ts';
import { type Check, listed } from './check.ts';
import { selfManagedVersion } from './version-self-managed.ts';

const path = 'spec.kubernetesVersion';
const days = 24 * 3_600_000;

function unknown(minor: string, offered: readonly string[]): Finding {
  const patch = /^v?(1\.\d+)(\.\d+.*)?$/.exec(minor)?.[1];
  const meant = patch !== undefined && patch !== minor && offered.includes(patch) ? patch : undefined;
  const offer = `EKS offers ${listed(offered)}.`;
  return {
    code: 'spec.version-unknown',
    path,
    detail: `${JSON.stringify(minor)} is not a version that EKS offers`,
    fix: meant === undefined ? offer : `EKS takes minor versions: write "${meant}". ${offer}`,
  };
}

export const version: Check = (context) => {
  const { input, cluster, today } = context;
  const plane = cluster.spec.controlPlane;
  if (plane.type === 'self-managed') return selfManagedVersion(context);
  const minor = input.spec.kubernetesVersion;
  const taken = cluster.spec.kubernetesVersion;
  if (minor === undefined)
    return [
      {
        code: 'spec.version-not-pinned',
        path: 'spec',
        detail: `${taken} is taken, the default of today`,
        fix: `Add kubernetesVersion: "${taken}".`,
      },
    ];
  const offered = eksVersionsOffered(today).map((one) => one.minor);
  const known = eksVersionAt(minor, today);
  if (known === undefined || known.support === 'not-yet') return [unknown(minor, offered)];
  const { endOfStandardSupport: standard, endOfExtendedSupport: extended } = known.version;
  if (known.support === 'ended')
    return [
      {
        code: 'spec.version-end-of-life',
        path,
        detail: `EKS ended its support of ${minor} on ${extended}`,
        fix: `EKS offers ${listed(offered)}.`,
      },
    ];
  const policy = plane.upgradePolicy;
  if (known.support === 'extended') {
    if (policy === 'standard')
      return [
        {
          code: 'spec.version-needs-extended',
          path,
          detail: `standard support of ${minor} ended on ${standard} and upgradePolicy is standard`,
          fix: `Use a newer version (${listed(offered.filter((one) => eksVersionAt(one, today)?.support === 'standard'))}), or controlPlane: {eks: {upgradePolicy: extended}}.`,
        },
      ];
    return [
      {
        code: 'spec.version-extended-support',
        path,
        detail: `standard support of ${minor} ended on ${standard}; extended support costs 0.50 US dollars an hour more and ends on ${extended ?? 'a day not yet published'}`,
      },
    ];
  }
  if (standard === undefined || Date.parse(standard) - today.getTime() > 60 * days) return [];
  const then =
    policy === 'standard' ? 'AWS will upgrade the cluster by itself' : 'it will cost 0.50 US dollars an hour more';
  return [
    {
      code: 'spec.version-ends-soon',
      path,
      detail: `standard support of ${minor} ends on ${standard}; after that ${then}`,
      fix: 'Plan an upgrade, one minor version at a time.',
    },
  ];
};
