import type {
  AttachInternetGatewayRequest,
  CreateEgressOnlyInternetGatewayRequest,
  CreateEgressOnlyInternetGatewayResult,
  CreateInternetGatewayRequest,
  CreateInternetGatewayResult,
  DeleteEgressOnlyInternetGatewayRequest,
  DeleteEgressOnlyInternetGatewayResult,
  DeleteInternetGatewayRequest,
  DescribeEgressOnlyInternetGatewaysRequest,
  DescribeEgressOnlyInternetGatewaysResult,
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult,
  DetachInternetGatewayRequest,
  EgressOnlyInternetGateway,
  InternetGateway,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { once } from './idempotency.ts';
import { checkLimit } from './limits.ts';
import { listing, nextToken } from './listing.ts';
import { get } from './lookup.ts';
import type { EgressOnlyGatewayRecord, InternetGatewayRecord } from './network-records.ts';
import type { Ec2State } from './state.ts';
import { forget, setTags, tagList, tagsFor } from './tags.ts';

// AWS says `available` here, a value that the SDK's model leaves out of AttachmentStatus.
const attached = 'available' as 'attached';

const output = (call: Turn, gateway: InternetGatewayRecord): InternetGateway => ({
  InternetGatewayId: gateway.id,
  OwnerId: call.account,
  Attachments: gateway.vpcId === undefined ? [] : [{ State: attached, VpcId: gateway.vpcId }],
  Tags: tagList(call.state.ec2, gateway.id),
});

function createInternetGateway(input: CreateInternetGatewayRequest, call: Call): CreateInternetGatewayResult {
  const { ec2 } = call.state;
  const tags = tagsFor(input.TagSpecifications, 'internet-gateway');
  checkLimit(call, 'internetGateways', {
    have: Object.keys(ec2.internetGateways).length,
    code: 'InternetGatewayLimitExceeded',
    message: 'The maximum number of internet gateways has been reached.',
  });
  const gateway: InternetGatewayRecord = { id: call.newId('igw-') };
  ec2.internetGateways[gateway.id] = gateway;
  setTags(ec2, gateway.id, tags);
  return { InternetGateway: output(call, gateway) };
}

function attachInternetGateway(input: AttachInternetGatewayRequest, call: Call): Record<string, never> {
  const gateway = get(call, 'internetGateways', input.InternetGatewayId);
  const vpc = get(call, 'vpcs', input.VpcId);
  if (gateway.vpcId !== undefined) {
    const why = `resource ${gateway.id} is already attached to network ${gateway.vpcId}`;
    throw new AwsError('Resource.AlreadyAssociated', why);
  }
  if (Object.values(call.state.ec2.internetGateways).some((other) => other.vpcId === vpc.id)) {
    throw new AwsError('InvalidParameterValue', `Network ${vpc.id} already has an internet gateway attached`);
  }
  gateway.vpcId = vpc.id;
  return {};
}

/** Whether something in the VPC has a public IPv4 address. */
function hasPublicAddresses(ec2: Ec2State, vpcId: string): boolean {
  const associated = new Set(Object.values(ec2.addresses).map((address) => address.networkInterfaceId));
  return Object.values(ec2.networkInterfaces).some(
    (eni) => eni.vpcId === vpcId && (eni.publicIp !== undefined || associated.has(eni.id)),
  );
}

function detachInternetGateway(input: DetachInternetGatewayRequest, call: Call): Record<string, never> {
  const gateway = get(call, 'internetGateways', input.InternetGatewayId);
  const vpc = get(call, 'vpcs', input.VpcId);
  if (gateway.vpcId !== vpc.id) {
    throw new AwsError('Gateway.NotAttached', `resource ${gateway.id} is not attached to network ${vpc.id}`);
  }
  if (hasPublicAddresses(call.state.ec2, vpc.id)) {
    const why = `Network ${vpc.id} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`;
    throw new AwsError('DependencyViolation', why);
  }
  delete gateway.vpcId;
  return {};
}

function deleteInternetGateway(input: DeleteInternetGatewayRequest, call: Call): Record<string, never> {
  const gateway = get(call, 'internetGateways', input.InternetGatewayId);
  if (gateway.vpcId !== undefined) {
    const why = `The internetGateway '${gateway.id}' has dependencies and cannot be deleted.`;
    throw new AwsError('DependencyViolation', why);
  }
  forget(call.state.ec2, 'internetGateways', gateway.id);
  return {};
}

function describeInternetGateways(input: DescribeInternetGatewaysRequest, call: Call): DescribeInternetGatewaysResult {
  const found = listing(call, 'internetGateways', {
    question: { ...input, ids: input.InternetGatewayIds },
    fields: {
      'internet-gateway-id': (gateway) => [gateway.id],
      'attachment.vpc-id': (gateway) => [gateway.vpcId],
      'attachment.state': (gateway) => [gateway.vpcId === undefined ? undefined : 'available'],
      'owner-id': () => [call.account],
    },
  });
  return { InternetGateways: found.items.map((gateway) => output(call, gateway)), ...nextToken(found) };
}

const egressOutput = (call: Turn, gateway: EgressOnlyGatewayRecord): EgressOnlyInternetGateway => ({
  EgressOnlyInternetGatewayId: gateway.id,
  Attachments: [{ State: 'attached', VpcId: gateway.vpcId }],
  Tags: tagList(call.state.ec2, gateway.id),
});

function createEgressOnly(
  input: CreateEgressOnlyInternetGatewayRequest,
  call: Call,
): CreateEgressOnlyInternetGatewayResult {
  const { ec2 } = call.state;
  const vpc = get(call, 'vpcs', input.VpcId);
  const tags = tagsFor(input.TagSpecifications, 'egress-only-internet-gateway');
  const [id] = once(call, input, () => {
    checkLimit(call, 'egressOnlyGateways', {
      have: Object.keys(ec2.egressOnlyGateways).length,
      code: 'EgressOnlyInternetGatewayLimitExceeded',
      message: 'The maximum number of egress-only internet gateways has been reached.',
    });
    const made: EgressOnlyGatewayRecord = { id: call.newId('eigw-'), vpcId: vpc.id };
    ec2.egressOnlyGateways[made.id] = made;
    setTags(ec2, made.id, tags);
    return [made.id];
  });
  return {
    ...(input.ClientToken !== undefined && { ClientToken: input.ClientToken }),
    EgressOnlyInternetGateway: egressOutput(call, get(call, 'egressOnlyGateways', id)),
  };
}

function deleteEgressOnly(
  input: DeleteEgressOnlyInternetGatewayRequest,
  call: Call,
): DeleteEgressOnlyInternetGatewayResult {
  const { id } = get(call, 'egressOnlyGateways', input.EgressOnlyInternetGatewayId);
  forget(call.state.ec2, 'egressOnlyGateways', id);
  return { ReturnCode: true };
}

function describeEgressOnly(
  input: DescribeEgressOnlyInternetGatewaysRequest,
  call: Call,
): DescribeEgressOnlyInternetGatewaysResult {
  // AWS answers an unknown id here with an empty list instead of an error.
  const ids = input.EgressOnlyInternetGatewayIds?.filter((id) => call.state.ec2.egressOnlyGateways[id] !== undefined);
  if (ids !== undefined && ids.length === 0) return { EgressOnlyInternetGateways: [] };
  const found = listing(call, 'egressOnlyGateways', { question: { ...input, ids }, fields: {} });
  return { EgressOnlyInternetGateways: found.items.map((gateway) => egressOutput(call, gateway)), ...nextToken(found) };
}

export const internetGatewayHandlers: Handlers = {
  CreateInternetGateway: createInternetGateway,
  AttachInternetGateway: attachInternetGateway,
  DetachInternetGateway: detachInternetGateway,
  DeleteInternetGateway: deleteInternetGateway,
  DescribeInternetGateways: describeInternetGateways,
  CreateEgressOnlyInternetGateway: createEgressOnly,
  DeleteEgressOnlyInternetGateway: deleteEgressOnly,
  DescribeEgressOnlyInternetGateways: describeEgressOnly,
};
