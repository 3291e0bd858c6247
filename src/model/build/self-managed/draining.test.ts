import { describe, expect, test } from 'vitest';
import { idsOf, resourceOf } from '../../../testing/clusters.ts';
import { selfManagedGraph } from '../../../testing/self-managed-clusters.ts';

const parsed = (text: unknown) => JSON.parse(text as string) as Record<string, unknown>;
const ofDraining = /^(queue|event-rule|lifecycle-hook|policy\/node-term|role\/node-term)/;

describe('draining', () => {
  test('has a hook for each group, and one rule that fills one queue', () => {
    const graph = selfManagedGraph({ groups: [{ name: 'a' }, { name: 'b' }] });
    expect(idsOf(graph, 'lifecycle-hook')).toEqual(['lifecycle-hook/a-terminating', 'lifecycle-hook/b-terminating']);
    expect(resourceOf(graph, 'lifecycle-hook', 'lifecycle-hook/b-terminating')).toMatchObject({
      needs: ['event-rule/interruption'],
      desired: {
        groupName: { $ref: 'auto-scaling-group/b', field: 'groupName' },
        name: 'quilla-terminating',
        transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
        heartbeatSeconds: 600,
        defaultResult: 'CONTINUE',
      },
    });
    const rule = resourceOf(graph, 'event-rule', 'event-rule/interruption').desired;
    expect(parsed(rule.pattern)['detail-type']).toEqual([
      'EC2 Spot Instance Interruption Warning',
      'EC2 Instance Rebalance Recommendation',
      'EC2 Instance State-change Notification',
      'EC2 Instance-terminate Lifecycle Action',
      'AWS Health Event',
    ]);
    expect(rule.queueArn).toEqual({ $ref: 'queue/interruption', field: 'arn' });
  });

  test('lets only that rule send, and nobody without TLS', () => {
    const graph = selfManagedGraph();
    const rule = resourceOf(graph, 'event-rule', 'event-rule/interruption').desired.name as string;
    const queue = resourceOf(graph, 'queue', 'queue/interruption').desired;
    const Resource = `arn:aws:sqs:us-east-1:123456789012:${queue.name as string}`;
    expect(parsed(queue.policy).Statement).toMatchObject([
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource,
        Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:events:us-east-1:123456789012:rule/${rule}` } },
      },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });

  test.each([
    ['without node groups', { groups: [] }],
    ['without the chart that reads the queue', { charts: ['aws-ebs-csi-driver'] }],
  ])('is not there %s', (_, of) => {
    expect(idsOf(selfManagedGraph(of)).filter((id) => ofDraining.test(id))).toEqual([]);
  });
});

describe('keys of root volumes', () => {
  const kmsKey = 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555';
  const rootVolume = { sizeGiB: 40, type: 'gp3' as const, encrypted: true, kmsKey };

  test('are granted to Auto Scaling, each once', () => {
    const groups = [
      { name: 'a', rootVolume },
      { name: 'b', rootVolume: { ...rootVolume, kmsKey: `${kmsKey}6` } },
    ];
    const graph = selfManagedGraph({ plane: { rootVolume }, groups });
    const grants = graph.resources.flatMap((one) => (one.kind === 'kms-grant' ? [one] : []));
    expect(grants.map(({ desired, from }) => [desired.keyArn, from])).toEqual([
      [kmsKey, 'spec.controlPlane.selfManaged.rootVolume.kmsKey'],
      [`${kmsKey}6`, 'spec.nodeGroups[1].rootVolume.kmsKey'],
    ]);
    expect(grants[0]?.desired).toMatchObject({
      granteeArn:
        'arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
      operations: expect.arrayContaining(['CreateGrant', 'Decrypt', 'GenerateDataKeyWithoutPlaintext']),
    });
    expect(idsOf(selfManagedGraph(), 'kms-grant')).toEqual([]);
  });
});
