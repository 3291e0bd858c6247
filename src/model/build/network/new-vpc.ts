import type { NewVpc } from '../../../spec/cluster.ts';
import { type Resource, refTo } from '../../graph.ts';
import { join, type Ref } from '../../value.ts';
import { type BuildContext, kubernetesTag, resource, tagsOf, tailOf } from '../context.ts';
import { natGateways } from './nat-gateways.ts';
import type { NetworkHandles, PlannedSubnet, SubnetHandle } from './network-handles.ts';
import { hasPublicSubnets, planSubnets } from './planned-subnets.ts';
import { routing } from './routing.ts';

function vpcOf(context: BuildContext, vpc: NewVpc): Resource<'vpc'> {
  return resource('vpc', {
    id: 'vpc',
    from: 'spec.network',
    desired: {
      cidr: vpc.cidr,
      ipv6: context.spec.network.ipFamily === 'dual-stack',
      dnsSupport: true,
      dnsHostnames: true,
      tags: tagsOf(context, 'vpc', { [kubernetesTag(context.name)]: 'shared' }),
    },
  });
}

const rangesOf = ({ spec }: BuildContext, vpc: NewVpc): readonly (readonly [string, string])[] => [
  ...vpc.furtherCidrs.map((range, i) => [range, `spec.network.furtherCidrs[${i}]`] as const),
  ...(spec.network.podSubnets?.type === 'new'
    ? [[spec.network.podSubnets.cidr, 'spec.network.podSubnets.cidr'] as const]
    : []),
];

const cidrBlock = (vpcId: Ref, range: string, from: string): Resource<'vpc-cidr-block'> =>
  resource('vpc-cidr-block', { id: `vpc-cidr-block/${range}`, from, desired: { vpcId, cidr: range } });

function internetGateway(context: BuildContext, vpcId: Ref): Resource<'internet-gateway'> {
  const id = 'internet-gateway';
  return resource('internet-gateway', { id, from: 'spec.network', desired: { vpcId, tags: tagsOf(context, id) } });
}

function egressGateway(context: BuildContext, vpcId: Ref): Resource<'egress-only-internet-gateway'> {
  const id = 'egress-only-internet-gateway';
  const from = 'spec.network.ipFamily';
  return resource('egress-only-internet-gateway', { id, from, desired: { vpcId, tags: tagsOf(context, id) } });
}

function subnetOf(context: BuildContext, vpcId: Ref, planned: PlannedSubnet): Resource<'subnet'> {
  const { network } = context.spec;
  const hasIpv6 = network.ipFamily === 'dual-stack';
  const { id, zone, cidr, isPublic, from, tags } = planned;
  return resource('subnet', {
    id,
    from,
    desired: {
      vpcId,
      zone,
      cidr,
      ipv6Index: hasIpv6 ? planned.ipv6Index : null,
      publicIpOnLaunch: isPublic && network.topology === 'public',
      ipv6OnCreation: hasIpv6,
      tags: tagsOf(context, id, tags),
    },
  });
}

/** A VPC of our own with everything that its nodes need to reach AWS. */
export function newVpc(context: BuildContext, vpc: NewVpc): NetworkHandles {
  const ours = vpcOf(context, vpc);
  const vpcId = refTo(ours, 'vpcId');
  const ranges = rangesOf(context, vpc);
  const { subnets: planned, diagnostics } = planSubnets(context, vpc);
  const subnets = planned.map((one) => ({ planned: one, made: subnetOf(context, vpcId, one) }));
  const isOpen = hasPublicSubnets(context, vpc);
  const internet = isOpen ? internetGateway(context, vpcId) : undefined;
  const egress = isOpen && context.spec.network.ipFamily === 'dual-stack' ? egressGateway(context, vpcId) : undefined;
  const nats = natGateways(context, vpc, subnets);
  const routes = routing(context, vpc, { vpcId, internet, egress, nats: nats.byZone, subnets });
  const handles = subnets.map(({ planned: one, made }): SubnetHandle & { readonly row: string } => ({
    subnetId: refTo(made, 'subnetId'),
    zone: one.zone,
    isPublic: one.isPublic,
    row: tailOf(one.id).slice(0, tailOf(one.id).indexOf('-')),
    ...routes.bySubnet.get(one.id)!,
  }));
  const first = (row: string): readonly SubnetHandle[] =>
    vpc.zones.flatMap((zone) => handles.find((handle) => handle.row === row && handle.zone === zone) ?? []);
  return {
    resources: [
      ours,
      ...ranges.map(([range, from]) => cidrBlock(vpcId, range, from)),
      ...subnets.map(({ made }) => made),
      ...(internet === undefined ? [] : [internet]),
      ...(egress === undefined ? [] : [egress]),
      ...nats.resources,
      ...routes.resources,
    ],
    diagnostics,
    vpcId,
    cidrs: [vpc.cidr, ...ranges.map(([range]) => range)],
    privateSubnets: first('private'),
    publicSubnets: first('public'),
    podSubnets: first('pods'),
    natRanges: nats.addresses.map((address) => join`${refTo(address, 'publicIp')}/32`),
  };
}
