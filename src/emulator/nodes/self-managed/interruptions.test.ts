import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../../base/duration.ts';
import { type MachinesTrial, machinesTrial, stateJson } from '../../../testing/machines/machines-trial.ts';
import type { AutoScalingGroup } from '../../aws/autoscaling/state.ts';
import type { InstanceRecord } from '../../aws/ec2/compute-records.ts';
import { enqueue } from '../../aws/sqs/messages.ts';

const url = 'https://sqs.us-east-1.amazonaws.com/123456789012/demo';

const chart = (values: object = {}) => ({
  name: 'aws-node-termination-handler',
  namespace: 'kube-system',
  repository: 'https://charts.example.org/stable',
  chart: 'aws-node-termination-handler',
  version: '0.30.0',
  values: {
    enableSqsTerminationDraining: true,
    queueURL: url,
    useHostNetwork: true,
    checkTagBeforeDraining: false,
    ...values,
  },
});

function groupWith(trial: MachinesTrial, instance: InstanceRecord): AutoScalingGroup {
  const launchTemplate = { id: 'lt-1', name: 'workers', version: '1' };
  const group = {
    name: 'workers',
    arn: 'arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/workers',
    createdAt: 0,
    minSize: 0,
    maxSize: 3,
    desiredCapacity: 0,
    defaultCooldown: 300,
    launchTemplate,
    subnetIds: [],
    zones: [],
    loadBalancerNames: [],
    targetGroupArns: [],
    healthCheckType: 'EC2',
    healthCheckGracePeriod: 0,
    terminationPolicies: ['Default'],
    newInstancesProtectedFromScaleIn: false,
    capacityRebalance: false,
    serviceLinkedRoleArn: '',
    suspendedProcesses: [],
    enabledMetrics: [],
    tags: [],
    hooks: [
      {
        name: 'drain',
        transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
        heartbeatTimeout: 600,
        defaultResult: 'CONTINUE',
      },
    ],
    instances: [
      {
        instanceId: instance.id,
        instanceType: instance.type,
        zone: instance.zone,
        subnetId: instance.subnetId,
        lifecycleState: 'Terminating:Wait',
        healthStatus: 'Healthy',
        protectedFromScaleIn: false,
        launchTemplate,
        launchedAt: 0,
        activityId: '',
        waitingFor: ['drain'],
        lifecycleActionToken: 'token',
      },
    ],
  } satisfies AutoScalingGroup;
  trial.turn().state.autoscaling.groups.workers = group;
  return group;
}

/** A cluster with two workers, one of which its group wants to end; the event lies in the queue. */
const interrupted = async (values?: object) => {
  const trial = machinesTrial({ seats: ['a'] });
  const charts = [...stateJson().charts, chart(values)];
  trial.put('cluster/state.json', JSON.stringify(stateJson({ charts })));
  trial.world.iam.roles.workers!.inlinePolicies.queue = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'autoscaling:CompleteLifecycleAction'],
        Resource: '*',
      },
    ],
  });
  const { sqs } = trial.turn().state;
  sqs.queues.demo = {
    name: 'demo',
    url,
    arn: 'arn:aws:sqs:us-east-1:123456789012:demo',
    createdAt: 0,
    modifiedAt: 0,
    attributes: {},
    tags: {},
    messages: [],
  };
  trial.seat('a');
  await trial.pass(minutes(4));
  const [leaving, staying] = [trial.worker(), trial.worker()];
  await trial.pass(minutes(4));
  const labels = { app: 'web' };
  trial.store().create('deployments', {
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas: 4,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
      strategy: { type: 'RollingUpdate' },
    },
    status: {},
  });
  await trial.pass(minutes(1));
  groupWith(trial, leaving);
  enqueue(trial.turn(), sqs.queues.demo, {
    senderId: 'events',
    body: JSON.stringify({
      'detail-type': 'EC2 Instance-terminate Lifecycle Action',
      source: 'aws.autoscaling',
      detail: {
        LifecycleActionToken: 'token',
        AutoScalingGroupName: 'workers',
        LifecycleHookName: 'drain',
        EC2InstanceId: leaving.id,
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      },
    }),
  });
  return { trial, queue: sqs.queues.demo, leaving, staying };
};

describe('aws-node-termination-handler', () => {
  it('cordons and drains a node that is to end, and then lets it go', async () => {
    const { trial, queue, leaving, staying } = await interrupted();
    const podsOn = (name: string) =>
      trial
        .store()
        .list('pods', 'default')
        .filter(({ spec }) => spec.nodeName === name).length;
    expect(podsOn(leaving.id)).toBeGreaterThan(0);
    await trial.pass(seconds(21));
    expect(trial.store().get('nodes', leaving.id)?.spec.unschedulable).toBe(true);
    expect(leaving.state).toBe('running');
    await trial.pass(seconds(40));
    expect(leaving.state).toBe('shutting-down');
    expect(queue.messages).toEqual([]);
    expect(staying.state).toBe('running');
    expect([podsOn(leaving.id), podsOn(staying.id)]).toEqual([0, 4]);
  });

  it('leaves alone what does not carry its tag, where its chart says so', async () => {
    const { trial, leaving } = await interrupted({ checkTagBeforeDraining: true });
    await trial.pass(minutes(1));
    expect(trial.store().get('nodes', leaving.id)?.spec.unschedulable).toBeUndefined();
    expect(leaving.state).toBe('running');
  });

  it('does not mind an instance that begins to run', async () => {
    const { trial, queue, staying } = await interrupted();
    const body = JSON.stringify({
      'detail-type': 'EC2 Instance State-change Notification',
      detail: { 'instance-id': staying.id, state: 'running' },
    });
    enqueue(trial.turn(), queue, { senderId: 'events', body });
    await trial.pass(minutes(1));
    expect(queue.messages).toEqual([]);
    expect(trial.store().get('nodes', staying.id)?.spec.unschedulable).toBeUndefined();
  });

  it('does nothing without the right to read its queue', async () => {
    const { trial, queue, leaving } = await interrupted();
    delete trial.world.iam.roles.workers!.inlinePolicies.queue;
    const denied = trial.world.iam.roles.seats!;
    denied.inlinePolicies.deny = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 'sqs:*', Resource: '*' }],
    });
    await trial.pass(minutes(2));
    expect(queue.messages).toHaveLength(1);
    expect(leaving.state).toBe('running');
  });
});
