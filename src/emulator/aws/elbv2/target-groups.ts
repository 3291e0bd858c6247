import type {
  CreateTargetGroupInput,
  CreateTargetGroupOutput,
  DeleteTargetGroupInput,
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Call, Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { validationError } from './errors.ts';
import { newHealthCheck } from './health-checks.ts';
import { sameTags } from './same.ts';
import type { TargetGroupRecord } from './state.ts';
import { newTags } from './tags.ts';

/** The load balancers whose listeners send to a target group: one at most. */
export const balancersOf = (turn: Turn, targetGroupArn: string): string[] => [
  ...new Set(
    Object.values(turn.state.elbv2.listeners)
      .filter((listener) => listener.targetGroupArn === targetGroupArn)
      .map((listener) => listener.loadBalancerArn),
  ),
];

/** A target group as DescribeTargetGroups answers it. */
export const targetGroupView = (turn: Turn, record: TargetGroupRecord): TargetGroup => ({
  TargetGroupArn: record.arn,
  TargetGroupName: record.name,
  Protocol: record.protocol as NonNullable<TargetGroup['Protocol']>,
  Port: record.port,
  ...(record.vpcId === undefined ? {} : { VpcId: record.vpcId }),
  HealthCheckProtocol: record.healthCheck.protocol as NonNullable<TargetGroup['HealthCheckProtocol']>,
  HealthCheckPort: record.healthCheck.port,
  HealthCheckEnabled: true,
  HealthCheckIntervalSeconds: record.healthCheck.intervalSeconds,
  HealthCheckTimeoutSeconds: record.healthCheck.timeoutSeconds,
  HealthyThresholdCount: record.healthCheck.healthyThreshold,
  UnhealthyThresholdCount: record.healthCheck.unhealthyThreshold,
  ...(record.healthCheck.path === undefined ? {} : { HealthCheckPath: record.healthCheck.path }),
  ...(record.healthCheck.matcher === undefined ? {} : { Matcher: { HttpCode: record.healthCheck.matcher } }),
  LoadBalancerArns: balancersOf(turn, record.arn),
  TargetType: record.targetType,
  IpAddressType: record.ipAddressType ?? 'ipv4',
  ...(record.protocol.startsWith('HTTP') && { ProtocolVersion: 'HTTP1' }),
});

function checkName(name: string): void {
  if (name.length > 32) throw validationError(`Target group name '${name}' cannot be longer than '32' characters`);
  if (!/^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/.test(name)) {
    throw validationError(
      `Target group name '${name}' can only contain characters that are alphanumeric characters or hyphens(-), and cannot begin or end with a hyphen`,
    );
  }
}

const protocols: readonly string[] = ['TCP', 'TLS', 'UDP', 'TCP_UDP', 'HTTP', 'HTTPS'];

function recordOf(input: Given<CreateTargetGroupInput>, call: Call): Omit<TargetGroupRecord, 'arn'> {
  checkName(input.Name);
  const targetType = input.TargetType ?? 'instance';
  if (targetType !== 'instance' && targetType !== 'ip') {
    throw new AwsError('NotImplemented', `The embedded AWS does not know target type ${targetType}.`, 501);
  }
  const { Protocol: protocol, Port: port } = input;
  if (protocol === undefined || port === undefined) throw validationError('A protocol and a port must be specified');
  if (!protocols.includes(protocol) || (input.ProtocolVersion ?? 'HTTP1') !== 'HTTP1')
    throw new AwsError('NotImplemented', `Target groups of the embedded AWS speak ${protocols.join(', ')}.`, 501);
  if (port < 1 || port > 65_535) throw validationError(`Port '${port}' must be between 1 and 65535`);
  if (input.VpcId === undefined) throw validationError('A VPC ID must be specified');
  if (call.state.ec2.vpcs[input.VpcId] === undefined) throw validationError(`The VPC ID '${input.VpcId}' is not found`);
  return {
    name: input.Name,
    protocol,
    port,
    vpcId: input.VpcId,
    targetType,
    ...(input.IpAddressType === 'ipv6' && { ipAddressType: 'ipv6' as const }),
    healthCheck: newHealthCheck(input, protocol),
    targets: [],
    attributes: {},
    tags: newTags(input.Tags),
  };
}

const isSame = (record: TargetGroupRecord, wanted: Omit<TargetGroupRecord, 'arn'>): boolean =>
  record.protocol === wanted.protocol &&
  record.port === wanted.port &&
  record.vpcId === wanted.vpcId &&
  record.targetType === wanted.targetType &&
  record.ipAddressType === wanted.ipAddressType &&
  JSON.stringify(record.healthCheck) === JSON.stringify(wanted.healthCheck) &&
  sameTags(record.tags, wanted.tags);

/** The same request twice is one target group; the name with other settings is refused. */
export const createTargetGroup: Handler<Given<CreateTargetGroupInput>, CreateTargetGroupOutput> = (input, call) => {
  const { targetGroups } = call.state.elbv2;
  const wanted = recordOf(input, call);
  const existing = Object.values(targetGroups).find((own) => own.name === input.Name);
  if (existing !== undefined) {
    if (isSame(existing, wanted)) return { TargetGroups: [targetGroupView(call, existing)] };
    throw new AwsError(
      'DuplicateTargetGroupName',
      `A target group with the same name '${input.Name}' exists, but with different settings`,
    );
  }
  const record: TargetGroupRecord = {
    arn: `arn:${call.world.partition}:elasticloadbalancing:${call.region}:${call.account}:targetgroup/${input.Name}/${call.newToken(16)}`,
    ...wanted,
  };
  targetGroups[record.arn] = record;
  return { TargetGroups: [targetGroupView(call, record)] };
};

export const describeTargetGroups: Handler<DescribeTargetGroupsInput, DescribeTargetGroupsOutput> = (input, call) => {
  const all = Object.values(call.state.elbv2.targetGroups);
  const { TargetGroupArns: arns = [], Names: names = [], LoadBalancerArn: balancer } = input;
  const missing = [
    ...arns.filter((arn) => !all.some((own) => own.arn === arn)),
    ...names.filter((name) => !all.some((own) => own.name === name)),
  ];
  if (missing.length > 0)
    throw new AwsError('TargetGroupNotFound', `Target groups '[${missing.join(', ')}]' not found`);
  if (balancer !== undefined && call.state.elbv2.loadBalancers[balancer] === undefined)
    throw new AwsError('LoadBalancerNotFound', `Load balancers '[${balancer}]' not found`);
  const chosen = all
    .filter((own) => balancer === undefined || balancersOf(call, own.arn).includes(balancer))
    .filter((own) => (arns.length === 0 && names.length === 0) || arns.includes(own.arn) || names.includes(own.name));
  const page = pageOf(chosen, {
    token: input.Marker,
    size: input.PageSize,
    usual: 400,
    invalidToken: () => validationError('The marker is not valid.'),
  });
  return { TargetGroups: page.items.map((record) => targetGroupView(call, record)), NextMarker: page.next };
};

/** Only listeners hold a target group: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html */
export const deleteTargetGroup: Handler<Given<DeleteTargetGroupInput>, object> = (input, call) => {
  const arn = input.TargetGroupArn;
  if (balancersOf(call, arn).length > 0)
    throw new AwsError('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`);
  delete call.state.elbv2.targetGroups[arn];
  return {};
};
