import type { TriagedDifference } from './differential/triage.ts';

type Row = readonly [operation: string, path: string, kind: TriagedDifference['kind'], note: string];

const of =
  (whose: TriagedDifference['whose']) =>
  ([operation, path, kind, note]: Row): TriagedDifference => ({
    operation,
    path,
    kind,
    whose,
    note,
    ...([noTime, noMachines, inWhichOrder, noBalancerInterface, noZones, noDependencies, noTagsOfBuckets].includes(
      note,
    ) && {
      sometimes: true,
    }),
  });

const absent = 'moto does not have this member, which AWS documents';
const noTime = 'moto has no time: what takes a while on AWS is there, or gone, at once';
const noMachines = 'moto boots no machine: nothing is attached, tagged, stored or registered by one';

const noBalancerInterface = 'moto makes no interfaces for control planes and load balancers';
const noZones = 'moto starts instances of a group in fewer zones than AWS, which spreads them';
const noDependencies = 'moto deletes what others still use';
const noTagsOfBuckets = 'moto drops the tags of CreateBucket';
const inWhichOrder = 'which launches share a reservation, and which of several tags an ended instance keeps';

/** Of EC2 and Auto Scaling. */
const machines: readonly TriagedDifference[] = (
  [
    ['autoscaling:DescribeAutoScalingGroups', 'AutoScalingGroups', 'only-embedded', noTime],
    ['autoscaling:DescribeAutoScalingGroups', 'AutoScalingGroups[].Instances', 'only-moto', noTime],
    ['autoscaling:DescribeAutoScalingGroups', '*LifecycleState', 'value', noTime],
    ['autoscaling:DescribeAutoScalingGroups', '*AvailabilityZoneDistribution', 'only-embedded', absent],
    ['autoscaling:DescribeAutoScalingGroups', '*DeletionProtection', 'only-embedded', absent],
    ['autoscaling:DescribeAutoScalingGroups', '*CapacityReservationSpecification', 'only-embedded', absent],
    [
      'autoscaling:DescribeAutoScalingGroups',
      '*HealthCheckGracePeriod',
      'value',
      "moto's default is the console's 300; the API's is 0",
    ],
    [
      'autoscaling:DescribeAutoScalingGroups',
      '*InstanceType',
      'value',
      'moto does not take it from a group that names types of its own',
    ],
    [
      'autoscaling:DescribeLifecycleHooks',
      '*GlobalTimeout',
      'value',
      'moto always says 48 hours; AWS says 100 heartbeats where that is less',
    ],
    ['autoscaling:DescribeScalingActivities', 'Activities', 'only-embedded', 'moto keeps no activities'],
    [
      'autoscaling:DescribeAutoScalingGroups',
      '*SpotMaxPrice',
      'only-moto',
      'an empty price takes one away; moto keeps it as an empty one',
    ],
    ['ec2:AuthorizeSecurityGroup*', 'SecurityGroupRules[].*Port', 'only-embedded', absent],
    ['ec2:DescribeAddresses', '*NetworkInterfaceId', 'only-moto', 'moto gives an empty one where AWS gives none'],
    ['ec2:DescribeNetworkInterfaces', 'NetworkInterfaces', 'only-embedded', noBalancerInterface],
    ['ec2:DescribePrefixLists', '*Cidrs', 'only-embedded', absent],
    [
      'ec2:RevokeSecurityGroupEgress',
      'InvalidPermission.NotFound and success',
      'outcome',
      'groups of a VPC without IPv6 have no rule for it, on which the AWS provider of Terraform counts; moto takes away what is not there',
    ],
    ['ec2:*', '*ClientToken', 'only-embedded', absent],
    ['ec2:*', '*BlockPublicAccessStates', 'only-embedded', absent],
    ['ec2:*', '*NetworkBorderGroup', 'only-embedded', absent],
    ['ec2:*', '*PublicIpv4Pool', 'only-embedded', absent],
    ['ec2:*', '*SecurityGroupRuleArn', 'only-embedded', absent],
    ['ec2:*', '*GroupOwnerId', 'only-embedded', absent],
    ['ec2:*', '*EnableDns64', 'only-embedded', absent],
    ['ec2:*', '*MapCustomerOwnedIpOnLaunch', 'only-embedded', absent],
    ['ec2:*', '*MultiAttachEnabled', 'only-embedded', absent],
    ['ec2:*', '*Throughput', 'only-embedded', absent],
    ['ec2:*', '*SnapshotId', 'only-embedded', absent],
    ['ec2:*', '*ServiceRegion', 'only-embedded', absent],
    ['ec2:*VpcEndpoint*', '*RequesterManaged', 'only-embedded', absent],
    ['ec2:*NatGateway*', '*ConnectivityType', 'only-embedded', absent],
    ['ec2:*NatGateway*', '*IsPrimary', 'only-embedded', absent],
    ['ec2:*NatGateway*', '*NatGatewayAddresses[].Status', 'only-embedded', absent],
    ['ec2:*NatGateway*', '*AssociationId', 'only-moto', noTime],
    ['ec2:*NatGateway*', '*PublicIp', 'only-moto', noTime],
    ['ec2:*', '*State', 'value', noTime],
    ['ec2:*', '*Status', 'value', noTime],
    ['ec2:CreateSecurityGroup', 'Tags', 'only-embedded', absent],
    ['ec2:Create*', '*DhcpOptionsId', 'value', 'moto calls the default set default; AWS gives its id'],
    ['ec2:DescribeVpcs', '*DhcpOptionsId', 'value', 'moto calls the default set default; AWS gives its id'],
    ['ec2:DeleteLaunchTemplate', 'LaunchTemplate.*', 'only-embedded', absent],
    ['ec2:DeleteSecurityGroup', '*', 'only-embedded', absent],
    ['ec2:RevokeSecurityGroup*', 'RevokedSecurityGroupRules', 'only-embedded', absent],
    ['autoscaling:DescribeAutoScalingGroups', '*Instances[].AvailabilityZone', 'value', noZones],
    ['ec2:DescribeNetworkInterfaces', '*AvailabilityZone', 'value', noZones],
    ['ec2:*LaunchTemplate*', '*CreatedBy', 'value', 'moto says the account, where AWS says the caller'],
    ['ec2:DeleteS*', '*DependencyViolation and *', '*', noDependencies],
    ['ec2:DeleteS*', 'success and *NotFound', 'outcome', noDependencies],
    ['ec2:DescribeVolumes', 'success and InvalidVolume.NotFound', 'outcome', noTime],
    ['ec2:DescribeAddresses', '*InstanceId', 'only-moto', 'moto gives an empty one where AWS gives none'],
    ['ec2:DescribeInstances', '*Reservations*[]', 'count', inWhichOrder],
    ['ec2:DescribeInstances', '*Tags[]', 'count', inWhichOrder],
    [
      'ec2:DescribeInstances',
      '*',
      'only-moto',
      'moto keeps the network of an instance that has ended; AWS tells of none',
    ],
    [
      'ec2:DescribeInstances',
      '*PrivateDnsName',
      'value',
      'moto keeps the network of an instance that has ended; AWS tells of none',
    ],
    [
      'ec2:DescribeInstances',
      '*InstanceType',
      'value',
      'moto does not take it from a group that names types of its own',
    ],
    ['ec2:DescribeInstances', '*HttpTokens', 'value', 'moto does not take metadata options from a launch template'],
    ['ec2:DescribeInstances', '*IamInstanceProfile', 'only-embedded', 'moto does not take it from a launch template'],
    ['ec2:DescribeInstances', '*', 'only-embedded', absent],
    ['ec2:DescribeKeyPairs', '*KeyType', 'only-embedded', absent],
    [
      'ec2:DescribeLaunchTemplateVersions',
      '*TagSpecifications[]',
      'count',
      "moto adds the template's own tags to those of launches",
    ],
    ['ec2:DescribeNatGateways', 'NatGateways*', 'count', noTime],
    ['ec2:DescribeNatGateways', 'NatGateways', 'only-moto', noTime],
    ['ec2:DescribeNatGateways', '*DeleteTime', 'only-embedded', noTime],
    ['ec2:DescribeNetworkInterfaces', '*InterfaceType', 'value', noBalancerInterface],
    ['ec2:DescribeNetworkInterfaces', '*RequesterManaged', 'value', noBalancerInterface],
    ['ec2:DescribeNetworkInterfaces', 'NetworkInterfaces[]', 'count', noBalancerInterface],
    [
      'ec2:DescribeNetworkInterfaces',
      '*Attachment*',
      '*',
      'moto attaches none to NAT gateways and load balancers, and has primary ones outlive their instance unless told',
    ],
    ['ec2:DescribeNetworkInterfaces', '*Description', 'value', 'moto gives primary ones a description; AWS gives none'],
    [
      'ec2:DescribeNetworkInterfaces',
      '*Groups',
      'only-moto',
      'moto gives NAT gateways the default group; on AWS they have none',
    ],
    ['ec2:DescribeNetworkInterfaces', '*GroupName', 'value', 'moto does not take the groups of a launch template'],
    [
      'ec2:DescribeNetworkInterfaces',
      '*Association',
      'only-embedded',
      'moto tells it of the interface and not of the address',
    ],
    [
      'ec2:DescribeNetworkInterfaces',
      '*SourceDestCheck',
      'value',
      'moto checks it on NAT gateways, where AWS does not',
    ],
    ['ec2:DescribeNetworkInterfaces', '*TagSet', 'only-embedded', 'moto does not take the tags of a launch template'],
    [
      'ec2:DescribeSecurityGroups',
      '*IpPermissions',
      'only-embedded',
      'moto, mended, opens the group of an EKS cluster to nobody',
    ],
    [
      'ec2:DescribeSubnets',
      '*AvailableIpAddressCount',
      'value',
      'moto does not count interfaces of control planes, NAT gateways and load balancers',
    ],
    ['ec2:DescribeTags', 'Tags*', '*', 'moto keeps tags of what was deleted'],
    ['ec2:DescribeVolumes', 'Volumes', 'only-embedded', 'moto does not take the tags of a launch template'],
    ['ec2:DescribeVolumes', 'Volumes[].Attachments', 'only-embedded', noMachines],
    [
      'ec2:DescribeVpcEndpoints',
      'InvalidVpcEndpointId.NotFound and success',
      'outcome',
      'moto shows deleted ones for ever',
    ],
  ] satisfies Row[]
).map(of('moto'));

const clusters: readonly TriagedDifference[] = (
  [
    ['eks:*', '*.status', 'value', noTime],
    ['eks:*Cluster', 'cluster.certificateAuthority', 'only-moto', noTime],
    ['eks:*Cluster', 'cluster.endpoint', 'only-moto', noTime],
    ['eks:*Cluster', 'cluster.identity', 'only-moto', noTime],
    ['eks:*Cluster', '*clusterSecurityGroupId', 'only-moto', noTime],
    ['eks:DescribeCluster', 'success and ResourceNotFoundException', 'outcome', noTime],
    ['eks:DescribeAddon', 'success and ResourceNotFoundException', 'outcome', noTime],
    [
      'eks:DescribePodIdentityAssociation',
      'success and ResourceNotFoundException',
      'outcome',
      'the mend of moto makes none for an add-on',
    ],
    ['eks:*Cluster', '*', 'only-embedded', absent],
    ['eks:*Cluster', '*clusterLogging[]', 'count', 'moto tells of types that are on; AWS also of those that are off'],
    ['eks:*Addon', 'addon.*', 'only-embedded', 'the mend of moto does not keep it'],
    ['eks:*PodIdentityAssociation', '*disableSessionTags', 'only-embedded', 'the mend of moto does not keep it'],
    ['eks:*Update*', '*params', 'only-embedded', 'the mend of moto does not tell what was changed'],
    ['eks:*Update*', '*type', 'value', 'the mend of moto does not tell what was changed'],
  ] satisfies Row[]
).map(of('moto'));

const others: readonly TriagedDifference[] = (
  [
    ['elasticloadbalancing:*', '*State.Code', 'value', noTime],
    ['elasticloadbalancing:*Listener*', '*ForwardConfig', 'only-embedded', absent],
    [
      'elasticloadbalancing:*Listener*',
      '*SslPolicy',
      'only-moto',
      'moto gives listeners of TCP one, which AWS does not',
    ],
    ['elasticloadbalancing:*', '*EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic', 'only-embedded', absent],
    ['elasticloadbalancing:DescribeTargetHealth', '*HealthCheckPort', 'value', 'moto does not resolve traffic-port'],
    ['elasticloadbalancing:DescribeTargetHealth', '*', 'value', noTime],
    ['elasticloadbalancing:DescribeTargetHealth', '*', 'only-embedded', noTime],
    ['elasticloadbalancing:DescribeTargetHealth', 'TargetHealthDescriptions', 'only-moto', noTime],
    [
      'elasticloadbalancing:*',
      '*HttpCode',
      'value',
      "moto's default is an application load balancer's; a network load balancer's is 200-399",
    ],
    [
      'elasticloadbalancing:*Attributes',
      'Attributes*',
      '*',
      'moto has fewer attributes, and those of application load balancers; of changes it tells part',
    ],
    ['iam:CreateOpenIDConnectProvider', 'Tags', 'only-embedded', absent],
    ['iam:*', '*PermissionsBoundaryUsageCount', 'only-embedded', absent],
    ['iam:*', 'IsTruncated', 'only-embedded', absent],
    ['iam:GetAccountAuthorizationDetails', 'Policies[].Policy*', 'only-embedded', absent],
    [
      'iam:GetAccountAuthorizationDetails',
      'RoleDetailList*',
      '*',
      'moto makes no service-linked roles, does not encode documents, and tells tags of profiles and their roles',
    ],
    ['iam:*InstanceProfile*', '*AssumeRolePolicyDocument', 'value', 'moto does not encode documents'],
    ['iam:GetInstanceProfile', '*Roles[].Tags', 'only-moto', 'AWS tells no tags of the roles in a profile'],
    ['iam:ListInstanceProfiles', '*Tags', 'only-moto', 'AWS tells no tags in lists'],
    [
      'iam:GetOpenIDConnectProvider',
      'ThumbprintList',
      'only-embedded',
      'moto does not fetch the thumbprint that is left out',
    ],
    ['iam:ListPolicyVersions', '*Document', 'only-moto', 'AWS tells no documents in lists'],
    ['iam:GetPolicyVersion', '*Document', 'value', 'moto does not encode documents'],
    ['kms:*', '*', 'only-embedded', absent],
    ['logs:DescribeLogGroups', '*', 'only-embedded', absent],
    ['route53:*', 'ChangeInfo.Status', 'value', noTime],
    ['route53:*', 'ChangeInfo.Comment', 'only-embedded', absent],
    ['route53:*', 'DelegationSet.*', 'only-moto', 'moto tells of a reusable set where there is none'],
    ['route53:ListHostedZonesByName', '*', 'only-embedded', absent],
    ['route53:ListResourceRecordSets', '*TTL', 'only-moto', 'moto gives aliases a TTL of 0; AWS gives them none'],
    ['s3:DeleteObjects', '*', 'only-moto', 'moto tells what was deleted though it was asked to be quiet'],
    ['s3:GetBucketTagging', 'success and NoSuchTagSet', 'outcome', noTagsOfBuckets],
    [
      's3:GetBucketEncryption',
      'success and ServerSideEncryptionConfigurationNotFoundError',
      'outcome',
      'moto does not tell the encryption that all buckets have since 2023',
    ],
    ['s3:GetBucketRequestPayment', '*', 'only-embedded', absent],
    ['s3:HeadBucket', 'AccessPointAlias', 'only-embedded', absent],
    [
      's3:*',
      '*ServerSideEncryption',
      'only-embedded',
      'moto does not tell the encryption that all objects have since 2023',
    ],
    ['s3:*', '*Contents', 'only-embedded', noMachines],
    ['s3:*', 'KeyCount', 'value', noMachines],
    ['s3:*', 'Versions[]', 'count', noMachines],
    ['s3:*', '*Owner.DisplayName', 'only-moto', 'S3 has stopped to tell it'],
    ['s3:PutBucketLifecycleConfiguration', '*', 'only-embedded', absent],
    ['servicequotas:*', 'Quota.QuotaArn', 'value', 'moto gives those of another region'],
    ['sqs:GetQueueAttributes', '*ApproximateNumberOfMessages*', 'value', noMachines],
    ['servicequotas:*', 'Quota.*', 'only-embedded', 'the mend of moto does not have it'],
    ['tagging:GetResources', 'PaginationToken', 'only-embedded', absent],
    [
      'tagging:GetResources',
      'ResourceTagMappingList[]',
      'count',
      'moto knows neither EKS clusters nor log groups there',
    ],
    ['tagging:GetResources', 'ResourceTagMappingList', 'only-embedded', noTagsOfBuckets],
  ] satisfies Row[]
).map(of('moto'));

const unspecified: readonly TriagedDifference[] = (
  [
    ['ec2:*', '*RequesterId', '*', "AWS's reference and examples differ in what it is; nothing is read from it"],
    ['ec2:DescribeInstances', '*StateTransitionReason', 'value', 'holds a moment'],
    ['eks:*Cluster', '*platformVersion', 'value', 'rises with time'],
    ['eks:*Addon', '*addonVersion', 'value', 'which version of an add-on is the newest'],
    ['elasticloadbalancing:*Listener*', '*Order', 'only-moto', 'whether the only action of a listener has a place'],
    [
      'elasticloadbalancing:DescribeCapacityReservation',
      '*',
      'only-moto',
      'whether a load balancer without a reservation has a state of one',
    ],
    ['kms:ListAliases', 'Aliases*', '*', "which aliases of AWS's own keys an account has depends on what it used"],
    ['s3:*', 'ContentLength', 'value', 'the content holds names, which differ in length'],
    ['s3:*', '*Size', 'value', 'the content holds names, which differ in length'],
    ['ssm:GetParameters', '*Version', 'value', 'how often AWS has changed a public parameter'],
  ] satisfies Row[]
).map(of('unspecified'));

/**
 * What is known of differences between the embedded AWS and moto 5.2.1 as test/moto mends it: the first row that fits counts. What was
 * the embedded AWS's own fault is mended and no longer here.
 */
export const triagedDifferences: readonly TriagedDifference[] = [...unspecified, ...machines, ...clusters, ...others];
