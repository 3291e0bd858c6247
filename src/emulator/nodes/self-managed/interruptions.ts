import { z } from 'zod';
import { seconds } from '../../../base/duration.ts';
import { completeLifecycleAction } from '../../aws/autoscaling/hooks.ts';
import type { IamRole } from '../../aws/iam/state.ts';
import { numberOf } from '../../aws/sqs/attributes.ts';
import type { QueueMessage, QueueRecord } from '../../aws/sqs/state.ts';
import { AwsError, type Call, type Turn } from '../../call.ts';
import { podsOfBudget, updateBudgets } from '../../kubernetes/controllers/budgets.ts';
import { deletePod } from '../../kubernetes/controllers/pods.ts';
import { controllerOf, isFinishedPod, isReadyPod, type Node, type Pod } from '../../kubernetes/object.ts';
import { appliedState } from '../../kubernetes/self-managed/apply-state.ts';
import type { Store } from '../../kubernetes/store.ts';
import { credentialsOf } from '../pod-role.ts';
import { type Deed, sessionMay } from './rights.ts';

const handlerName = 'aws-node-termination-handler';

/** Events of EC2 and Auto Scaling as EventBridge puts them into the queue. */
const envelope = z.object({
  'detail-type': z.string(),
  detail: z.looseObject({
    'instance-id': z.string().optional(),
    state: z.string().optional(),
    EC2InstanceId: z.string().optional(),
    AutoScalingGroupName: z.string().optional(),
    LifecycleHookName: z.string().optional(),
    LifecycleTransition: z.string().optional(),
    LifecycleActionToken: z.string().optional(),
  }),
});
type Envelope = z.infer<typeof envelope>;

const terminating = 'EC2 Instance-terminate Lifecycle Action';
const ending = ['stopping', 'stopped', 'shutting-down', 'terminated'];

/** Whether an event says that its instance is about to go, by what the chart has the handler look at. */
function isEnd({ 'detail-type': type, detail }: Envelope, values: Readonly<Record<string, unknown>>): boolean {
  if (type === 'EC2 Instance State-change Notification') return ending.includes(detail.state ?? '');
  if (type === 'EC2 Instance Rebalance Recommendation') return values.enableRebalanceDraining === true;
  if (type === terminating) return detail.LifecycleTransition !== 'autoscaling:EC2_INSTANCE_LAUNCHING';
  return type === 'EC2 Spot Instance Interruption Warning';
}

/** aws-node-termination-handler in queue mode: cordons and drains nodes that are about to end, then lets their termination go on. */
export function handleInterruptions(store: Store): void {
  const handler = queueOfHandler(store);
  if (handler === undefined) return;
  const { queue, role } = handler;
  const oldest = store.turn.now - seconds(numberOf(queue, 'MessageRetentionPeriod')).ms;
  for (const message of [...queue.messages]) {
    if (message.visibleAt > store.turn.now || message.sentAt < oldest) continue;
    if (isDone(store, message, role)) queue.messages = queue.messages.filter((other) => other !== message);
  }
}

interface Handler {
  readonly queue: QueueRecord;
  readonly role: IamRole;
}

const handlerMay = (turn: Turn, role: IamRole, deed: Deed): boolean =>
  sessionMay(turn, role, deed, { name: handlerName, context: {} });

/** What the store tells the handler's chart; nothing where it is not installed. */
const chartValues = (store: Store): Readonly<Record<string, unknown>> =>
  appliedState(store.state)?.charts.find(({ chart }) => chart.split('/').at(-1) === handlerName)?.values ?? {};

/** The queue that the handler's chart names, where its pod runs and may read it. */
function queueOfHandler(store: Store): Handler | undefined {
  const url = chartValues(store).queueURL;
  if (typeof url !== 'string') return undefined;
  const pod = store
    .list('pods')
    .find(
      ({ metadata, status }) =>
        metadata.labels?.['app.kubernetes.io/name'] === handlerName && status.phase === 'Running',
    );
  const node = pod && store.get('nodes', pod.spec.nodeName ?? '');
  const queue = store.turn.state.sqs.queues[url.slice(url.lastIndexOf('/') + 1)];
  if (queue === undefined || pod === undefined || node === undefined || !isReadyPod(pod)) return undefined;
  const credentials = credentialsOf(store, pod, node);
  if ('missing' in credentials) return undefined;
  const role = credentials.role;
  const may = (action: string): boolean => handlerMay(store.turn, role, { action, resource: queue.arn });
  return may('sqs:ReceiveMessage') && may('sqs:DeleteMessage') ? { queue, role } : undefined;
}

/** Whether a message is dealt with, so that it goes. */
function isDone(store: Store, message: QueueMessage, role: IamRole): boolean {
  const event = readEvent(message.body);
  if (event === undefined || !isEnd(event, chartValues(store))) return true;
  const id = event.detail.EC2InstanceId ?? event.detail['instance-id'];
  const node = store.list('nodes').find(({ spec }) => spec.providerID?.endsWith(`/${id}`));
  // What is no node of this cluster, or none of the handler's, is dropped: its group waits for its heartbeat.
  if (node === undefined || !isManaged(store, id!)) return true;
  if (!drain(store, node)) return false;
  return event['detail-type'] !== terminating || complete(store.turn, event, role);
}

function readEvent(body: string): Envelope | undefined {
  try {
    const read = envelope.safeParse(JSON.parse(body));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

/** Unless its chart says otherwise, the handler drains only what carries its tag. */
function isManaged(store: Store, id: string): boolean {
  const values = chartValues(store);
  const tag = typeof values.managedTag === 'string' ? values.managedTag : `${handlerName}/managed`;
  return values.checkTagBeforeDraining === false || store.turn.state.ec2.tags[id]?.[tag] !== undefined;
}

/** Cordons a node and evicts what may go; true when nothing is left that has to. */
function drain(store: Store, node: Node): boolean {
  if (node.spec.unschedulable !== true) {
    store.change('nodes', node, (draft) => {
      draft.spec.unschedulable = true;
    });
  }
  const left = podsToEvict(store, node);
  for (const pod of left) {
    if (pod.metadata.deletionTimestamp === undefined && mayGo(store, pod)) {
      deletePod(store, pod);
      updateBudgets(store);
    }
  }
  return podsToEvict(store, node).length === 0;
}

const podsToEvict = (store: Store, node: Node): Pod[] =>
  store
    .list('pods')
    .filter((pod) => pod.spec.nodeName === node.metadata.name && !isFinishedPod(pod))
    .filter((pod) => !['DaemonSet', 'Node'].includes(controllerOf(pod)?.kind ?? ''));

const mayGo = (store: Store, pod: Pod): boolean =>
  store
    .list('poddisruptionbudgets', pod.metadata.namespace)
    .filter((budget) => podsOfBudget(store, budget).some(({ metadata }) => metadata.uid === pod.metadata.uid))
    .every((budget) => budget.status.disruptionsAllowed > 0 || !isReadyPod(pod));

/** Lets the group go on with the termination, where the role may. An action that is over already is nobody's loss. */
function complete(turn: Turn, { detail }: Envelope, role: IamRole): boolean {
  const group = turn.state.autoscaling.groups[detail.AutoScalingGroupName ?? ''];
  if (group === undefined) return true;
  const tags = Object.fromEntries(group.tags.map(({ key, value }) => [key, value]));
  const action = 'autoscaling:CompleteLifecycleAction';
  if (!handlerMay(turn, role, { action, resource: group.arn, tags })) return false;
  const principal = { arn: handlerName, userId: handlerName, accessKeyId: '' };
  const call: Call = Object.assign(Object.create(turn), {
    principal,
    requestId: '',
    operation: 'CompleteLifecycleAction',
  });
  try {
    completeLifecycleAction(
      {
        AutoScalingGroupName: detail.AutoScalingGroupName ?? '',
        LifecycleHookName: detail.LifecycleHookName ?? '',
        LifecycleActionToken: detail.LifecycleActionToken ?? '',
        InstanceId: detail.EC2InstanceId ?? '',
        LifecycleActionResult: 'CONTINUE',
      },
      call,
    );
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
  return true;
}
