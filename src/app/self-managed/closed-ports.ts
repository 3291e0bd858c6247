import { type Diagnostic, reporter } from '../../base/diagnostic.ts';
import { readinessCodes } from '../../insight/readiness-codes.ts';
import { lets, type RuleSeen } from '../../insight/stranded-instance.ts';
import { ofKind, type Snapshot } from '../../model/snapshot.ts';
import type { AwsToRead } from '../ports.ts';

const report = reporter(readinessCodes);

/** What must get to a seat: peers and clients of etcd from other seats, the API from the load balancers. */
const ways = [
  { port: 2379, from: 'security-group/seats', what: 'the API servers to etcd' },
  { port: 2380, from: 'security-group/seats', what: 'the members of etcd to one another' },
  { port: 6443, from: 'security-group/api', what: 'the internal load balancer to the API servers' },
  { port: 6443, from: 'security-group/api-public', what: 'the public load balancer to the API servers' },
] as const;

/** Which of the ways to the seats their security group has closed. Asked only where seats are up and do not serve: one call. */
export async function closedPorts(snapshot: Snapshot, { facts }: Pick<AwsToRead, 'facts'>): Promise<Diagnostic[]> {
  const idOf = (id: string): string | undefined =>
    ofKind(snapshot, 'security-group').find((group) => group.id === id)?.observed.groupId;
  const own = idOf('security-group/seats');
  if (own === undefined) return [];
  const [rules] = await facts.securityGroupRules([own]);
  return ways.flatMap((way) => closed(own, idOf(way.from), { ...way, ingress: rules?.ingress ?? [] }));
}

interface Way {
  readonly port: number;
  readonly what: string;
  readonly ingress: readonly RuleSeen[];
}

function closed(own: string, from: string | undefined, { port, what, ingress }: Way): Diagnostic[] {
  if (from === undefined || lets(ingress, port, [from])) return [];
  return [
    report('seat.ports-closed', {
      detail: `security group ${own} of the seats does not let ${from} in on port ${port}: ${what}`,
      fix: 'quilla apply adds the rule again.',
    }),
  ];
}
