import type { Resource } from '../../graph.ts';
import { join } from '../../value.ts';
import { kubernetesTag, type Text } from '../context.ts';
import { policy } from '../iam.ts';
import { allow, arnOf, type Statement } from './permissions.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

/** What takes no resource. */
const looks = [
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeInstanceTopology',
  'ec2:DescribeInstances',
  'ec2:DescribeRegions',
  'ec2:DescribeRouteTables',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeLoadBalancerAttributes',
  'elasticloadbalancing:DescribeLoadBalancerPolicies',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeTags',
  'elasticloadbalancing:DescribeTargetGroupAttributes',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
];

const keepsBalancers = [
  'ApplySecurityGroupsToLoadBalancer',
  'AttachLoadBalancerToSubnets',
  'ConfigureHealthCheck',
  'CreateListener',
  'CreateLoadBalancerListeners',
  'CreateLoadBalancerPolicy',
  'DeleteListener',
  'DeleteLoadBalancer',
  'DeleteLoadBalancerListeners',
  'DeleteTargetGroup',
  'DeregisterInstancesFromLoadBalancer',
  'DeregisterTargets',
  'DetachLoadBalancerFromSubnets',
  'ModifyListener',
  'ModifyLoadBalancerAttributes',
  'ModifyTargetGroup',
  'ModifyTargetGroupAttributes',
  'RegisterInstancesWithLoadBalancer',
  'RegisterTargets',
  'SetLoadBalancerPoliciesForBackendServer',
  'SetLoadBalancerPoliciesOfListener',
  'SetSecurityGroups',
  'SetSubnets',
].map((action) => `elasticloadbalancing:${action}`);

const keepsGroups = [
  'ec2:AuthorizeSecurityGroupIngress',
  'ec2:DeleteSecurityGroup',
  'ec2:RevokeSecurityGroupIngress',
] as const;

/** Load balancers of services are made with the cluster's tag or not at all, and only what carries it is changed. */
function statements(context: SelfManagedContext, vpcId: Text): readonly Statement[] {
  const { name, facts } = context;
  const tag = kubernetesTag(name);
  const made = { StringEquals: { [`aws:RequestTag/${tag}`]: 'owned' } };
  const kept = { StringEquals: { [`aws:ResourceTag/${tag}`]: 'owned' } };
  const balancers = ['loadbalancer/*', 'listener/*', 'targetgroup/*'].map((what) =>
    arnOf(context, 'elasticloadbalancing', what),
  );
  const groups = arnOf(context, 'ec2', 'security-group/*');
  const creates = ['elasticloadbalancing:CreateLoadBalancer', 'elasticloadbalancing:CreateTargetGroup'];
  const linked = `arn:${facts.partition}:iam::${facts.account}:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing`;
  return [
    allow(looks, '*'),
    allow([...creates, 'elasticloadbalancing:AddTags'], balancers, made),
    allow([...keepsBalancers, 'elasticloadbalancing:AddTags'], balancers, kept),
    allow(['ec2:CreateSecurityGroup'], groups, made),
    allow(['ec2:CreateSecurityGroup'], join`${arnOf(context, 'ec2', 'vpc/')}${vpcId}`),
    allow(['ec2:CreateTags'], groups, { StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup' } }),
    allow(keepsGroups, groups, kept),
    allow(['iam:CreateServiceLinkedRole'], linked, {
      StringEquals: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' },
    }),
  ];
}

/**
 * What the cloud controller manager does on the seats: nodes, and load balancers of services. Routes and volumes are others' work.
 * https://kubernetes.github.io/cloud-provider-aws/prerequisites
 */
export const cloudControllerPolicy = (context: SelfManagedContext, vpcId: Text): Resource<'policy'> =>
  policy(context, {
    what: 'cloud-controller',
    description: 'Lets the cloud controller manager see nodes and keep load balancers of services',
    statements: statements(context, vpcId),
    from: 'spec.controlPlane',
  });
