import type { DescribeInstanceTopologyRequest, DescribeInstanceTopologyResult } from '@aws-sdk/client-ec2';
import type { Call, Handlers } from '../../../call.ts';
import { AwsError } from '../../../call.ts';
import { get } from '../lookup.ts';

/** Types that have a topology: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-topology-prerequisites.html */
const hasTopology = /^(hpc|p3dn|p4d|p5|p6|trn|g[67]e)/;

/** Instances of all other types are left out of the answer, as in AWS: the cloud controller asks about every node. */
function describeInstanceTopology(input: DescribeInstanceTopologyRequest, call: Call): DescribeInstanceTopologyResult {
  if ((input.GroupNames ?? []).length > 0 || (input.Filters ?? []).length > 0)
    throw new AwsError('NotImplemented', 'The embedded AWS knows DescribeInstanceTopology by InstanceIds only.', 501);
  const asked = input.InstanceIds ?? [];
  const all =
    asked.length > 0 ? asked.map((id) => get(call, 'instances', id)) : Object.values(call.state.ec2.instances);
  const known = all.find(({ type }) => hasTopology.test(type));
  if (known !== undefined)
    throw new AwsError('NotImplemented', `The embedded AWS does not know the topology of ${known.type}.`, 501);
  return { Instances: [] };
}

export const topologyHandlers: Handlers = { DescribeInstanceTopology: describeInstanceTopology };
