import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../../base/duration.ts';
import { type KubernetesTrial, kubernetesTrial } from '../kubernetes-trial.ts';
import { conditionOf, type Deployment, isReadyPod, type Pod } from '../object.ts';

const apps = '/apis/apps/v1/namespaces/default';
const web = (change: { replicas?: number; image?: string; cpu?: string; spec?: object } = {}) => ({
  metadata: { name: 'web' },
  spec: {
    replicas: change.replicas ?? 3,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [
          { name: 'web', image: change.image ?? 'web:1', resources: { requests: { cpu: change.cpu ?? '100m' } } },
        ],
      },
    },
    ...change.spec,
  },
});
const podsOf = (trial: KubernetesTrial): Pod[] =>
  trial
    .store()
    .list('pods', 'default')
    .filter(({ metadata }) => metadata.labels?.app === 'web');
const deployment = (trial: KubernetesTrial): Deployment => trial.store().get('deployments', 'web', 'default')!;

async function running(nodes: number, body: unknown): Promise<KubernetesTrial> {
  const trial = kubernetesTrial();
  await trial.withNodes(nodes);
  trial.request('POST', `${apps}/deployments`, body);
  await trial.pass(seconds(30));
  return trial;
}

describe('a deployment', () => {
  it('gets its pods, spread over the nodes', async () => {
    const trial = await running(3, web());
    expect(podsOf(trial).every(isReadyPod)).toBe(true);
    expect(new Set(podsOf(trial).map(({ spec }) => spec.nodeName)).size).toBe(3);
    expect(deployment(trial).status).toMatchObject({
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      observedGeneration: 1,
    });
  });

  it('rolls within maxSurge and maxUnavailable, and never beyond', async () => {
    const strategy = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } };
    const trial = await running(2, web({ replicas: 4, spec: strategy }));
    trial.request(
      'PATCH',
      `${apps}/deployments/web`,
      { spec: { template: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } } },
      { headers: { 'content-type': 'application/strategic-merge-patch+json' } },
    );
    for (let second = 0; second < 90; second += 1) {
      const alive = podsOf(trial).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      expect(alive.length).toBeLessThanOrEqual(5);
      expect(alive.filter(isReadyPod).length).toBeGreaterThanOrEqual(4);
      await trial.pass(seconds(1));
    }
    expect(podsOf(trial).map(({ spec }) => spec.containers[0]?.image)).toEqual(Array(4).fill('web:2'));
    expect(conditionOf(deployment(trial).status.conditions, 'Progressing')?.reason).toBe('NewReplicaSetAvailable');
    expect(deployment(trial).metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
  });

  it('is scaled by its subresource', async () => {
    const trial = await running(1, web());
    trial.request(
      'PATCH',
      `${apps}/deployments/web/scale`,
      { spec: { replicas: 1 } },
      { headers: { 'content-type': 'application/merge-patch+json' } },
    );
    await trial.pass(seconds(10));
    expect(podsOf(trial)).toHaveLength(1);
  });

  it('takes its pods with it when it goes', async () => {
    const trial = await running(1, web());
    trial.request('DELETE', `${apps}/deployments/web`);
    expect(podsOf(trial).every(({ metadata }) => metadata.deletionTimestamp !== undefined)).toBe(true);
    await trial.pass(seconds(5));
    expect(podsOf(trial)).toEqual([]);
    expect(trial.store().list('replicasets', 'default')).toEqual([]);
  });
});

describe('the scheduler', () => {
  it('leaves a pod pending that asks for more than a node has, and says so as the real one', async () => {
    const trial = await running(2, web({ replicas: 1, cpu: '4' }));
    const [pod] = podsOf(trial);
    expect(pod?.status.phase).toBe('Pending');
    expect(conditionOf(pod?.status.conditions, 'PodScheduled')).toMatchObject({
      status: 'False',
      reason: 'Unschedulable',
      message:
        '0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    });
    expect(
      trial
        .store()
        .list('events', 'default')
        .some(({ reason }) => reason === 'FailedScheduling'),
    ).toBe(true);
  });

  it('puts nothing on a cordoned node, but daemon sets', async () => {
    const trial = kubernetesTrial();
    await trial.withNodes(1);
    const [node] = trial.store().list('nodes');
    trial.request(
      'PATCH',
      `/api/v1/nodes/${node?.metadata.name}`,
      { spec: { unschedulable: true } },
      { headers: { 'content-type': 'application/merge-patch+json' } },
    );
    trial.request('POST', `${apps}/deployments`, web({ replicas: 1 }));
    await trial.pass(seconds(20));
    expect(conditionOf(podsOf(trial)[0]?.status.conditions, 'PodScheduled')?.message).toContain(
      '1 node(s) were unschedulable',
    );
    expect(trial.store().get('daemonsets', 'aws-node', 'kube-system')?.status.numberReady).toBe(1);
  });

  it('respects taints, tolerations and node selectors', async () => {
    const trial = kubernetesTrial();
    await trial.withNodes(2);
    const [first, second] = trial.store().list('nodes');
    trial.store().change('nodes', first!, (draft) => {
      draft.spec.taints = [{ key: 'team', value: 'a', effect: 'NoSchedule' }];
    });
    trial.request('POST', `${apps}/deployments`, web());
    await trial.pass(seconds(20));
    expect(new Set(podsOf(trial).map(({ spec }) => spec.nodeName))).toEqual(new Set([second!.metadata.name]));
    const tolerant = {
      tolerations: [{ key: 'team', operator: 'Exists' }],
      nodeSelector: { 'kubernetes.io/hostname': first!.metadata.labels!['kubernetes.io/hostname'] },
      containers: [{ name: 'a', image: 'a:1' }],
    };
    trial.request('POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'lone' }, spec: tolerant });
    expect(trial.store().get('pods', 'lone', 'default')?.spec.nodeName).toBe(first!.metadata.name);
  });

  it('puts no more pods on a node than it takes', async () => {
    const trial = kubernetesTrial();
    trial.launch({ type: 't3.nano' });
    await trial.pass(minutes(2));
    // https://github.com/aws/amazon-vpc-cni-k8s/blob/master/misc/eni-max-pods.txt: t3.nano 4, two of them are aws-node and kube-proxy
    trial.request('POST', `${apps}/deployments`, web({ replicas: 5, cpu: '1m' }));
    await trial.pass(seconds(20));
    expect(podsOf(trial).filter(isReadyPod)).toHaveLength(2);
  });
});

describe('a subnet without addresses', () => {
  it('leaves pods waiting for a sandbox, until one is free', async () => {
    const trial = kubernetesTrial();
    const { ec2 } = trial.turn().state;
    const [instance] = await trial.withNodes(1);
    const subnet = ec2.subnets[instance!.subnetId]!;
    (subnet as { cidr: string }).cidr = `${instance!.privateIp}/32`;
    trial.request('POST', `${apps}/deployments`, web({ replicas: 1 }));
    await trial.pass(seconds(20));
    expect(podsOf(trial)[0]?.status.phase).toBe('Pending');
    const event = trial
      .store()
      .list('events', 'default')
      .find(({ reason }) => reason === 'FailedCreatePodSandBox');
    expect(event?.message).toContain('failed to assign an IP address to container');
    (subnet as { cidr: string }).cidr = '172.31.0.0/20';
    await trial.pass(seconds(60));
    expect(podsOf(trial)[0]?.status.phase).toBe('Running');
  });
});

describe('evictions', () => {
  const evict = (trial: KubernetesTrial, pod: Pod) =>
    trial.request('POST', `/api/v1/namespaces/default/pods/${pod.metadata.name}/eviction`, {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: pod.metadata.name },
    });

  it('stop at the budget with 429, the real message and Retry-After, and go on when a new pod is ready', async () => {
    const trial = await running(2, web({ replicas: 2 }));
    trial.request('POST', '/apis/policy/v1/namespaces/default/poddisruptionbudgets', {
      metadata: { name: 'web' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
    });
    const [first, second] = podsOf(trial);
    expect(evict(trial, first!).status).toBe(201);
    const refused = evict(trial, second!);
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '10' } });
    expect(refused.body).toMatchObject({
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          { reason: 'DisruptionBudget', message: 'The disruption budget web needs 1 healthy pods and has 1 currently' },
        ],
      },
    });
    await trial.pass(seconds(15));
    expect(evict(trial, second!).status).toBe(201);
  });

  it('need no budget', async () => {
    const trial = await running(1, web({ replicas: 1 }));
    expect(evict(trial, podsOf(trial)[0]!).status).toBe(201);
    await trial.pass(seconds(15));
    expect(podsOf(trial).filter(isReadyPod)).toHaveLength(1);
  });
});

describe('Fargate', () => {
  it('gives a pod of a profile a node of its own after a while', async () => {
    const trial = kubernetesTrial({ addons: [] });
    trial.eks.fargateProfiles.web = {
      name: 'web',
      arn: '',
      createdAt: 0,
      podExecutionRoleArn: '',
      subnets: [...trial.eks.vpc.subnetIds],
      selectors: [{ namespace: 'default', labels: { app: 'web' } }],
      status: 'ACTIVE',
      tags: {},
      requestHash: '',
    };
    trial.request('POST', `${apps}/deployments`, web({ replicas: 2 }));
    await trial.pass(seconds(30));
    expect(trial.store().list('nodes')).toEqual([]);
    await trial.pass(seconds(30));
    const nodes = trial.store().list('nodes');
    expect(nodes.map(({ metadata }) => metadata.name)).toEqual([
      expect.stringMatching(/^fargate-ip-172-31-\d+-\d+\.ec2\.internal$/),
      expect.stringMatching(/^fargate-ip-/),
    ]);
    expect(podsOf(trial).every(isReadyPod)).toBe(true);
    expect(new Set(podsOf(trial).map(({ spec }) => spec.nodeName)).size).toBe(2);
    trial.request('DELETE', `${apps}/deployments/web`);
    await trial.pass(seconds(10));
    expect(trial.store().list('nodes')).toEqual([]);
  });
});

describe('a daemon set', () => {
  it('replaces its pods one after another when its image changes', async () => {
    const trial = kubernetesTrial();
    await trial.withNodes(3);
    const set = trial.store().get('daemonsets', 'kube-proxy', 'kube-system')!;
    trial.request(
      'PATCH',
      '/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy',
      { spec: { template: { spec: { containers: [{ name: 'kube-proxy', image: 'kube-proxy:2' }] } } } },
      { headers: { 'content-type': 'application/strategic-merge-patch+json' } },
    );
    expect(set.status.numberReady).toBe(3);
    const ready = () => trial.store().get('daemonsets', 'kube-proxy', 'kube-system')!.status.numberReady;
    for (let second = 0; second < 60; second += 1) {
      expect(ready()).toBeGreaterThanOrEqual(2);
      await trial.pass(seconds(1));
    }
    expect(trial.store().get('daemonsets', 'kube-proxy', 'kube-system')?.status).toMatchObject({
      numberReady: 3,
      updatedNumberScheduled: 3,
      observedGeneration: 2,
    });
  });
});
