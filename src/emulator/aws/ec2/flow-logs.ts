import type {
  CreateFlowLogsRequest,
  CreateFlowLogsResult,
  DeleteFlowLogsRequest,
  DeleteFlowLogsResult,
  DescribeFlowLogsRequest,
  DescribeFlowLogsResult,
  UnsuccessfulItem,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { once } from './idempotency.ts';
import { listing, nextToken } from './listing.ts';
import type { Maps } from './lookup.ts';
import { get, required, unknownId } from './lookup.ts';
import type { FlowLogRecord } from './network-records.ts';
import { forget, setTags, tagList, tagsFor } from './tags.ts';

const defaultFormat =
  '${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}';

const mapsByType: Readonly<Record<string, keyof Maps>> = {
  VPC: 'vpcs',
  Subnet: 'subnets',
  NetworkInterface: 'networkInterfaces',
};

function destinationOf(input: CreateFlowLogsRequest) {
  const destinationType = input.LogDestinationType ?? 'cloud-watch-logs';
  const { LogDestination: destination, LogGroupName: logGroupName, DeliverLogsPermissionArn: roleArn } = input;
  if (destination !== undefined && logGroupName !== undefined) {
    throw new AwsError('InvalidParameter', 'Please only provide LogGroupName or only provide LogDestination.');
  }
  if (destinationType === 'cloud-watch-logs') {
    if (roleArn === undefined)
      throw new AwsError(
        'InvalidParameter',
        'DeliverLogsPermissionArn is required for the destination type cloud-watch-logs.',
      );
    if (destination === undefined && logGroupName === undefined) {
      throw new AwsError('InvalidParameter', 'LogDestination or LogGroupName is required.');
    }
  } else if (destination === undefined) throw new AwsError('InvalidParameter', 'LogDestination is required.');
  return {
    destinationType,
    ...(destination !== undefined && { destination }),
    ...(logGroupName !== undefined && { logGroupName }),
    ...(roleArn !== undefined && { roleArn }),
  };
}

function checkNew(call: Call, resourceId: string, where: ReturnType<typeof destinationOf>): void {
  const same = Object.values(call.state.ec2.flowLogs).some(
    (log) =>
      log.resourceId === resourceId && log.destination === where.destination && log.logGroupName === where.logGroupName,
  );
  if (same) {
    throw new AwsError(
      'FlowLogAlreadyExists',
      'Error. There is an existing Flow Log with the same configuration and log destination.',
    );
  }
}

function createFlowLogs(input: CreateFlowLogsRequest, call: Call): CreateFlowLogsResult {
  const map = mapsByType[required(input.ResourceType, 'ResourceType')];
  if (map === undefined)
    throw new AwsError('InvalidParameter', `Flow logs of ${input.ResourceType} are not supported.`);
  const tags = tagsFor(input.TagSpecifications, 'vpc-flow-log');
  const where = destinationOf(input);
  const interval = input.MaxAggregationInterval ?? 600;
  if (interval !== 60 && interval !== 600)
    throw new AwsError('InvalidParameter', 'Invalid Flow Log Max Aggregation Interval');
  const resources = required(input.ResourceIds, 'ResourceIds').map((id) => {
    get(call, map, id);
    return id;
  });
  const ids = once(call, input, () => {
    for (const id of resources) checkNew(call, id, where);
    return resources.map((resourceId) => {
      const log: FlowLogRecord = {
        id: call.newId('fl-'),
        resourceId,
        trafficType: input.TrafficType ?? 'ALL',
        ...where,
        format: input.LogFormat ?? defaultFormat,
        aggregationInterval: interval,
        createdAt: call.now,
      };
      call.state.ec2.flowLogs[log.id] = log;
      setTags(call.state.ec2, log.id, tags);
      return log.id;
    });
  });
  return {
    FlowLogIds: [...ids],
    Unsuccessful: [],
    ...(input.ClientToken !== undefined && { ClientToken: input.ClientToken }),
  };
}

function deleteFlowLogs(input: DeleteFlowLogsRequest, call: Call): DeleteFlowLogsResult {
  const { ec2 } = call.state;
  const Unsuccessful = required(input.FlowLogIds, 'FlowLogIds').flatMap((id): UnsuccessfulItem[] => {
    if (ec2.flowLogs[id] !== undefined) {
      forget(ec2, 'flowLogs', id);
      return [];
    }
    const { code, message } = unknownId('flowLogs', id);
    return [{ ResourceId: id, Error: { Code: code, Message: message } }];
  });
  return { Unsuccessful };
}

function describeFlowLogs(input: DescribeFlowLogsRequest, call: Call): DescribeFlowLogsResult {
  const found = listing(call, 'flowLogs', {
    question: { ...input, ids: input.FlowLogIds, Filters: input.Filter },
    fields: {
      'deliver-log-status': () => ['SUCCESS'],
      'flow-log-id': (log) => [log.id],
      'log-destination-type': (log) => [log.destinationType],
      'log-group-name': (log) => [log.logGroupName],
      'resource-id': (log) => [log.resourceId],
      'traffic-type': (log) => [log.trafficType],
    },
    limits: { min: 1, max: 1000 },
  });
  return {
    FlowLogs: found.items.map((log) => ({
      FlowLogId: log.id,
      ResourceId: log.resourceId,
      TrafficType: log.trafficType,
      LogDestinationType: log.destinationType,
      ...(log.destination !== undefined && { LogDestination: log.destination }),
      ...(log.logGroupName !== undefined && { LogGroupName: log.logGroupName }),
      ...(log.roleArn !== undefined && { DeliverLogsPermissionArn: log.roleArn }),
      LogFormat: log.format,
      MaxAggregationInterval: log.aggregationInterval,
      FlowLogStatus: 'ACTIVE',
      DeliverLogsStatus: 'SUCCESS',
      CreationTime: new Date(log.createdAt),
      Tags: tagList(call.state.ec2, log.id),
    })),
    ...nextToken(found),
  };
}

export const flowLogHandlers: Handlers = {
  CreateFlowLogs: createFlowLogs,
  DeleteFlowLogs: deleteFlowLogs,
  DescribeFlowLogs: describeFlowLogs,
};
