import type { Container, Plural, PodSpec, SelectorTerm, Toleration } from '../object.ts';
import type { KubernetesState } from '../state.ts';
import type { Draft } from '../store.ts';
import type { AddonInstallation } from './installation.ts';
import type { addonSettings } from './settings.ts';

export interface Workload {
  readonly plural: Plural;
  readonly object: Draft;
}

/** What a workload builder knows. */
export interface Site {
  readonly state: KubernetesState;
  readonly addon: AddonInstallation;
  readonly namespace: string;
  readonly settings: ReturnType<typeof addonSettings>;
  /** An image of the region's add-on registry. */
  image(repository: string, tag?: string): string;
}

export const everywhere: readonly Toleration[] = [{ operator: 'Exists' }];
export const criticalOnly: readonly Toleration[] = [
  { key: 'CriticalAddonsOnly', operator: 'Exists' },
  { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
];

const required = (...matchExpressions: SelectorTerm[]) => ({
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } },
});
const onLinux: SelectorTerm[] = [
  { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
  { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64', 'arm64'] },
];
const linux = required(...onLinux);
/** Fargate's nodes run no daemon sets. */
const onInstances = required(...onLinux, {
  key: 'eks.amazonaws.com/compute-type',
  operator: 'NotIn',
  values: ['fargate', 'hybrid', 'auto'],
});

export const container = (name: string, image: string, cpu?: string, memory?: string): Container => ({
  name,
  image,
  ...(cpu === undefined && memory === undefined
    ? {}
    : { resources: { requests: { ...(cpu && { cpu }), ...(memory && { memory }) } } }),
});

export interface Running {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly account: string;
  readonly priority: 'system-node-critical' | 'system-cluster-critical';
  readonly containers: Container[];
  readonly pod?: Partial<PodSpec>;
  readonly annotations?: Record<string, string>;
}

export const podTemplate = ({ labels, account, priority, containers, pod, annotations }: Running) => ({
  metadata: { labels, ...(annotations === undefined ? {} : { annotations }) },
  spec: {
    serviceAccountName: account,
    priorityClassName: priority,
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    containers,
    ...pod,
  },
});

export function daemonSet(site: Site, running: Running): Workload {
  const template = podTemplate(running);
  const pod = { affinity: onInstances, tolerations: [...everywhere], ...template.spec };
  const [key] = Object.keys(running.labels);
  return {
    plural: 'daemonsets',
    object: {
      metadata: { name: running.name, namespace: site.namespace, labels: running.labels },
      spec: {
        revisionHistoryLimit: 10,
        selector: { matchLabels: { [key!]: running.labels[key!]! } },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%', maxSurge: 0 } },
        template: { ...template, spec: pod },
      },
      status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
    },
  };
}

export function deployment(site: Site, replicas: number, running: Running): Workload {
  const template = podTemplate(running);
  const { nodeSelector, tolerations } = site.settings;
  const pod = {
    affinity: linux,
    tolerations: tolerations ?? [...criticalOnly],
    ...template.spec,
    ...(nodeSelector && { nodeSelector }),
  };
  const [key] = Object.keys(running.labels);
  return {
    plural: 'deployments',
    object: {
      metadata: { name: running.name, namespace: site.namespace, labels: running.labels },
      spec: {
        replicas: site.settings.replicaCount ?? replicas,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        selector: { matchLabels: { [key!]: running.labels[key!]! } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: '25%' } },
        template: { ...template, spec: pod },
      },
      status: {},
    },
  };
}

export const serviceAccount = ({ addon, namespace }: Site, name: string): Workload => ({
  plural: 'serviceaccounts',
  object: {
    metadata: {
      name,
      namespace,
      ...(addon.serviceAccountRoleArn === undefined
        ? {}
        : { annotations: { 'eks.amazonaws.com/role-arn': addon.serviceAccountRoleArn } }),
    },
  },
});

export const budget = ({ namespace }: Site, name: string, labels: Record<string, string>): Workload => ({
  plural: 'poddisruptionbudgets',
  object: {
    metadata: { name, namespace, labels },
    spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
    status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
  },
});

export const csiDriver = (name: string): Workload => ({
  plural: 'csidrivers',
  object: { metadata: { name }, spec: { attachRequired: name.startsWith('ebs'), podInfoOnMount: false } },
});
