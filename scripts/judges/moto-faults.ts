/** A fault of moto 5.2.1, or a call that it does not have, and what the judges do about it. */
export interface MotoFault {
  /** Of a mend in test/moto, where it is mended. */
  readonly id: string;
  readonly call: string;
  /** What moto does. */
  readonly fault: string;
  /** What would come of it. */
  readonly because: string;
  /** `mended` in test/moto; `without`: the step is judged without it; `tolerated`: the difference is seen and accepted. */
  readonly how: 'mended' | 'without' | 'tolerated';
}

const mended = (id: string, call: string, fault: string, because: string): MotoFault => ({
  id,
  call,
  fault,
  because,
  how: 'mended',
});

/** Of EC2 and Auto Scaling. */
const machines: readonly MotoFault[] = [
  mended(
    'launch-template-version-user-data',
    'ec2:CreateLaunchTemplateVersion',
    'keeps user data as plain text',
    'a group that launches from such a version is answered with 500',
  ),
  mended(
    'dhcp-options-tags',
    'ec2:CreateDhcpOptions',
    'drops the tags',
    'Terraform finds them missing in its next plan',
  ),
  mended(
    'subnet-host-names',
    'ec2:ModifySubnetAttribute',
    'ignores PrivateDnsHostnameTypeOnLaunch',
    'kops and Terraform find six subnets changed for ever',
  ),
  mended(
    'lifecycle-hook-target',
    'autoscaling:PutLifecycleHook',
    'shows a role and a queue of its own instead of those given',
    'each plan would change the hook',
  ),
  mended(
    'tag-resource-types',
    'ec2:DescribeTags',
    'calls NAT gateways nat-gateway and addresses vpc-elastic-ip, where AWS says natgateway and elastic-ip',
    'who asks for a type finds none of these',
  ),
  mended(
    'filter-any-tag-key',
    'ec2:Describe*',
    'takes several values of the filter tag-key to mean all of them, where AWS means any',
    'given subnets and own ones cannot be found with one question',
  ),
  mended(
    'security-group-rule-descriptions',
    'ec2:DescribeSecurityGroupRules',
    'shows no description of a rule whose source is a group or a prefix list',
    'each plan would write it again',
  ),
  mended(
    'gateway-endpoint-private-dns',
    'ec2:CreateVpcEndpoint',
    'has private DNS on for gateway endpoints, which have none',
    'each plan would turn it off',
  ),
  mended(
    'instance-interface-ends',
    'ec2:TerminateInstances',
    'leaves the interface of a launch in the subnet for ever',
    'a destroy finds it in its way',
  ),
  mended(
    'nat-gateway-interface',
    'ec2:CreateNatGateway',
    'shows the interface of a NAT gateway as a free one of the account, and leaves it and the association when the gateway goes',
    'a destroy finds it in its way',
  ),
  mended(
    'subnet-association-ends',
    'ec2:DeleteSubnet',
    'leaves the association of a route table with the subnet',
    'the table can never be deleted',
  ),
  mended(
    'dhcp-options-outlive-vpc',
    'ec2:DeleteVpc',
    'deletes the DHCP options too',
    'their own deletion finds nothing',
  ),
];

const others: readonly MotoFault[] = [
  mended(
    'queue-url',
    'sqs:CreateQueue',
    'answers with an address on its own host, where AWS answers with its own whatever address was called',
    'what is derived from it (the values of a chart) differs in the next plan',
  ),
  mended(
    'bucket-policy-conditions',
    's3:GetObject, s3:PutObject',
    'takes a statement of a bucket policy whose condition is not met for a refusal; it knows no condition key of requests',
    'a policy that refuses what is not TLS refuses everything',
  ),
  mended(
    'ec2-quotas',
    'servicequotas:GetServiceQuota, servicequotas:GetAWSDefaultServiceQuota',
    'knows no quota of EC2, and the second call not at all (500)',
    'a plan cannot be checked against quotas; the account is given 64 virtual processors',
  ),
  mended(
    'tags-of-further-types',
    'tag:GetResources',
    'knows no IAM policies, instance profiles, listeners and rules of EventBridge',
    'each of them is asked for by itself: eight calls more in a plan',
  ),
  mended(
    'eks-calls',
    'eks:DescribeClusterVersions, eks:DescribeAddonVersions, eks:*AccessEntry, eks:*AccessPolicy, eks:*Addon, eks:*PodIdentityAssociation, eks:DescribeUpdate',
    'does not know them (404)',
    'no EKS cluster could be judged; versions and add-on versions are few and written down there',
  ),
  mended(
    'eks-cluster-settings',
    'eks:CreateCluster, eks:UpdateClusterConfig, eks:DeleteCluster',
    'drops access, upgrade and deletion settings, makes no security group of the cluster, does not tell the VPC, and answers a change with no update',
    'each plan would set them again, and a change could not be waited for',
  ),
  mended(
    'eks-image-parameters',
    'ssm:GetParameters',
    'has no public parameters of EKS images',
    'no image of a node group could be found; they name an Amazon Linux 2023 that moto has',
  ),
  {
    id: 'no-time',
    call: 'all',
    fault: 'everything is there, or gone, at once; nothing is ever pending',
    because: 'waits are judged by the embedded AWS alone',
    how: 'without',
  },
  {
    id: 'no-rules',
    call: 'all',
    fault: 'IAM policies are not evaluated, and dependencies and quotas hardly',
    because: 'rights and refusals are judged by the embedded AWS alone',
    how: 'without',
  },
  {
    id: 'no-kubernetes',
    call: 'the Kubernetes API',
    fault: 'no machine boots and no API answers',
    because: 'status, nodes and pods are judged by the embedded AWS and by real machines',
    how: 'without',
  },
  {
    id: 'default-key',
    call: 'ec2:CreateVolume',
    fault: "makes AWS's own key for volumes as a key of the account, at times more than one",
    because: 'the inventory leaves them out by their description',
    how: 'tolerated',
  },
  {
    id: 'network-load-balancer-arn',
    call: 'elasticloadbalancing:CreateLoadBalancer',
    fault: 'names a network load balancer app/ in its ARN, where AWS says net/',
    because: 'nothing is read from that part of an ARN',
    how: 'tolerated',
  },
];

/** Every fault that the judges know of. A step that fails for another reason fails the judge. */
export const motoFaults: readonly MotoFault[] = [...machines, ...others];
