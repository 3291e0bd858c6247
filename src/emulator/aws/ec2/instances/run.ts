import type {
  InstanceStateChange,
  Reservation,
  RunInstancesRequest,
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers, Turn } from '../../../call.ts';
import { AwsError } from '../../../call.ts';
import type { InstanceRecord } from '../compute-records.ts';
import { once } from '../idempotency.ts';
import { launchableType } from '../instance-types.ts';
import { get, required } from '../lookup.ts';
import { launchInstance } from './launch.ts';
import { startInstance, stopInstance, terminateInstance } from './life.ts';
import { instanceOutput, stateOutput } from './output.ts';
import { checkVcpus } from './placement.ts';
import { requestOf } from './request.ts';

function checkCounts(input: RunInstancesRequest): { readonly min: number; readonly max: number } {
  const min = required(input.MinCount, 'MinCount');
  const max = required(input.MaxCount, 'MaxCount');
  if (min < 1 || max < min) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${max}) for parameter maxCount is invalid. It must be at least minCount (${min}), and that at least 1.`,
    );
  }
  return { min, max };
}

/** Launches as many as quota and addresses let, at least the minimum, or none. */
function launchMany(input: RunInstancesRequest, call: Call): readonly string[] {
  const { min, max } = checkCounts(input);
  const request = requestOf(call, input);
  const type = launchableType(request.InstanceType ?? '');
  const spot = request.InstanceMarketOptions?.MarketType === 'spot';
  if (type !== undefined) checkVcpus(call, type, { count: min, spot });
  const reservationId = call.newId('r-');
  const before = min > 1 ? structuredClone(call.state.ec2) : call.state.ec2;
  const ids: string[] = [];
  for (let launchIndex = 0; launchIndex < max; launchIndex += 1) {
    try {
      ids.push(launchInstance(call, { ...request, reservationId, launchIndex }).id);
    } catch (error) {
      if (error instanceof AwsError && launchIndex >= min) break;
      call.state.ec2 = before;
      throw error;
    }
  }
  return ids;
}

function runInstances(input: RunInstancesRequest, call: Call): Reservation {
  const ids = once(call, input, () => launchMany(input, call));
  const instances = ids.map((id) => get(call, 'instances', id));
  return reservationOutput(call, instances);
}

/** Instances of one launch as AWS groups them. */
export function reservationOutput(turn: Turn, instances: readonly InstanceRecord[]): Reservation {
  return {
    ReservationId: instances[0]?.reservationId ?? '',
    OwnerId: turn.account,
    Groups: [],
    Instances: instances.map((instance) => instanceOutput(turn, instance)),
  };
}

type Act = (turn: Turn, id: string) => InstanceRecord;

function changeAll(call: Call, ids: readonly string[] | undefined, act: Act): InstanceStateChange[] {
  const chosen = [...new Set(required(ids, 'InstanceId'))].map((id) => get(call, 'instances', id));
  return chosen.map((instance) => {
    const PreviousState = stateOutput(instance.state);
    const { state } = act(call, instance.id);
    return { InstanceId: instance.id, PreviousState, CurrentState: stateOutput(state) };
  });
}

function terminateInstances(input: TerminateInstancesRequest, call: Call): TerminateInstancesResult {
  const kept = (input.InstanceIds ?? []).find((id) => get(call, 'instances', id).disableApiTermination);
  if (kept !== undefined) {
    const why = `The instance '${kept}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`;
    throw new AwsError('OperationNotPermitted', why);
  }
  return { TerminatingInstances: changeAll(call, input.InstanceIds, terminateInstance) };
}

const stopInstances = (input: StopInstancesRequest, call: Call): StopInstancesResult => ({
  StoppingInstances: changeAll(call, input.InstanceIds, stopInstance),
});

const startInstances = (input: StartInstancesRequest, call: Call): StartInstancesResult => ({
  StartingInstances: changeAll(call, input.InstanceIds, startInstance),
});

export const runHandlers: Handlers = {
  RunInstances: runInstances,
  TerminateInstances: terminateInstances,
  StopInstances: stopInstances,
  StartInstances: startInstances,
};
