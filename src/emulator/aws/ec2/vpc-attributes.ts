import type {
  DescribeVpcAttributeRequest,
  DescribeVpcAttributeResult,
  ModifyVpcAttributeRequest,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { get } from './lookup.ts';

function modifyVpcAttribute(input: ModifyVpcAttributeRequest, call: Call): Record<string, never> {
  const vpc = get(call, 'vpcs', input.VpcId);
  const asked = [input.EnableDnsHostnames, input.EnableDnsSupport, input.EnableNetworkAddressUsageMetrics].filter(
    (v) => v !== undefined,
  );
  if (asked.length === 0) throw new AwsError('MissingParameter', 'The request must contain the parameter attribute');
  if (asked.length > 1) {
    throw new AwsError('InvalidParameterCombination', 'You can only modify one attribute at a time');
  }
  if (input.EnableDnsHostnames !== undefined) vpc.dnsHostnames = input.EnableDnsHostnames.Value === true;
  if (input.EnableDnsSupport !== undefined) vpc.dnsSupport = input.EnableDnsSupport.Value === true;
  if (input.EnableNetworkAddressUsageMetrics !== undefined) {
    vpc.networkAddressUsageMetrics = input.EnableNetworkAddressUsageMetrics.Value === true;
  }
  return {};
}

function describeVpcAttribute(input: DescribeVpcAttributeRequest, call: Call): DescribeVpcAttributeResult {
  const vpc = get(call, 'vpcs', input.VpcId);
  switch (input.Attribute) {
    case 'enableDnsHostnames':
      return { VpcId: vpc.id, EnableDnsHostnames: { Value: vpc.dnsHostnames } };
    case 'enableDnsSupport':
      return { VpcId: vpc.id, EnableDnsSupport: { Value: vpc.dnsSupport } };
    case 'enableNetworkAddressUsageMetrics':
      return { VpcId: vpc.id, EnableNetworkAddressUsageMetrics: { Value: vpc.networkAddressUsageMetrics } };
    default:
      throw new AwsError(
        'InvalidParameterValue',
        `Value (${input.Attribute ?? ''}) for parameter attribute is invalid.`,
      );
  }
}

export const vpcAttributeHandlers: Handlers = {
  ModifyVpcAttribute: modifyVpcAttribute,
  DescribeVpcAttribute: describeVpcAttribute,
};
