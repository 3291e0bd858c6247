import { nearest } from '../../base/nearest.ts';
import { type FlaggedProgram, featureGateNames, flagNames, flagsOf } from '../../catalog/kubernetes-flags.ts';
import type { Finding } from '../problem.ts';
import { ofPlane, planePath } from './of-plane.ts';

const programs: Readonly<Record<FlaggedProgram, string>> = {
  apiServer: 'kube-apiserver',
  controllerManager: 'kube-controller-manager',
  scheduler: 'kube-scheduler',
  kubelet: 'kubelet',
  etcd: 'etcd',
};

function unlisted(what: string, name: string, known: readonly string[]): Pick<Finding, 'code' | 'detail' | 'fix'> {
  const near = nearest(name, known);
  return {
    code: 'spec.unlisted-flag',
    detail: `${what} ${name}`,
    fix:
      near === undefined
        ? 'Check its name in the reference of that version: a program that is told a flag which it does not know ends at its start.'
        : `Did you mean ${near}?`,
  };
}

/** A flag that a program does not have ends it at its start, on every seat. What the catalog lists is of one version, hence a warning. */
export const unlistedFlags = ofPlane(({ flags }): Finding[] =>
  (Object.keys(programs) as FlaggedProgram[]).flatMap((program) =>
    Object.keys(flags[program])
      .filter((name) => !flagNames(program).includes(name))
      .map((name) => ({
        path: `${planePath}.flags.${program}.${name}`,
        ...unlisted(`${programs[program]} of Kubernetes ${flagsOf} has no flag`, name, flagNames(program)),
      })),
  ),
);

export const unlistedGates = ofPlane(({ featureGates }): Finding[] =>
  Object.keys(featureGates)
    .filter((name) => !featureGateNames.includes(name))
    .map((name) => ({
      path: `${planePath}.featureGates.${name}`,
      ...unlisted(`Kubernetes ${flagsOf} has no feature gate`, name, featureGateNames),
    })),
);
