import { DeleteNatGatewayCommand, DeleteSecurityGroupCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Clock } from '../../../src/base/clock.ts';
import { minutes, seconds } from '../../../src/base/duration.ts';
import { until } from '../../../src/base/until.ts';
import { type Configuration, classicBalancersOf, found } from './configuration.ts';
import { type ClientSettings, left, makeGroup, makeNat } from './given-things.ts';

/** Things that somebody else has in the cluster's VPC: AWS takes those of no other. */
export interface Inside {
  readonly groups: readonly string[];
  readonly nats: readonly string[];
  readonly targetGroups: readonly string[];
  readonly balancers: readonly string[];
}

/** What of these a configuration names. */
export const insideOf = (text: string): Inside => ({
  groups: left(text, 'sg'),
  nats: left(text, 'nat'),
  targetGroups: found(text, /"(arn:aws:elasticloadbalancing:[^"$]*:targetgroup\/[^"]*)"/g),
  balancers: classicBalancersOf(JSON.parse(text) as Configuration),
});

export const isEmpty = (inside: Inside): boolean => Object.values(inside).every((names) => names.length === 0);

export interface Place {
  readonly vpcId: string;
  readonly subnetId: string;
}

/** What was made inside, and the text that names it. */
export interface GivenInside {
  readonly text: string;
  /** Takes it away once nothing uses it, so that its VPC can go. */
  remove(clock: Clock): Promise<void>;
}

/** Makes what stands in the VPC beside the cluster. */
export async function giveInside(text: string, settings: ClientSettings, place: Place): Promise<GivenInside> {
  const ec2 = new EC2Client(settings);
  const elb = new ElasticLoadBalancingClient(settings);
  const elbv2 = new ElasticLoadBalancingV2Client(settings);
  const { groups, nats, targetGroups, balancers } = insideOf(text);
  const made = new Map<string, string>();
  for (const id of groups) made.set(id, await makeGroup(ec2, place.vpcId, id));
  for (const id of nats) made.set(id, await makeNat(ec2, place.subnetId));
  for (const arn of targetGroups) {
    const wanted = { Name: arn.split('/')[1], Protocol: 'TCP', Port: 443, VpcId: place.vpcId } as const;
    const answer = await elbv2.send(new CreateTargetGroupCommand(wanted));
    made.set(arn, answer.TargetGroups![0]!.TargetGroupArn!);
  }
  for (const LoadBalancerName of balancers) {
    const Listeners = [{ Protocol: 'TCP', LoadBalancerPort: 443, InstancePort: 443 }];
    const inside = { LoadBalancerName, Listeners, Scheme: 'internal', Subnets: [place.subnetId] };
    await elb.send(new CreateLoadBalancerCommand(inside));
  }
  const remove = async (clock: Clock): Promise<void> => {
    for (const LoadBalancerName of balancers) await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerName }));
    for (const arn of targetGroups) await elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn: made.get(arn) }));
    for (const id of nats) await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: made.get(id) }));
    for (const id of groups) await removeGroup(ec2, made.get(id)!, clock);
  };
  return { text: [...made].reduce((all, [from, to]) => all.replaceAll(`"${from}"`, `"${to}"`), text), remove };
}

/** A group goes once the interfaces of load balancers that had it are gone. */
const removeGroup = (ec2: EC2Client, GroupId: string, clock: Clock): Promise<void> =>
  until({ what: `the end of ${GroupId}`, deadline: minutes(30), every: seconds(20), clock }, async () => {
    const problem = await ec2.send(new DeleteSecurityGroupCommand({ GroupId })).then(
      () => undefined,
      (error: Error) => error.message,
    );
    return problem === undefined ? { done: undefined } : { waiting: problem };
  });
