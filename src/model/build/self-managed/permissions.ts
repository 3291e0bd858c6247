import { bootTag } from '../../bootstrap/self-managed/boot-config.ts';
import { kubernetesTag, type Text } from '../context.ts';
import { managedArn } from '../iam.ts';
import { needsSourceCheckOff } from './pod-network-ports.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

/** A statement of an IAM policy that allows something. */
export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: Text | readonly Text[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export const allow = (
  actions: readonly string[],
  resources: Text | readonly Text[],
  condition?: Statement['Condition'],
): Statement => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
  ...(condition === undefined ? {} : { Condition: condition }),
});

/**
 * Only the cluster's own, by Kubernetes' tag. Not by Quilla's: the cluster must run where another tool made it and Quilla has not adopted
 * it yet, and go on running when Quilla has let go of it.
 */
export const ours = ({ name }: SelfManagedContext) => ({
  StringEquals: { [`aws:ResourceTag/${kubernetesTag(name)}`]: 'owned' },
});

/** ARNs of a service in the cluster's region and account. */
export const arnOf = ({ facts, spec }: SelfManagedContext, service: string, what: string): string =>
  `arn:${facts.partition}:${service}:${spec.region}:${facts.account}:${what}`;

/**
 * Holds where an instance does something to itself: `ec2:SourceInstanceARN` is the one that the credentials were given to,
 * `ec2:InstanceID` the one that is acted on. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-policies-for-amazon-ec2.html
 */
export const onItself = (context: SelfManagedContext) => ({
  ArnEquals: { 'ec2:SourceInstanceARN': arnOf(context, 'ec2', `instance/\${ec2:InstanceID}`) },
});

/** The tag with which a machine says on its own instance how boot went. */
export const tellsOfBoot = (context: SelfManagedContext): Statement =>
  allow(['ec2:CreateTags'], arnOf(context, 'ec2', 'instance/*'), {
    ...onItself(context),
    'ForAllValues:StringEquals': { 'aws:TagKeys': [bootTag] },
  });

/** Boot turns the source and destination check of its own instance off where the pod network needs that. */
export const turnsCheckOff = (context: SelfManagedContext): readonly Statement[] =>
  needsSourceCheckOff(context.spec.network.podNetwork)
    ? [
        allow(['ec2:ModifyInstanceAttribute'], arnOf(context, 'ec2', 'instance/*'), {
          ...onItself(context),
          StringEquals: { 'ec2:Attribute': 'SourceDestCheck' },
        }),
      ]
    : [];

/**
 * What the agent of Systems Manager does for `quilla shell` and `logs`. Not AmazonSSMManagedInstanceCore, which reads every parameter of the
 * account. AWS takes no resource for messages: https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
 */
export const agentStatement: Statement = allow(
  [
    'ssm:UpdateInstanceInformation',
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
    'ec2messages:AcknowledgeMessage',
    'ec2messages:DeleteMessage',
    'ec2messages:FailMessage',
    'ec2messages:GetEndpoint',
    'ec2messages:GetMessages',
    'ec2messages:SendReply',
  ],
  '*',
);

/** AWS's policies for a machine: images, and the VPC CNI, which runs on every machine with its rights. */
export const machinePolicies = (context: SelfManagedContext): readonly string[] => [
  managedArn(context, 'AmazonEC2ContainerRegistryPullOnly'),
  ...(context.spec.network.podNetwork.type === 'vpc-cni' ? [managedArn(context, 'AmazonEKS_CNI_Policy')] : []),
];
