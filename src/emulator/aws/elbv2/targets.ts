import type {
  DeregisterTargetsInput,
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
  TargetHealth as HealthView,
  RegisterTargetsInput,
  TargetDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Call, Handler } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { targetGroupOf } from './errors.ts';
import { deregisterTarget, registerTarget, type TargetKey } from './registration.ts';
import type { TargetGroupRecord } from './state.ts';
import { targetHealth } from './target-health.ts';

const keyOf = (group: TargetGroupRecord, target: TargetDescription): TargetKey => ({
  id: target.Id!,
  port: target.Port ?? group.port,
});

const invalidTarget = (message: string): AwsError => new AwsError('InvalidTarget', message);

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html */
function checkTarget(call: Call, group: TargetGroupRecord, id: string): void {
  if (group.targetType === 'ip') return;
  const instance = call.state.ec2.instances[id];
  if (instance === undefined) throw invalidTarget(`The following targets are not valid instances: '${id}'`);
  if (instance.state !== 'running')
    throw invalidTarget(`The following targets are not in a running state and cannot be registered: '${id}'`);
  if (instance.vpcId !== group.vpcId)
    throw invalidTarget(`The following targets are not in the target group VPC '${group.vpcId}': '${id}'`);
}

export const registerTargets: Handler<Given<RegisterTargetsInput>, object> = (input, call) => {
  const group = targetGroupOf(call, input.TargetGroupArn);
  const keys = input.Targets.map((target) => keyOf(group, target));
  for (const { id } of keys) checkTarget(call, group, id);
  for (const key of keys) registerTarget(call, group, key);
  return {};
};

/** A target that is not registered is no error for instances in this VPC; others are refused. */
export const deregisterTargets: Handler<Given<DeregisterTargetsInput>, object> = (input, call) => {
  const group = targetGroupOf(call, input.TargetGroupArn);
  for (const target of input.Targets) {
    const keys =
      target.Port === undefined ? group.targets.filter((own) => own.id === target.Id) : [keyOf(group, target)];
    for (const key of keys) deregisterTarget(call, group, key);
  }
  return {};
};

const notRegistered: HealthView = {
  State: 'unused',
  Reason: 'Target.NotRegistered',
  Description: 'Target is not registered to the target group',
};

export const describeTargetHealth: Handler<Given<DescribeTargetHealthInput>, DescribeTargetHealthOutput> = (
  input,
  call,
) => {
  const group = targetGroupOf(call, input.TargetGroupArn);
  const all = targetHealth(call, group.arn).map((own) => ({
    Target: { Id: own.id, Port: own.port },
    ...(group.healthCheck.port === 'traffic-port'
      ? { HealthCheckPort: String(own.port) }
      : { HealthCheckPort: group.healthCheck.port }),
    TargetHealth: {
      State: own.state,
      ...(own.reason !== undefined && { Reason: own.reason as NonNullable<HealthView['Reason']> }),
      ...(own.description !== undefined && { Description: own.description }),
    },
  }));
  if (input.Targets === undefined || input.Targets.length === 0) return { TargetHealthDescriptions: all };
  return {
    TargetHealthDescriptions: input.Targets.map((asked) => {
      const { id, port } = keyOf(group, asked);
      const found = all.find((own) => own.Target.Id === id && own.Target.Port === port);
      return found ?? { Target: { Id: id, Port: port }, TargetHealth: notRegistered };
    }),
  };
};
