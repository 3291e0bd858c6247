import type {
  DeregisterEndPointsInput,
  DeregisterEndPointsOutput,
  DescribeEndPointStateInput,
  DescribeEndPointStateOutput,
  Instance,
  InstanceState,
  RegisterEndPointsInput,
  RegisterEndPointsOutput,
} from '@aws-sdk/client-elastic-load-balancing';
import { seconds } from '../../../base/duration.ts';
import type { Call, Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { canReach } from '../ec2/reachability.ts';
import { listeningSince } from '../elbv2/listening.ts';
import { primaryInterface } from '../elbv2/target-health.ts';
import { elbv2Timings } from '../elbv2/timings.ts';
import type { Given } from '../required-members.ts';
import { checkedPort } from './health-check.ts';
import { balancerNamed } from './lookup.ts';
import { deregisterClassic, registerClassic } from './registration.ts';
import type { ClassicInstance, ClassicLoadBalancer } from './state.ts';

const invalidInstance = (message: string): AwsError => new AwsError('InvalidInstance', message);

const idsOf = (given: readonly Instance[]): string[] => given.flatMap(({ InstanceId }) => InstanceId ?? []);

function checkInstance(call: Call, balancer: ClassicLoadBalancer, id: string): void {
  const instance = call.state.ec2.instances[id];
  if (instance === undefined || instance.state === 'terminated')
    throw invalidInstance(`Could not find EC2 instance ${id}.`);
  if (instance.vpcId !== balancer.vpcId) throw invalidInstance(`EC2 instance ${id} is not in the same VPC as ELB.`);
}

/** What Describe calls list: those that are not leaving. */
export const registered = (balancer: ClassicLoadBalancer): Instance[] =>
  balancer.instances.flatMap(({ id, drainingSince }) => (drainingSince === undefined ? [{ InstanceId: id }] : []));

export const registerInstances: Handler<Given<RegisterEndPointsInput>, RegisterEndPointsOutput> = (input, call) => {
  const balancer = balancerNamed(call, input.LoadBalancerName);
  const ids = idsOf(input.Instances);
  for (const id of ids) checkInstance(call, balancer, id);
  for (const id of ids) registerClassic(call, balancer, id);
  return { Instances: registered(balancer) };
};

export const deregisterInstances: Handler<Given<DeregisterEndPointsInput>, DeregisterEndPointsOutput> = (
  input,
  call,
) => {
  const balancer = balancerNamed(call, input.LoadBalancerName);
  for (const id of idsOf(input.Instances)) deregisterClassic(call, balancer, id);
  return { Instances: registered(balancer) };
};

/** Whether one of the nodes gets through to the checked port of an instance that answers there, and since when. */
function answersSince(turn: Turn, balancer: ClassicLoadBalancer, id: string): number | undefined {
  const port = checkedPort(balancer.healthCheck);
  const eni = primaryInterface(turn, id);
  if (eni === undefined) return undefined;
  const nodes = balancer.subnets.filter(({ zone }) => balancer.attributes.crossZone || zone === eni.zone);
  const isReached = nodes.some(
    ({ networkInterfaceId }) =>
      canReach(turn.state.ec2, networkInterfaceId, { toGroups: eni.groups, port, protocol: 'tcp' }).ok,
  );
  return isReached ? listeningSince(turn, id, port) : undefined;
}

const out = (ReasonCode: string, Description: string) => ({ State: 'OutOfService', ReasonCode, Description });

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/ts-elb-healthcheck.html */
function stateOf(turn: Turn, balancer: ClassicLoadBalancer, own: ClassicInstance): Omit<InstanceState, 'InstanceId'> {
  const { interval, healthyThreshold } = balancer.healthCheck;
  const inService = (Description: string) => ({ State: 'InService', ReasonCode: 'N/A', Description });
  if (own.drainingSince !== undefined) return inService('Instance deregistration currently in progress.');
  const instance = turn.state.ec2.instances[own.id];
  if (instance === undefined || instance.state === 'terminated')
    return out('Instance', 'Instance is in terminated state.');
  if (instance.state === 'stopped' || instance.state === 'stopping')
    return out('Instance', 'Instance is in stopped state.');
  const zone = primaryInterface(turn, own.id)?.zone;
  if (!balancer.attributes.crossZone && !balancer.subnets.some((node) => node.zone === zone))
    return out('ELB', 'The instance is not in an Availability Zone that is enabled for the LoadBalancer.');
  const begun = Math.max(own.registeredAt + elbv2Timings.register.ms, balancer.createdAt);
  if (turn.now < begun) return out('ELB', 'Instance registration is still in progress.');
  const since = answersSince(turn, balancer, own.id);
  const passed = since === undefined ? undefined : Math.max(begun, since) + seconds(interval * healthyThreshold).ms;
  if (passed !== undefined && turn.now >= passed) return inService('N/A');
  return out('Instance', 'Instance has failed at least the UnhealthyThreshold number of health checks consecutively.');
}

/** The health of the instances that are asked about, or of all. */
export const describeInstanceHealth: Handler<Given<DescribeEndPointStateInput>, DescribeEndPointStateOutput> = (
  input,
  call,
) => {
  const balancer = balancerNamed(call, input.LoadBalancerName);
  const asked = idsOf(input.Instances ?? []);
  const ids = asked.length > 0 ? asked : balancer.instances.map(({ id }) => id);
  return {
    InstanceStates: ids.map((InstanceId) => {
      const own = balancer.instances.find(({ id }) => id === InstanceId);
      if (own !== undefined) return { InstanceId, ...stateOf(call, balancer, own) };
      if (call.state.ec2.instances[InstanceId] === undefined)
        throw invalidInstance(`Could not find EC2 instance ${InstanceId}.`);
      return { InstanceId, ...out('Instance', 'Instance is not currently registered with the LoadBalancer.') };
    }),
  };
};
