import type {
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
  DescribeInstancesRequest,
  DescribeInstancesResult,
  InstanceStatus,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers } from '../../../call.ts';
import { AwsError } from '../../../call.ts';
import type { InstanceRecord } from '../compute-records.ts';
import type { Fields } from '../filter.ts';
import { publicIpOf } from '../interface-records.ts';
import type { Question } from '../listing.ts';
import { listing, nextToken } from '../listing.ts';
import type { NetworkInterfaceRecord } from '../network-records.ts';
import { page } from '../page.ts';
import { stateOutput } from './output.ts';
import { reservationOutput } from './run.ts';

/** Filters that look at an instance's interfaces; a terminated instance has none. */
function networkFields(call: Call): Fields<InstanceRecord> {
  const { ec2 } = call.state;
  const enis = (instance: InstanceRecord): NetworkInterfaceRecord[] =>
    instance.networkInterfaceIds.flatMap((id) => ec2.networkInterfaces[id] ?? []);
  const groups = (instance: InstanceRecord) => enis(instance).flatMap((eni) => eni.groups);
  const groupNames = (instance: InstanceRecord) => groups(instance).map((id) => ec2.securityGroups[id]?.name);
  const whileLive = (read: (instance: InstanceRecord) => string) => (instance: InstanceRecord) => [
    instance.state === 'terminated' ? undefined : read(instance),
  ];
  return {
    'subnet-id': whileLive((instance) => instance.subnetId),
    'vpc-id': whileLive((instance) => instance.vpcId),
    'private-ip-address': whileLive((instance) => instance.privateIp),
    'private-dns-name': whileLive((instance) => instance.privateDnsName),
    'ip-address': (instance) => enis(instance).map((eni) => publicIpOf(ec2, eni)),
    'instance.group-id': groups,
    'instance.group-name': groupNames,
    'group-id': groups,
    'group-name': groupNames,
    'network-interface.network-interface-id': (instance) => instance.networkInterfaceIds,
    'network-interface.subnet-id': (instance) => enis(instance).map((eni) => eni.subnetId),
    'network-interface.vpc-id': (instance) => enis(instance).map((eni) => eni.vpcId),
    'network-interface.group-id': groups,
    'network-interface.addresses.private-ip-address': (instance) => enis(instance).flatMap((eni) => eni.privateIps),
  };
}

const fields = (call: Call): Fields<InstanceRecord> => ({
  ...networkFields(call),
  'instance-id': (instance) => [instance.id],
  'instance-state-name': (instance) => [instance.state],
  'instance-state-code': (instance) => [stateOutput(instance.state).Code],
  'instance-type': (instance) => [instance.type],
  'image-id': (instance) => [instance.imageId],
  architecture: (instance) => [instance.architecture],
  'availability-zone': (instance) => [instance.zone],
  'key-name': (instance) => [instance.keyName],
  'block-device-mapping.volume-id': (instance) => instance.blockDevices.map((device) => device.volumeId),
  'iam-instance-profile.arn': (instance) => [instance.iamInstanceProfile?.arn],
  'instance-lifecycle': (instance) => [instance.spotRequestId === undefined ? undefined : 'spot'],
  'spot-instance-request-id': (instance) => [instance.spotRequestId],
  'client-token': (instance) => [instance.clientToken],
  'launch-time': (instance) => [new Date(instance.launchedAt).toISOString()],
  'metadata-options.http-tokens': (instance) => [instance.metadataOptions.HttpTokens],
  'monitoring-state': (instance) => [instance.monitoring],
  'owner-id': () => [call.account],
  'placement-group-name': (instance) => [instance.placementGroup],
  'reservation-id': (instance) => [instance.reservationId],
  'root-device-name': (instance) => [instance.rootDeviceName],
  'root-device-type': () => ['ebs'],
  tenancy: (instance) => [instance.tenancy],
  'state-reason-code': (instance) => [instance.stateReason?.code],
  hypervisor: () => ['xen'],
  'virtualization-type': () => ['hvm'],
});

function checkPaging(question: Question): void {
  if ((question.ids ?? []).length > 0 && question.MaxResults !== undefined) {
    const why = 'The parameter instancesSet cannot be used with the parameter maxResults';
    throw new AwsError('InvalidParameterCombination', why);
  }
}

function describeInstances(input: DescribeInstancesRequest, call: Call): DescribeInstancesResult {
  const question: Question = { ...input, ids: input.InstanceIds };
  checkPaging(question);
  const found = listing(call, 'instances', { question, fields: fields(call) });
  const groups = Map.groupBy(found.items, (instance) => instance.reservationId);
  return { Reservations: [...groups.values()].map((same) => reservationOutput(call, same)), ...nextToken(found) };
}

/** Checks begin to pass two minutes after the launch. */
const checksPass = 120_000;

function statusOutput(call: Call, instance: InstanceRecord): InstanceStatus {
  const running = instance.state === 'running';
  const passed = call.now - instance.launchedAt >= checksPass;
  const Status = !running ? ('not-applicable' as const) : passed ? ('ok' as const) : ('initializing' as const);
  const Details = running
    ? [{ Name: 'reachability' as const, Status: passed ? ('passed' as const) : ('initializing' as const) }]
    : [];
  return {
    InstanceId: instance.id,
    AvailabilityZone: instance.zone,
    InstanceState: stateOutput(instance.state),
    InstanceStatus: { Status, Details },
    SystemStatus: { Status, Details },
    AttachedEbsStatus: { Status, Details },
  };
}

function describeInstanceStatus(input: DescribeInstanceStatusRequest, call: Call): DescribeInstanceStatusResult {
  const status = (instance: InstanceRecord) => [statusOutput(call, instance).InstanceStatus?.Status];
  const question: Question = { ...input, ids: input.InstanceIds };
  checkPaging(question);
  const all = listing(call, 'instances', {
    question: { ...question, MaxResults: undefined, NextToken: undefined },
    fields: {
      ...fields(call),
      'instance-status.status': status,
      'system-status.status': status,
    },
  });
  const shown = all.items.filter((instance) => input.IncludeAllInstances === true || instance.state === 'running');
  const cut = page(shown, input);
  return { InstanceStatuses: cut.items.map((instance) => statusOutput(call, instance)), ...nextToken(cut) };
}

export const describeHandlers: Handlers = {
  DescribeInstances: describeInstances,
  DescribeInstanceStatus: describeInstanceStatus,
};
