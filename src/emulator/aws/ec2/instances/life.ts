import type { Json } from '../../../../base/canonical-json.ts';
import { hours, seconds } from '../../../../base/duration.ts';
import type { EventHandlers, Turn } from '../../../call.ts';
import { AwsError } from '../../../call.ts';
import { amazonIpv4 } from '../addresses-in.ts';
import type { InstanceRecord } from '../compute-records.ts';
import { addressOf, removeInterface } from '../interface-records.ts';
import { get } from '../lookup.ts';
import { forget } from '../tags.ts';
import { releaseVolume } from '../volume-records.ts';
import { changeState } from './state-change.ts';

/** From running until the node's software has booted and begins to join. */
export const nodeBootDelay = seconds(35);
const terminationDelay = seconds(30);
const stopDelay = seconds(30);
/** Terminated instances stay visible for about an hour. */
const afterlife = hours(1);

/** Adds a line to what GetConsoleOutput shows of an instance. */
export function appendConsole(turn: Turn, id: string, line: string): void {
  turn.state.ec2.instances[id]?.console.push(line);
}

function instanceIn(data: Json, turn: Turn): InstanceRecord | undefined {
  const id = (data as { readonly instanceId?: unknown }).instanceId;
  return typeof id === 'string' ? turn.state.ec2.instances[id] : undefined;
}

const stamp = (turn: Turn): string =>
  new Date(turn.now)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' GMT');

/**
 * Ends an instance: `shutting-down` now, `terminated` after 30 seconds, gone after an hour. An instance that is ending already is left as
 * it is. Throws InvalidInstanceID.NotFound. Does not look at termination protection: that is for users. By `Service`: EC2 takes a spot
 * instance back.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html
 */
export function terminateInstance(turn: Turn, id: string, by: 'User' | 'Service' = 'User'): InstanceRecord {
  const instance = get(turn, 'instances', id);
  if (instance.state === 'terminated' || instance.state === 'shutting-down') return instance;
  changeState(turn, instance, 'shutting-down');
  instance.stateTransitionReason = `${by} initiated (${stamp(turn)})`;
  instance.stateReason =
    by === 'User'
      ? { code: 'Client.UserInitiatedShutdown', message: 'Client.UserInitiatedShutdown: User initiated shutdown' }
      : {
          code: 'Server.SpotInstanceTermination',
          message: 'Server.SpotInstanceTermination: Spot instance termination',
        };
  turn.later(seconds(0), 'nodes.stopped', { instanceId: id });
  turn.later(seconds(0), 'autoscaling.instance-ended', { instanceId: id });
  turn.later(terminationDelay, 'ec2.instance-terminated', { instanceId: id });
  return instance;
}

/** Running: from here its node software boots. */
function onRunning(data: Json, turn: Turn): void {
  const instance = instanceIn(data, turn);
  if (instance?.state !== 'pending') return;
  changeState(turn, instance, 'running');
  turn.later(nodeBootDelay, 'nodes.boot', { instanceId: instance.id });
}

/** Interfaces and volumes of an instance that has ended: those made with it go, others become free. */
function releaseAll(turn: Turn, instance: InstanceRecord): void {
  const { ec2 } = turn.state;
  for (const eni of Object.values(ec2.networkInterfaces).filter((one) => one.attachment?.instanceId === instance.id)) {
    if (eni.attachment?.deleteOnTermination) removeInterface(ec2, eni.id);
    else {
      delete eni.attachment;
      delete addressOf(ec2, eni.id)?.instanceId;
    }
  }
  for (const volume of Object.values(ec2.volumes)) {
    if (volume.attachment?.instanceId === instance.id) releaseVolume(ec2, volume.id);
  }
}

function onTerminated(data: Json, turn: Turn): void {
  const instance = instanceIn(data, turn);
  if (instance?.state !== 'shutting-down') return;
  changeState(turn, instance, 'terminated');
  instance.terminatedAt = turn.now;
  releaseAll(turn, instance);
  instance.networkInterfaceIds = [];
  instance.blockDevices = [];
  turn.later(afterlife, 'ec2.instance-forgotten', { instanceId: instance.id });
}

function onForgotten(data: Json, turn: Turn): void {
  const instance = instanceIn(data, turn);
  if (instance === undefined) return;
  const { spotRequestId } = instance;
  forget(turn.state.ec2, 'instances', instance.id);
  if (spotRequestId !== undefined) delete turn.state.ec2.tags[spotRequestId];
}

/** Begins to stop a running instance. Throws where its state or kind does not allow it. */
export function stopInstance(turn: Turn, id: string): InstanceRecord {
  const instance = get(turn, 'instances', id);
  if (instance.state === 'stopped' || instance.state === 'stopping') return instance;
  if (instance.state !== 'running' && instance.state !== 'pending') throw wrongState(instance, 'stopped');
  if (instance.spotRequestId !== undefined) {
    const why = `You can't stop the Spot Instance '${id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`;
    throw new AwsError('UnsupportedOperation', why);
  }
  if (instance.disableApiStop) {
    throw new AwsError(
      'OperationNotPermitted',
      `The instance '${id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
    );
  }
  changeState(turn, instance, 'stopping');
  instance.stateTransitionReason = `User initiated (${stamp(turn)})`;
  instance.stateReason = {
    code: 'Client.UserInitiatedShutdown',
    message: 'Client.UserInitiatedShutdown: User initiated shutdown',
  };
  turn.later(seconds(0), 'nodes.stopped', { instanceId: id });
  turn.later(seconds(0), 'autoscaling.instance-ended', { instanceId: id });
  turn.later(stopDelay, 'ec2.instance-stopped', { instanceId: id });
  return instance;
}

const wrongState = (instance: InstanceRecord, verb: string): AwsError =>
  new AwsError(
    'IncorrectInstanceState',
    `The instance '${instance.id}' is not in a state from which it can be ${verb}.`,
  );

/** A stopped instance loses the public address of its launch; an elastic one stays. */
function onStopped(data: Json, turn: Turn): void {
  const instance = instanceIn(data, turn);
  if (instance?.state !== 'stopping') return;
  changeState(turn, instance, 'stopped');
  for (const id of instance.networkInterfaceIds) delete turn.state.ec2.networkInterfaces[id]?.publicIp;
}

/** Begins to start a stopped instance, with a new public address where its subnet gives one. */
export function startInstance(turn: Turn, id: string): InstanceRecord {
  const instance = get(turn, 'instances', id);
  if (instance.state === 'running' || instance.state === 'pending') return instance;
  if (instance.state !== 'stopped') throw wrongState(instance, 'started');
  changeState(turn, instance, 'pending');
  instance.stateTransitionReason = '';
  delete instance.stateReason;
  const { ec2 } = turn.state;
  const primary = ec2.networkInterfaces[instance.networkInterfaceIds[0] ?? ''];
  const gives = ec2.subnets[instance.subnetId]?.mapPublicIpOnLaunch === true;
  if (primary !== undefined && gives && addressOf(ec2, primary.id) === undefined) primary.publicIp = amazonIpv4(turn);
  turn.later(seconds(20), 'ec2.instance-running', { instanceId: id });
  return instance;
}

/** What happens to instances by itself. */
export const instanceEvents: EventHandlers = {
  'ec2.instance-running': onRunning,
  'ec2.instance-terminated': onTerminated,
  'ec2.instance-forgotten': onForgotten,
  'ec2.instance-stopped': onStopped,
};
