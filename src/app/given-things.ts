import { type Diagnostic, reporter } from '../base/diagnostic.ts';
import type { Plan } from '../plan/plan.ts';
import type { LoadedCluster } from '../spec/load.ts';
import { appCodes } from './codes.ts';
import type { AwsToRead } from './ports.ts';
import { rolesThatOthersMayTake } from './self-managed/node-role-trust.ts';

const report = reporter(appCodes);

/** Something that a spec names as one's own, and where. */
interface Named {
  readonly what: 'key pair' | 'security group' | 'role' | 'instance profile';
  readonly name: string;
  readonly path: string;
}

function namedIn({ cluster: { spec } }: LoadedCluster): Named[] {
  const some = (what: Named['what'], name: string | undefined, path: string): Named[] =>
    name === undefined ? [] : [{ what, name, path }];
  const { controlPlane } = spec;
  const ofEks = controlPlane.type === 'eks' ? controlPlane : undefined;
  return [
    ...some('role', ofEks?.role, 'spec.controlPlane.eks.role'),
    ...(ofEks?.securityGroups ?? []).map(
      (name): Named => ({ what: 'security group', name, path: 'spec.controlPlane.eks.securityGroups' }),
    ),
    ...some('key pair', spec.access.ssh?.keyName, 'spec.access.ssh.keyName'),
    ...spec.nodeGroups.flatMap((group, i) => [
      ...some('key pair', group.keyName, `spec.nodeGroups[${i}].keyName`),
      ...some('role', group.role, `spec.nodeGroups[${i}].role`),
      ...some('instance profile', group.instanceProfile, `spec.nodeGroups[${i}].instanceProfile`),
      ...group.securityGroups.map(
        (name): Named => ({ what: 'security group', name, path: `spec.nodeGroups[${i}].securityGroups` }),
      ),
    ]),
    ...spec.fargateProfiles.flatMap((profile, i) => some('role', profile.role, `spec.fargateProfiles[${i}].role`)),
  ];
}

/** Whether what the spec names as one's own exists. Asked only where the plan makes or changes something: nothing to do means that it does. */
export async function checkGivenThings(loaded: LoadedCluster, plan: Plan, { facts }: AwsToRead): Promise<Diagnostic[]> {
  const named = namedIn(loaded);
  if (named.length === 0 || !plan.steps.some(({ action }) => action === 'create' || action === 'update')) return [];
  const of = (what: Named['what']): string[] => [
    ...new Set(named.filter((entry) => entry.what === what).map(({ name }) => name)),
  ];
  const there = await facts.givenThings({
    keyPairs: of('key pair'),
    roles: of('role'),
    instanceProfiles: of('instance profile'),
    securityGroups: of('security group'),
  });
  const exists = {
    'key pair': there.keyPairs,
    role: there.roles,
    'instance profile': there.instanceProfiles,
    'security group': there.securityGroups,
  };
  const missing = named
    .filter(({ what, name }) => !exists[what].has(name))
    .map(({ what, name, path }) =>
      report('app.given-missing', {
        detail: `${what} ${name} does not exist in this account and region`,
        fix: `Make it, or correct ${path}.`,
        at: { ...loaded.locate(path), path },
      }),
    );
  return [...missing, ...rolesThatOthersMayTake(loaded, there)];
}
