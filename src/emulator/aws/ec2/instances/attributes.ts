import type {
  DescribeIamInstanceProfileAssociationsRequest,
  DescribeIamInstanceProfileAssociationsResult,
  DescribeInstanceAttributeRequest,
  DescribeInstanceCreditSpecificationsRequest,
  DescribeInstanceCreditSpecificationsResult,
  GetConsoleOutputRequest,
  GetConsoleOutputResult,
  InstanceAttribute,
  ModifyInstanceAttributeRequest,
  ModifyInstanceMetadataOptionsRequest,
  ModifyInstanceMetadataOptionsResult,
} from '@aws-sdk/client-ec2';
import { defined } from '../../../../base/defined.ts';
import type { Call, Handlers } from '../../../call.ts';
import { AwsError } from '../../../call.ts';
import type { InstanceRecord } from '../compute-records.ts';
import { applyFilters } from '../filter.ts';
import { launchableType } from '../instance-types.ts';
import { checkGroups } from '../interface-records.ts';
import { get } from '../lookup.ts';
import { checkMetadataTags } from '../metadata-tags.ts';
import { tagsOf } from '../tags.ts';

const groupsOf = (call: Call, instance: InstanceRecord) =>
  (call.state.ec2.networkInterfaces[instance.networkInterfaceIds[0] ?? '']?.groups ?? []).map((GroupId) => ({
    GroupId,
    GroupName: call.state.ec2.securityGroups[GroupId]?.name ?? '',
  }));

function describeInstanceAttribute(input: DescribeInstanceAttributeRequest, call: Call): InstanceAttribute {
  const instance = get(call, 'instances', input.InstanceId);
  const InstanceId = instance.id;
  switch (input.Attribute) {
    case 'instanceType':
      return { InstanceId, InstanceType: { Value: instance.type } };
    case 'userData':
      return { InstanceId, UserData: instance.userData === undefined ? {} : { Value: instance.userData } };
    case 'disableApiTermination':
      return { InstanceId, DisableApiTermination: { Value: instance.disableApiTermination } };
    case 'disableApiStop':
      return { InstanceId, DisableApiStop: { Value: instance.disableApiStop } };
    case 'instanceInitiatedShutdownBehavior':
      return { InstanceId, InstanceInitiatedShutdownBehavior: { Value: instance.shutdownBehavior } };
    case 'rootDeviceName':
      return { InstanceId, RootDeviceName: { Value: instance.rootDeviceName } };
    case 'sourceDestCheck':
      return { InstanceId, SourceDestCheck: { Value: instance.sourceDestCheck } };
    case 'ebsOptimized':
      return { InstanceId, EbsOptimized: { Value: instance.ebsOptimized } };
    case 'groupSet':
      return { InstanceId, Groups: groupsOf(call, instance) };
    case 'enaSupport':
      return { InstanceId, EnaSupport: { Value: true } };
    case 'enclaveOptions':
      return { InstanceId, EnclaveOptions: instance.enclaveOptions ?? { Enabled: false } };
    default:
      throw new AwsError(
        'InvalidParameterValue',
        `Value (${input.Attribute ?? ''}) for parameter attribute is invalid. Unknown attribute.`,
      );
  }
}

function checkStopped(instance: InstanceRecord): void {
  if (instance.state === 'stopped') return;
  throw new AwsError('IncorrectInstanceState', `The instance '${instance.id}' is not in the 'stopped' state.`);
}

function changeType(instance: InstanceRecord, name: string): void {
  checkStopped(instance);
  const type = launchableType(name);
  if (type === undefined) throw new AwsError('InvalidParameterValue', `Invalid value '${name}' for InstanceType.`);
  if (type.architecture !== instance.architecture) {
    const why = `The architecture '${type.architecture}' of the specified instance type does not match the architecture '${instance.architecture}' of the instance.`;
    throw new AwsError('InvalidParameterValue', why);
  }
  instance.type = name;
}

function changeGroups(call: Call, instance: InstanceRecord, groups: readonly string[]): void {
  const eni = call.state.ec2.networkInterfaces[instance.networkInterfaceIds[0] ?? ''];
  const subnet = get(call, 'subnets', instance.subnetId);
  if (eni !== undefined) eni.groups = checkGroups(call, subnet, groups);
}

function modifyInstanceAttribute(input: ModifyInstanceAttributeRequest, call: Call): Record<string, never> {
  const instance = get(call, 'instances', input.InstanceId);
  const byName = (attribute: string): string | undefined => (input.Attribute === attribute ? input.Value : undefined);
  const type = input.InstanceType?.Value ?? byName('instanceType');
  if (type !== undefined) changeType(instance, type);
  if (input.UserData !== undefined) {
    checkStopped(instance);
    instance.userData = Buffer.from(input.UserData.Value ?? new Uint8Array()).toString('base64');
  }
  if (input.Groups !== undefined && input.Groups.length > 0) changeGroups(call, instance, input.Groups);
  if (input.SourceDestCheck?.Value !== undefined) {
    instance.sourceDestCheck = input.SourceDestCheck.Value;
    const eni = call.state.ec2.networkInterfaces[instance.networkInterfaceIds[0] ?? ''];
    if (eni !== undefined) eni.sourceDestCheck = input.SourceDestCheck.Value;
  }
  if (input.DisableApiTermination?.Value !== undefined)
    instance.disableApiTermination = input.DisableApiTermination.Value;
  if (input.DisableApiStop?.Value !== undefined) instance.disableApiStop = input.DisableApiStop.Value;
  if (input.EbsOptimized?.Value !== undefined) {
    checkStopped(instance);
    instance.ebsOptimized = input.EbsOptimized.Value;
  }
  const behavior = input.InstanceInitiatedShutdownBehavior?.Value ?? byName('instanceInitiatedShutdownBehavior');
  if (behavior === 'stop' || behavior === 'terminate') instance.shutdownBehavior = behavior;
  for (const mapping of input.BlockDeviceMappings ?? []) changeDevice(call, instance, mapping);
  return {};
}

type DeviceChange = NonNullable<ModifyInstanceAttributeRequest['BlockDeviceMappings']>[number];

function changeDevice(call: Call, instance: InstanceRecord, mapping: DeviceChange): void {
  const device = instance.blockDevices.find((one) => one.deviceName === mapping.DeviceName);
  if (device === undefined) {
    throw new AwsError('InvalidInstanceAttributeValue', `No device is currently mapped at ${mapping.DeviceName ?? ''}`);
  }
  const keep = mapping.Ebs?.DeleteOnTermination;
  if (keep === undefined) return;
  device.deleteOnTermination = keep;
  const attachment = call.state.ec2.volumes[device.volumeId]?.attachment;
  if (attachment !== undefined) attachment.deleteOnTermination = keep;
}

function modifyMetadataOptions(
  input: ModifyInstanceMetadataOptionsRequest,
  call: Call,
): ModifyInstanceMetadataOptionsResult {
  const instance = get(call, 'instances', input.InstanceId);
  const { HttpTokens, HttpPutResponseHopLimit, HttpEndpoint, HttpProtocolIpv6, InstanceMetadataTags } = input;
  if (InstanceMetadataTags === 'enabled') checkMetadataTags(Object.keys(tagsOf(call.state.ec2, instance.id)));
  instance.metadataOptions = {
    ...instance.metadataOptions,
    ...defined({ HttpTokens, HttpPutResponseHopLimit, HttpEndpoint, HttpProtocolIpv6, InstanceMetadataTags }),
  };
  return { InstanceId: instance.id, InstanceMetadataOptions: { ...instance.metadataOptions, State: 'pending' } };
}

function getConsoleOutput(input: GetConsoleOutputRequest, call: Call): GetConsoleOutputResult {
  const instance = get(call, 'instances', input.InstanceId);
  const text = instance.console.join('\n');
  return {
    InstanceId: instance.id,
    Timestamp: new Date(call.now),
    ...(text !== '' && { Output: Buffer.from(`${text}\n`).toString('base64') }),
  };
}

function describeCredits(
  input: DescribeInstanceCreditSpecificationsRequest,
  call: Call,
): DescribeInstanceCreditSpecificationsResult {
  const asked = input.InstanceIds ?? [];
  const chosen =
    asked.length > 0 ? asked.map((id) => get(call, 'instances', id)) : Object.values(call.state.ec2.instances);
  const fixed = asked.length > 0 ? chosen.find((instance) => instance.cpuCredits === undefined) : undefined;
  if (fixed !== undefined) {
    const why = `The instance ${fixed.id} is not a burstable performance instance.`;
    throw new AwsError('InvalidInstanceCreditSpecification.NotSupported', why);
  }
  return {
    InstanceCreditSpecifications: chosen
      .filter((instance) => instance.cpuCredits !== undefined && instance.state !== 'terminated')
      .map((instance) => ({
        InstanceId: instance.id,
        ...(instance.cpuCredits !== undefined && { CpuCredits: instance.cpuCredits }),
      })),
  };
}

function describeProfileAssociations(
  input: DescribeIamInstanceProfileAssociationsRequest,
  call: Call,
): DescribeIamInstanceProfileAssociationsResult {
  const live = Object.values(call.state.ec2.instances).filter(
    (instance) => instance.iamAssociationId !== undefined && instance.state !== 'terminated',
  );
  const kept = applyFilters(live, input.Filters, {
    fields: { 'instance-id': (instance) => [instance.id], state: () => ['associated'] },
    tagsOf: () => ({}),
  });
  const ids = input.AssociationIds ?? [];
  return {
    IamInstanceProfileAssociations: kept
      .filter((instance) => ids.length === 0 || ids.includes(instance.iamAssociationId ?? ''))
      .map((instance) => ({
        AssociationId: instance.iamAssociationId ?? '',
        InstanceId: instance.id,
        State: 'associated',
        ...(instance.iamInstanceProfile !== undefined && {
          IamInstanceProfile: { Arn: instance.iamInstanceProfile.arn, Id: instance.iamInstanceProfile.id },
        }),
      })),
  };
}

export const instanceAttributeHandlers: Handlers = {
  DescribeInstanceAttribute: describeInstanceAttribute,
  ModifyInstanceAttribute: modifyInstanceAttribute,
  ModifyInstanceMetadataOptions: modifyMetadataOptions,
  GetConsoleOutput: getConsoleOutput,
  DescribeInstanceCreditSpecifications: describeCredits,
  DescribeIamInstanceProfileAssociations: describeProfileAssociations,
};
