import type {
  CreateTransitGatewayRequest,
  CreateTransitGatewayResult,
  DeleteTransitGatewayRequest,
  DeleteTransitGatewayResult,
  DescribeTransitGatewaysRequest,
  DescribeTransitGatewaysResult,
  TransitGateway,
  TransitGatewayOptions,
} from '@aws-sdk/client-ec2';
import type { Json } from '../../../base/canonical-json.ts';
import { hours, minutes } from '../../../base/duration.ts';
import type { Call, EventHandlers, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Fields } from './filter.ts';
import { listing, nextToken } from './listing.ts';
import { get, mapOf } from './lookup.ts';
import type { TransitGatewayRecord } from './network-records.ts';
import { forget, setTags, tagList, tagsFor } from './tags.ts';

const [creation, deletion, afterlife] = [minutes(1), minutes(1), hours(1)];

const arnOf = (turn: Turn, id: string): string =>
  `arn:${turn.world.partition}:ec2:${turn.region}:${turn.account}:transit-gateway/${id}`;

const output = (turn: Turn, gateway: TransitGatewayRecord): TransitGateway => ({
  TransitGatewayId: gateway.id,
  TransitGatewayArn: arnOf(turn, gateway.id),
  State: gateway.state,
  OwnerId: turn.account,
  Description: gateway.description,
  CreationTime: new Date(gateway.createdAt),
  Options: gateway.options as TransitGatewayOptions,
  Tags: tagList(turn.state.ec2, gateway.id),
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayRequestOptions.html */
const usual = {
  AmazonSideAsn: 64_512,
  AutoAcceptSharedAttachments: 'disable',
  DefaultRouteTableAssociation: 'enable',
  DefaultRouteTablePropagation: 'enable',
  VpnEcmpSupport: 'enable',
  DnsSupport: 'enable',
  SecurityGroupReferencingSupport: 'disable',
  MulticastSupport: 'disable',
};

/** 16-bit numbers for private use, and 32-bit ones. */
const isPrivateAsn = (asn: number): boolean =>
  (asn >= 64_512 && asn <= 65_534) || (asn >= 4_200_000_000 && asn <= 4_294_967_294);

function createTransitGateway(input: CreateTransitGatewayRequest, call: Call): CreateTransitGatewayResult {
  const { ec2 } = call.state;
  const tags = tagsFor(input.TagSpecifications, 'transit-gateway');
  const given = Object.fromEntries(Object.entries(input.Options ?? {}).filter(([, value]) => value !== undefined));
  const options = { ...usual, ...given };
  if (!isPrivateAsn(Number(options.AmazonSideAsn)))
    throw new AwsError('InvalidParameterValue', `Amazon side ASN ${options.AmazonSideAsn} is not in a private range.`);
  const table = call.newId('tgw-rtb-');
  const gateway: TransitGatewayRecord = {
    id: call.newId('tgw-'),
    description: input.Description ?? '',
    state: 'pending',
    options: {
      ...options,
      ...(options.DefaultRouteTableAssociation === 'enable' && { AssociationDefaultRouteTableId: table }),
      ...(options.DefaultRouteTablePropagation === 'enable' && { PropagationDefaultRouteTableId: table }),
    },
    createdAt: call.now,
  };
  ec2.transitGateways = { ...ec2.transitGateways, [gateway.id]: gateway };
  setTags(ec2, gateway.id, tags);
  call.later(creation, 'ec2.transit-gateway-made', { id: gateway.id });
  return { TransitGateway: output(call, gateway) };
}

function deleteTransitGateway(input: DeleteTransitGatewayRequest, call: Call): DeleteTransitGatewayResult {
  const gateway = get(call, 'transitGateways', input.TransitGatewayId);
  if (gateway.state !== 'available' && gateway.state !== 'pending')
    throw new AwsError('IncorrectState', `${gateway.id} is in invalid state`);
  gateway.state = 'deleting';
  call.later(deletion, 'ec2.transit-gateway-deleted', { id: gateway.id });
  return { TransitGateway: output(call, gateway) };
}

const fields = (call: Turn): Fields<TransitGatewayRecord> => ({
  'transit-gateway-id': (gateway) => [gateway.id],
  state: (gateway) => [gateway.state],
  'owner-id': () => [call.account],
  'options.amazon-side-asn': (gateway) => [gateway.options.AmazonSideAsn as number],
});

function describeTransitGateways(input: DescribeTransitGatewaysRequest, call: Call): DescribeTransitGatewaysResult {
  const found = listing(call, 'transitGateways', {
    question: { ...input, ids: input.TransitGatewayIds },
    fields: fields(call),
    limits: { min: 5, max: 1000 },
  });
  return { TransitGateways: found.items.map((gateway) => output(call, gateway)), ...nextToken(found) };
}

const gatewayIn = (data: Json, turn: Turn): TransitGatewayRecord | undefined =>
  mapOf(turn.state.ec2, 'transitGateways')[(data as { readonly id: string }).id];

export const transitGatewayEvents: EventHandlers = {
  'ec2.transit-gateway-made': (data, turn) => {
    const gateway = gatewayIn(data, turn);
    if (gateway?.state === 'pending') gateway.state = 'available';
  },
  'ec2.transit-gateway-deleted': (data, turn) => {
    const gateway = gatewayIn(data, turn);
    if (gateway === undefined) return;
    gateway.state = 'deleted';
    turn.later(afterlife, 'ec2.transit-gateway-forgotten', { id: gateway.id });
  },
  'ec2.transit-gateway-forgotten': (data, turn) =>
    forget(turn.state.ec2, 'transitGateways', (data as { readonly id: string }).id),
};

export const transitGatewayHandlers: Handlers = {
  CreateTransitGateway: createTransitGateway,
  DeleteTransitGateway: deleteTransitGateway,
  DescribeTransitGateways: describeTransitGateways,
};
