import { type Resource, refTo } from '../../graph.ts';
import { jsonText } from '../../value.ts';
import { resource, tagsOf } from '../context.ts';
import { regionalName } from '../node-groups/launch-template.ts';
import { arnOf } from './permissions.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

export interface DrainingHandles {
  readonly resources: readonly Resource[];
  readonly queue: Resource<'queue'> | undefined;
}

/** The chart that reads the queue. */
export const terminationHandler = 'aws-node-termination-handler';

/** Notices are of use for minutes; what is older tells of instances that are gone. */
const retentionSeconds = 300;
/** How long an instance waits for its drain. */
const heartbeatSeconds = 600;

/** What tells that an instance will go: https://github.com/aws/aws-node-termination-handler#4-create-amazon-eventbridge-rules */
const pattern = {
  source: ['aws.ec2', 'aws.autoscaling', 'aws.health'],
  'detail-type': [
    'EC2 Spot Instance Interruption Warning',
    'EC2 Instance Rebalance Recommendation',
    'EC2 Instance State-change Notification',
    'EC2 Instance-terminate Lifecycle Action',
    'AWS Health Event',
  ],
};

/** Name of the queue of notices and of the rule that fills it. */
export const noticesName = (cluster: string): string => regionalName(cluster, 'interruption', 64);

function queueOf(context: SelfManagedContext, names: { queue: string; rule: string }, mark: string): Resource<'queue'> {
  const id = 'queue/interruption';
  const queueArn = arnOf(context, 'sqs', names.queue);
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'NoticesOfTheRule',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': arnOf(context, 'events', `rule/${names.rule}`) } },
      },
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: queueArn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
  const desired = { name: names.queue, policy: jsonText(policy), retentionSeconds, tags: tagsOf(context, id) };
  return resource('queue', { id, from: 'spec.addons', needs: [mark], desired });
}

function hookOf(group: string, index: number, rule: Resource<'event-rule'>): Resource<'lifecycle-hook'> {
  return resource('lifecycle-hook', {
    id: `lifecycle-hook/${group}-terminating`,
    from: `spec.nodeGroups[${index}]`,
    // Without a reader of its notices a hook would only hold instances back.
    needs: [rule.id],
    desired: {
      groupName: refTo({ kind: 'auto-scaling-group', id: `auto-scaling-group/${group}` }, 'groupName'),
      name: 'quilla-terminating',
      transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      heartbeatSeconds,
      defaultResult: 'CONTINUE',
    },
  });
}

/**
 * What lets nodes be drained before they go: notices of EC2, Auto Scaling and AWS Health in a queue, and hooks that hold instances back
 * meanwhile. Nothing where no chart reads them. `groups` are the node groups that are made.
 */
export function draining(
  context: SelfManagedContext,
  { groups, mark }: { groups: ReadonlySet<string>; mark: string },
): DrainingHandles {
  const { charts, nodeGroups } = context.spec;
  if (groups.size === 0 || charts.every(({ name }) => name !== terminationHandler)) {
    return { resources: [], queue: undefined };
  }
  const name = noticesName(context.name);
  const queue = queueOf(context, { queue: name, rule: name }, mark);
  const id = 'event-rule/interruption';
  const rule = resource('event-rule', {
    id,
    from: 'spec.addons',
    needs: [mark],
    desired: { name, pattern: jsonText(pattern), queueArn: refTo(queue, 'arn'), tags: tagsOf(context, id) },
  });
  const hooks = nodeGroups.flatMap((group, i) => (groups.has(group.name) ? [hookOf(group.name, i, rule)] : []));
  return { resources: [queue, rule, ...hooks], queue };
}
