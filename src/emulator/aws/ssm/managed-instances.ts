import type {
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  InstanceInformation,
} from '@aws-sdk/client-ssm';
import { seconds } from '../../../base/duration.ts';
import type { Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { InstanceRecord } from '../ec2/compute-records.ts';
import { imagesOf } from '../ec2/images.ts';
import { canReach, endpointFor, pathToInternet, reachesEndpoint } from '../ec2/reachability.ts';
import { evaluate } from '../iam/evaluate.ts';
import { policiesOf } from '../iam/identity-policies.ts';
import { pageOf } from '../page.ts';

/** From the launch until the agent has told Systems Manager of itself. */
const agentStart = seconds(60);

/** What the agent does to be reached: the heart of AmazonSSMManagedInstanceCore. */
const needed = [
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
];

function mayRegister(turn: Turn, instance: InstanceRecord): boolean {
  const { instanceProfiles, roles } = turn.world.iam;
  const profile = Object.values(instanceProfiles).find((own) => own.arn === instance.iamInstanceProfile?.arn);
  const role = roles[profile?.roles[0] ?? ''];
  if (role === undefined) return false;
  const arn = `arn:${turn.world.partition}:sts::${turn.account}:assumed-role/${role.roleName}/${instance.id}`;
  const policies = policiesOf(turn.world.iam, { arn, userId: role.roleId, accessKeyId: '' });
  const own = `arn:${turn.world.partition}:ec2:${turn.region}:${turn.account}:instance/${instance.id}`;
  const context = { 'aws:RequestedRegion': turn.region, 'ec2:SourceInstanceARN': own, 'aws:PrincipalArn': role.arn };
  const layers = policies && [policies.identity, ...(policies.boundary ? [[policies.boundary]] : [])];
  return needed.every((action) =>
    layers?.every((documents) => evaluate(documents, { action, resource: undefined, context }) === 'allow'),
  );
}

/** By an endpoint of the VPC, which takes the name where there is one, or by the internet. */
function reaches(turn: Turn, instance: InstanceRecord, service: string): boolean {
  const { ec2 } = turn.state;
  const eni = instance.networkInterfaceIds[0] ?? '';
  if (endpointFor(ec2, instance.vpcId, service) !== undefined) return reachesEndpoint(ec2, eni, service).ok;
  return canReach(ec2, eni, { port: 443, protocol: 'tcp' }).ok && pathToInternet(ec2, eni).ok;
}

/** Whether the agent of an instance is there for Systems Manager: it runs, has the rights and gets through. */
export function isManaged(turn: Turn, instance: InstanceRecord): boolean {
  if (instance.state !== 'running' || turn.now < instance.launchedAt + agentStart.ms) return false;
  return mayRegister(turn, instance) && reaches(turn, instance, 'ssm') && reaches(turn, instance, 'ssmmessages');
}

function view(turn: Turn, instance: InstanceRecord): InstanceInformation {
  const os = imagesOf(turn.region).find((image) => image.id === instance.imageId)?.os;
  const [name, version] =
    os === 'ubuntu-24.04'
      ? ['Ubuntu', '24.04']
      : os === 'bottlerocket'
        ? ['Bottlerocket', '1.50.0']
        : ['Amazon Linux', '2023'];
  return {
    InstanceId: instance.id,
    PingStatus: 'Online',
    LastPingDateTime: new Date(turn.now),
    AgentVersion: '3.3.3050.0',
    IsLatestVersion: true,
    PlatformType: 'Linux',
    PlatformName: name!,
    PlatformVersion: version!,
    ResourceType: 'EC2Instance',
    IPAddress: instance.privateIp,
    ComputerName: instance.privateDnsName,
    SourceId: instance.id,
    SourceType: 'AWS::EC2::Instance',
  };
}

/** Filters that are known: ids, and the ping status, which is Online for all here. */
function idsOf(input: DescribeInstanceInformationRequest): readonly string[] | undefined {
  const given = [
    ...(input.Filters ?? []).map(({ Key, Values }) => ({ key: Key!, values: Values! })),
    ...(input.InstanceInformationFilterList ?? []).map(({ key, valueSet }) => ({
      key: String(key),
      values: valueSet!,
    })),
  ];
  const unknown = given.find(({ key }) => !['InstanceIds', 'PingStatus'].includes(key));
  if (unknown !== undefined)
    throw new AwsError('NotImplemented', `The embedded AWS does not know the filter ${unknown.key}.`, 501);
  if (given.some(({ key, values }) => key === 'PingStatus' && !values.includes('Online'))) return [];
  return given.find(({ key }) => key === 'InstanceIds')?.values;
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html */
export const describeInstanceInformation: Handler<
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult
> = (input, call) => {
  const ids = idsOf(input);
  const rows = Object.values(call.state.ec2.instances).filter(
    (instance) => (ids === undefined || ids.includes(instance.id)) && isManaged(call, instance),
  );
  const page = pageOf(rows, {
    token: input.NextToken,
    size: input.MaxResults,
    usual: 50,
    invalidToken: () => new AwsError('InvalidNextToken', 'The specified token is not valid.'),
  });
  return { InstanceInformationList: page.items.map((instance) => view(call, instance)), NextToken: page.next };
};
