import { type Diagnostic, reporter } from '../../base/diagnostic.ts';
import type { GivenThings } from '../../ports/facts.ts';
import type { LoadedCluster } from '../../spec/load.ts';
import { appCodes } from '../codes.ts';

const report = reporter(appCodes);

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
}

const ec2 = /^ec2\.amazonaws\.com(\.cn)?$/;

/** Principals that a statement lets in beside EC2; `*` and accounts are such. */
function othersIn({ Effect, Principal }: Statement): string[] {
  if (Effect !== 'Allow') return [];
  if (typeof Principal !== 'object' || Principal === null) return [String(Principal ?? 'NotPrincipal')];
  return Object.entries(Principal).flatMap(([type, names]) =>
    [names].flat().flatMap((name) => (type === 'Service' && ec2.test(String(name)) ? [] : [String(name)])),
  );
}

/** Who but EC2 may assume a role; a document that cannot be read is let pass, since IAM would not have it. */
function others(document: string | undefined): string[] {
  if (document === undefined || document === '') return [];
  try {
    const { Statement = [] } = JSON.parse(document) as { Statement?: Statement | Statement[] };
    return [Statement].flat().flatMap(othersIn);
  } catch {
    return [];
  }
}

/** Node groups of a self-managed cluster whose given role trusts more than EC2. */
export function rolesThatOthersMayTake(
  { cluster, locate }: LoadedCluster,
  { roles, instanceProfiles, trusts }: GivenThings,
): Diagnostic[] {
  if (cluster.spec.controlPlane.type !== 'self-managed') return [];
  return cluster.spec.nodeGroups.flatMap(({ name, role, instanceProfile }, i) => {
    const arn = role === undefined ? instanceProfiles.get(instanceProfile ?? '')?.roleArn : roles.get(role);
    const who = others(trusts?.get(arn ?? ''));
    if (who.length === 0) return [];
    const path = `spec.nodeGroups[${i}].${role === undefined ? 'instanceProfile' : 'role'}`;
    return [
      report('app.node-role-trust', {
        detail: `${arn}, the role of node group ${name}, may be assumed by ${[...new Set(who)].join(', ')}`,
        fix: 'Let it trust ec2.amazonaws.com alone, or leave it out: a role is made then.',
        at: { ...locate(path), path },
      }),
    ];
  });
}
