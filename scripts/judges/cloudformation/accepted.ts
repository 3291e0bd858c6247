import type { InventoryObject } from '../inventory.ts';
import { member } from './type-table.ts';

/** A difference between a template and the world of direct apply that stays, with the reason. */
export interface AcceptedDifference {
  readonly type: string;
  readonly property: string;
  readonly because: string;
}

export const acceptedDifferences: readonly AcceptedDifference[] = [
  {
    type: 'AWS::EC2::SecurityGroupIngress',
    property: 'Tags',
    because: 'CloudFormation gives no tags to rules; `quilla adopt` does. The export says so.',
  },
  {
    type: 'AWS::ElasticLoadBalancingV2::Listener',
    property: 'Tags',
    because: 'CloudFormation gives no tags to listeners; `quilla adopt` does. The export says so.',
  },
  {
    type: 'AWS::IAM::ManagedPolicy',
    property: 'Tags',
    because: 'CloudFormation gives no tags to managed policies; `quilla adopt` does. The export says so.',
  },
  {
    type: 'AWS::IAM::InstanceProfile',
    property: 'Tags',
    because: 'CloudFormation gives no tags to instance profiles; `quilla adopt` does. The export says so.',
  },
  {
    type: 'AWS::EC2::SecurityGroup',
    property: 'SecurityGroupEgress',
    because:
      'A closed group without rules of its own has one to 127.0.0.1/32: CloudFormation takes the rule that lets everything out only for another one. The export says so.',
  },
];

/** Objects of the world of direct apply that no template holds, with the reason. */
export interface AcceptedObject {
  readonly type: string;
  readonly isIt: (object: InventoryObject) => boolean;
  readonly because: string;
}

/** Not held by a resource of the template means: not one of ours. Rules of closed groups and the like are compared before. */
const any = (): boolean => true;
const says =
  (path: string, value: unknown) =>
  (object: InventoryObject): boolean =>
    member(object, path) === value;
const keyMatches =
  (pattern: RegExp) =>
  ({ key }: InventoryObject): boolean =>
    pattern.test(key);

interface Attached {
  readonly DeleteOnTermination?: boolean;
}

/** A volume that goes with its instance. */
const goesWithInstance = (object: InventoryObject): boolean => {
  const attachments = (member(object, 'Attachments') as readonly Attached[] | undefined) ?? [];
  return attachments.length === 1 && attachments[0]?.DeleteOnTermination === true;
};

/** Of an instance, or of a service of AWS that made it: what lasts by itself is unattached or stays when its instance goes. */
const goesWithOwner = (object: InventoryObject): boolean =>
  member(object, 'RequesterManaged') === true ||
  member(object, 'InterfaceType') === 'nat_gateway' ||
  member(object, 'Attachment.DeleteOnTermination') === true;

export const acceptedObjects: readonly AcceptedObject[] = [
  {
    type: 'AWS::S3::Object',
    isIt: any,
    because: 'CloudFormation writes nothing into a bucket; `quilla store fill` does. The export says so of each.',
  },
  { type: 'AWS::KMS::Grant', isIt: any, because: 'CloudFormation makes no grants. The export says how to make each.' },
  {
    type: 'AWS::EC2::Instance',
    isIt: any,
    because: 'Auto Scaling and EKS make instances from what the template holds.',
  },
  { type: 'AWS::EC2::Volume', isIt: goesWithInstance, because: 'Root volumes come and go with their instances.' },
  {
    type: 'AWS::EC2::NetworkInterface',
    isIt: goesWithOwner,
    because: 'Interfaces of instances, gateways, load balancers, endpoints and EKS come and go with those.',
  },
  ...['AWS::AutoScaling::AutoScalingGroup', 'AWS::IAM::InstanceProfile'].map((type) => ({
    type,
    isIt: keyMatches(/^eks-/),
    because: `EKS makes an ${type} for each managed node group.`,
  })),
  {
    type: 'AWS::EC2::LaunchTemplate',
    isIt: (object) => String(member(object, 'LaunchTemplateName')).startsWith('eks-'),
    because: 'EKS copies the launch template of each managed node group.',
  },
  {
    type: 'AWS::EKS::AccessEntry',
    isIt: (object) => Object.keys(object.tags).length === 0,
    because: 'EKS makes entries for the roles of managed node groups and of Fargate.',
  },
  {
    type: 'AWS::EKS::PodIdentityAssociation',
    isIt: (object) => member(object, 'ownerArn') !== undefined,
    because: 'EKS makes the associations of add-ons, with which they are compared.',
  },
  {
    type: 'AWS::EC2::NetworkAcl',
    isIt: says('IsDefault', true),
    because: 'EC2 makes one for each VPC.',
  },
  {
    type: 'AWS::EC2::RouteTable',
    isIt: (object) => (member(object, 'Associations') as readonly { Main?: boolean }[])[0]?.Main === true,
    because: 'EC2 makes the main table of each VPC.',
  },
  {
    type: 'AWS::EC2::SecurityGroup',
    isIt: (object) =>
      member(object, 'GroupName') === 'default' || /^eks-cluster-sg-/.test(String(member(object, 'GroupName'))),
    because: 'EC2 makes the default group of each VPC, and EKS the one of its cluster.',
  },
  {
    type: 'AWS::EC2::SecurityGroupRule',
    isIt: (object) => object.tags['quilla.dev/id'] === undefined,
    because: 'Rules with which EC2 and EKS make groups; those of groups of the template are compared with them.',
  },
  {
    type: 'AWS::IAM::Role',
    isIt: (object) => String(member(object, 'Path')).startsWith('/aws-service-role/'),
    because: 'Services make their roles when they are first used in an account.',
  },
  {
    type: 'AWS::Route53::RecordSet',
    isIt: keyMatches(/\|(NS|SOA)$/),
    because: 'Route 53 makes both with a zone.',
  },
];
