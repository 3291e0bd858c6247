import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { CreateNodegroupRequest, NodegroupScalingConfig, NodegroupUpdateConfig, Taint } from '@aws-sdk/client-eks';
import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { launchableType } from '../ec2/instance-types.ts';
import { findTemplate, findVersion } from '../ec2/launch-template-data.ts';
import type { Given } from '../required-members.ts';
import { invalidParameter, invalidRequest } from './errors.ts';
import { architectureOf } from './node-images.ts';
import { roleByArn, trusts } from './principals.ts';
import type { EksCluster, EksNodegroup, EksTaint } from './state.ts';

export interface Sizes {
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredSize: number;
}

/** Sizes that fit each other, over what they were; EKS starts with 1, 2 and 2. */
export function checkedSizes(asked: NodegroupScalingConfig | undefined, before?: Sizes): Sizes {
  const minSize = asked?.minSize ?? before?.minSize ?? 1;
  const maxSize = asked?.maxSize ?? before?.maxSize ?? Math.max(2, asked?.desiredSize ?? 2);
  const usual = before?.desiredSize ?? Math.min(Math.max(2, minSize), maxSize);
  const desiredSize =
    asked?.desiredSize ?? (before === undefined ? usual : Math.min(Math.max(before.desiredSize, minSize), maxSize));
  if (maxSize < 1) throw invalidParameter(`maxSize must be at least 1, but was ${maxSize}`);
  if (minSize > maxSize)
    throw invalidParameter(`Minimum capacity ${minSize} can't be greater than maximum size ${maxSize}`);
  if (minSize > desiredSize)
    throw invalidParameter(`Minimum capacity ${minSize} can't be greater than desired size ${desiredSize}`);
  if (desiredSize > maxSize)
    throw invalidParameter(`Desired capacity ${desiredSize} can't be greater than max size ${maxSize}`);
  return { minSize, maxSize, desiredSize };
}

const reserved = ['kubernetes.io/', 'k8s.io/', 'eks.amazonaws.com/'];

export function checkLabels(labels: Readonly<Record<string, string>>): void {
  const isReserved = (key: string): boolean =>
    reserved.some(
      (prefix) => key.startsWith(prefix) || key.split('/')[0]?.endsWith(`.${prefix.slice(0, -1)}`) === true,
    );
  const allowed = (key: string): boolean =>
    key.startsWith('node-role.kubernetes.io') ? false : !isReserved(key) || key.startsWith('node.kubernetes.io/');
  if (Object.keys(labels).every(allowed)) return;
  throw invalidParameter(`Label cannot contain reserved prefixes [${reserved.join(', ')}]`);
}

export function checkedTaints(taints: readonly Taint[] | undefined): EksTaint[] {
  if ((taints ?? []).length > 50) throw invalidParameter('A maximum of 50 taints can be specified');
  return (taints ?? []).map(({ key, value, effect }) => {
    if (key === undefined || key === '') throw invalidParameter('Taint key must not be empty');
    if (effect !== 'NO_SCHEDULE' && effect !== 'NO_EXECUTE' && effect !== 'PREFER_NO_SCHEDULE') {
      throw invalidParameter(
        `Taint effect must be one of [NO_SCHEDULE, NO_EXECUTE, PREFER_NO_SCHEDULE], but was ${effect}`,
      );
    }
    return { key, value: value ?? '', effect };
  });
}

export function checkUpdateConfig(config: NodegroupUpdateConfig | undefined): void {
  const { maxUnavailable: count, maxUnavailablePercentage: percentage } = config ?? {};
  if (count !== undefined && percentage !== undefined) {
    throw invalidParameter('Only one of maxUnavailable and maxUnavailablePercentage can be specified');
  }
  if (count !== undefined && (count < 1 || count > 100))
    throw invalidParameter('maxUnavailable must be between 1 and 100');
  if (percentage !== undefined && (percentage < 1 || percentage > 100)) {
    throw invalidParameter('maxUnavailablePercentage must be between 1 and 100');
  }
}

/** Nodes assume their role through EC2. */
export function checkNodeRole(turn: Turn, arn: string): void {
  const role = roleByArn(turn, arn);
  if (role === undefined) {
    const name = arn.split('/').at(-1);
    throw invalidParameter(`The role with name ${name} cannot be found. (Service: Iam, Status Code: 404)`);
  }
  if (trusts(role, 'ec2.amazonaws.com')) return;
  throw invalidParameter(
    `Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole ${arn}`,
  );
}

/** Subnets of the cluster's VPC. */
export function checkNodeSubnets(turn: Turn, cluster: EksCluster, ids: readonly string[]): void {
  if (ids.length === 0) throw invalidParameter('Subnets cannot be empty');
  for (const id of ids) {
    const subnet = turn.state.ec2.subnets[id];
    if (subnet === undefined) throw invalidParameter(`The subnet ID '${id}' does not exist`);
    if (subnet.vpcId !== cluster.vpc.vpcId) {
      throw invalidParameter(`Subnet ${id} does not belong to the VPC ${cluster.vpc.vpcId} of the cluster`);
    }
  }
}

interface Template {
  readonly chosen: NonNullable<EksNodegroup['launchTemplate']>;
  readonly data: RequestLaunchTemplateData;
}

/** The caller's template and version, in the errors of EKS. */
export function readTemplate(
  turn: Turn,
  spec: { id?: string | undefined; name?: string | undefined; version?: string | undefined },
): Template {
  try {
    const record = findTemplate(turn, { LaunchTemplateId: spec.id, LaunchTemplateName: spec.name });
    const version = findVersion(record, spec.version);
    return { chosen: { id: record.id, name: record.name, version: String(version.number) }, data: version.data };
  } catch (error) {
    if (error instanceof AwsError) throw invalidRequest(error.message);
    throw error;
  }
}

/** https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html: what belongs in one place only. */
export function checkTemplate(input: Given<CreateNodegroupRequest>, data: RequestLaunchTemplateData): void {
  const about = { clusterName: input.clusterName, nodegroupName: input.nodegroupName };
  const refuse = (message: string): never => {
    throw invalidParameter(message, about);
  };
  if (input.diskSize !== undefined) refuse('Disk size must be specified within the launch template.');
  if (input.remoteAccess !== undefined)
    refuse('Remote access configuration cannot be specified with a launch template.');
  if (data.IamInstanceProfile !== undefined) {
    refuse(
      'Launch template should not specify an instance profile. The noderole in your request will be used to construct an instance profile.',
    );
  }
  if (data.NetworkInterfaces?.some((eni) => eni.SubnetId !== undefined))
    refuse('Launch template should not specify a subnet. Use the subnets of the node group.');
  if (data.InstanceMarketOptions !== undefined)
    refuse('Launch template should not specify instance market options. Use the capacity type of the node group.');
  if (data.InstanceType !== undefined && (input.instanceTypes ?? []).length > 0) {
    refuse('Instance types and launch template instance type cannot both be specified.');
  }
  if (data.ImageId !== undefined && input.amiType !== undefined && input.amiType !== 'CUSTOM') {
    refuse('You cannot specify an AMI Type other than CUSTOM, when specifying an image id in your launch template.');
  }
  if (data.ImageId !== undefined && (input.version !== undefined || input.releaseVersion !== undefined)) {
    refuse('You cannot specify the version or release version with a custom AMI in your launch template.');
  }
  if (data.ImageId === undefined && input.amiType === 'CUSTOM')
    refuse('An AMI type of CUSTOM needs a launch template with an image id.');
}

/** Every type must exist and run the architecture of the AMI type. */
export function checkInstanceTypes(types: readonly string[], amiType: string): void {
  const arch = architectureOf(amiType);
  for (const type of types) {
    const known = launchableType(type);
    if (known === undefined) throw invalidParameter(`The following supplied instance types do not exist: [${type}]`);
    if (arch !== undefined && known.architecture !== arch) {
      throw invalidParameter(`[${type}] is not a valid instance type for requested amiType ${amiType}`);
    }
  }
}
