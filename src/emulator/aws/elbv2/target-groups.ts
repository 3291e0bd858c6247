import type {
  CreateTargetGroupInput,
  CreateTargetGroupOutput,
  DeleteTargetGroupInput,
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Handler } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import type { TargetGroupRecord } from './state.ts';
import { readTags } from './tags.ts';

const viewOf = (record: TargetGroupRecord): TargetGroup => ({
  TargetGroupArn: record.arn,
  TargetGroupName: record.name,
  Protocol: record.protocol as NonNullable<TargetGroup['Protocol']>,
  Port: record.port,
  ...(record.vpcId === undefined ? {} : { VpcId: record.vpcId }),
  HealthCheckProtocol: record.healthCheckProtocol as NonNullable<TargetGroup['HealthCheckProtocol']>,
  HealthCheckPort: 'traffic-port',
  HealthCheckEnabled: true,
  ...(record.healthCheckPath === undefined ? {} : { HealthCheckPath: record.healthCheckPath }),
  LoadBalancerArns: [],
  TargetType: record.targetType,
  IpAddressType: 'ipv4',
});

export const createTargetGroup: Handler<Given<CreateTargetGroupInput>, CreateTargetGroupOutput> = (input, call) => {
  const { targetGroups } = call.state.elbv2;
  if (Object.values(targetGroups).some((own) => own.name === input.Name)) {
    throw new AwsError(
      'DuplicateTargetGroupName',
      `A target group with the same name '${input.Name}' exists, but with different settings`,
    );
  }
  const targetType = input.TargetType ?? 'instance';
  if (targetType !== 'instance' && targetType !== 'ip') {
    throw new AwsError('NotImplemented', `The embedded AWS does not know target type ${targetType}.`, 501);
  }
  if (input.Protocol === undefined || input.Port === undefined)
    throw new AwsError('ValidationError', 'A protocol and a port must be specified');
  if (input.VpcId === undefined || call.state.ec2.vpcs[input.VpcId] === undefined) {
    throw new AwsError('ValidationError', `The VPC ID '${input.VpcId}' is not found`);
  }
  const http = input.Protocol.startsWith('HTTP');
  const record: TargetGroupRecord = {
    arn: `arn:${call.world.partition}:elasticloadbalancing:${call.region}:${call.account}:targetgroup/${input.Name}/${call.newToken(16)}`,
    name: input.Name,
    protocol: input.Protocol,
    port: input.Port,
    vpcId: input.VpcId,
    targetType,
    healthCheckProtocol: input.HealthCheckProtocol ?? (http ? 'HTTP' : 'TCP'),
    ...(http || input.HealthCheckPath !== undefined ? { healthCheckPath: input.HealthCheckPath ?? '/' } : {}),
    tags: readTags(input.Tags),
  };
  targetGroups[record.arn] = record;
  return { TargetGroups: [viewOf(record)] };
};

export const describeTargetGroups: Handler<DescribeTargetGroupsInput, DescribeTargetGroupsOutput> = (input, call) => {
  const all = Object.values(call.state.elbv2.targetGroups);
  const { TargetGroupArns: arns = [], Names: names = [] } = input;
  const missing = [
    ...arns.filter((arn) => !all.some((own) => own.arn === arn)),
    ...names.filter((name) => !all.some((own) => own.name === name)),
  ];
  if (missing.length > 0)
    throw new AwsError('TargetGroupNotFound', `Target groups '[${missing.join(', ')}]' not found`);
  // Listeners are not known here, so that no target group has a load balancer.
  const rows = input.LoadBalancerArn === undefined ? all : [];
  const chosen = rows.filter(
    (own) => (arns.length === 0 && names.length === 0) || arns.includes(own.arn) || names.includes(own.name),
  );
  const page = pageOf(chosen, {
    token: input.Marker,
    size: input.PageSize,
    usual: 400,
    invalidToken: () => new AwsError('ValidationError', 'The marker is not valid.'),
  });
  return { TargetGroups: page.items.map(viewOf), NextMarker: page.next };
};

export const deleteTargetGroup: Handler<Given<DeleteTargetGroupInput>, object> = (input, call) => {
  const arn = input.TargetGroupArn;
  const used = Object.values(call.state.autoscaling.groups).some((group) => group.targetGroupArns.includes(arn));
  if (used) throw new AwsError('ResourceInUse', `Target group '${arn}' is currently in use by an Auto Scaling group`);
  delete call.state.elbv2.targetGroups[arn];
  return {};
};
