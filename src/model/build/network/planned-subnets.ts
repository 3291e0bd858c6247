import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { NewVpc } from '../../../spec/cluster.ts';
import { report } from '../../codes.ts';
import { type BuildContext, kubernetesTag } from '../context.ts';
import { furtherRanges, ipv6Index, subnetRanges } from '../subnet-layout.ts';
import type { PlannedSubnet } from './network-handles.ts';

/** Where load balancers for the internet, or for the VPC, put their interfaces. */
export const publicLoadBalancers = { 'kubernetes.io/role/elb': '1' } as const;
export const internalLoadBalancers = { 'kubernetes.io/role/internal-elb': '1' } as const;
/** The VPC CNI takes addresses for pods from subnets with this tag too: https://docs.aws.amazon.com/eks/latest/best-practices/subnets.html */
const podAddresses = { 'kubernetes.io/role/cni': '1' } as const;

/** Without a way out there is nothing that a public subnet would be for. */
export const hasPublicSubnets = ({ spec }: BuildContext, vpc: NewVpc): boolean =>
  spec.network.topology === 'public' || vpc.nat !== 'none';

/** One row of subnets, one per zone. */
interface Row {
  readonly idOf: (zone: string) => string;
  /** By zone; undefined where the range is too small. */
  readonly ranges: readonly string[] | undefined;
  readonly range: string;
  readonly from: string;
  readonly isPublic: boolean;
  readonly number: number;
  readonly tags: Readonly<Record<string, string>>;
}

function rowsOf(context: BuildContext, vpc: NewVpc): readonly Row[] {
  const first = { range: vpc.cidr, from: 'spec.network.zones' };
  const divided = subnetRanges(vpc.cidr, vpc.zones.length);
  const publicRow: Row = {
    ...first,
    idOf: (zone) => `subnet/public-${zone}`,
    ranges: divided?.public,
    isPublic: true,
    number: 0,
    tags: publicLoadBalancers,
  };
  const privateRow: Row = {
    ...first,
    idOf: (zone) => `subnet/private-${zone}`,
    ranges: divided?.private,
    isPublic: false,
    number: 1,
    tags: internalLoadBalancers,
  };
  const further = vpc.furtherCidrs.map(
    (range, i): Row => ({
      idOf: (zone) => `subnet/private-${zone}-${range.replace('/', '-')}`,
      ranges: furtherRanges(range, vpc.zones.length),
      range,
      from: `spec.network.furtherCidrs[${i}]`,
      isPublic: false,
      number: 2 + i,
      tags: podAddresses,
    }),
  );
  return [
    ...(hasPublicSubnets(context, vpc) ? [publicRow] : []),
    privateRow,
    ...further,
    ...podRows(context, vpc.zones.length),
  ];
}

function podRows({ spec }: BuildContext, zones: number): readonly Row[] {
  const { podSubnets } = spec.network;
  if (podSubnets?.type !== 'new') return [];
  return [
    {
      idOf: (zone) => `subnet/pods-${zone}`,
      ranges: furtherRanges(podSubnets.cidr, zones),
      range: podSubnets.cidr,
      from: 'spec.network.podSubnets.cidr',
      isPublic: false,
      number: 15,
      tags: {},
    },
  ];
}

/** Every subnet of a new VPC with its range; a diagnostic for each range that is too small. */
export function planSubnets(
  context: BuildContext,
  vpc: NewVpc,
): { readonly subnets: readonly PlannedSubnet[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const subnets: PlannedSubnet[] = [];
  for (const row of rowsOf(context, vpc)) {
    const { ranges } = row;
    if (ranges === undefined) {
      diagnostics.push(
        report('graph.range-too-small', {
          detail: `${row.range} does not hold ${row.isPublic ? 'public' : 'private'} subnets for ${vpc.zones.length} zones`,
          fix: 'Give a range with a shorter prefix, or fewer zones.',
          at: { path: row.from },
        }),
      );
      continue;
    }
    vpc.zones.forEach((zone, i) => {
      const { isPublic, from } = row;
      const tags = { ...row.tags, [kubernetesTag(context.name)]: 'shared' };
      const index = ipv6Index(row.number, i);
      subnets.push({ id: row.idOf(zone), zone, cidr: ranges[i]!, from, isPublic, ipv6Index: index, tags });
    });
  }
  return { subnets, diagnostics };
}
