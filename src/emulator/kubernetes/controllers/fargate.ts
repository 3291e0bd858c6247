import { seconds } from '../../../base/duration.ts';
import type { Pod } from '../object.ts';
import type { Store } from '../store.ts';
import { recordEvent } from './events.ts';

interface Candidate {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const globMatches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(text);

/** The first active Fargate profile by name whose selectors match: https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html */
export function fargateProfileFor(store: Store, pod: Candidate): string | undefined {
  if (pod.annotations['eks.amazonaws.com/compute-type'] === 'ec2') return undefined;
  const profiles = Object.values(store.turn.state.eks.clusters[store.state.name]?.fargateProfiles ?? {});
  const active = profiles.filter(({ status }) => status === 'ACTIVE').sort((a, b) => (a.name < b.name ? -1 : 1));
  const wanted = pod.labels['eks.amazonaws.com/fargate-profile'];
  const match = active.find(
    ({ name, selectors }) =>
      (wanted === undefined || wanted === name) &&
      selectors.some(
        ({ namespace, labels }) =>
          globMatches(namespace, pod.namespace) &&
          Object.entries(labels).every(([key, value]) => globMatches(value, pod.labels[key] ?? '')),
      ),
  );
  return match?.name;
}

/** From a pod's admission to its own node being there. */
const provisioning = seconds(45);

/** The Fargate scheduler: each of its pods asks once for a node of its own. */
export function requestFargateNodes(store: Store): void {
  for (const pod of store.list('pods')) {
    if (pod.spec.schedulerName !== 'fargate-scheduler' || pod.spec.nodeName !== undefined) continue;
    if (pod.status.nominatedNodeName !== undefined || pod.metadata.deletionTimestamp !== undefined) continue;
    requestNode(store, pod);
  }
}

function requestNode(store: Store, pod: Pod): void {
  const { name, namespace, uid } = pod.metadata;
  store.change('pods', pod, (draft) => {
    draft.status.nominatedNodeName = 'fargate';
  });
  recordEvent(store, {
    about: pod,
    reason: 'LoggingDisabled',
    message: 'Disabled logging because aws-logging configmap was not found. configmap "aws-logging" not found',
    type: 'Warning',
    component: 'fargate-scheduler',
  });
  store.turn.later(provisioning, 'nodes.fargate', { cluster: store.state.name, namespace: namespace!, name, uid });
}
