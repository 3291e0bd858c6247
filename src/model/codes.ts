import { type CodeTable, reporter } from '../base/diagnostic.ts';

/** What can be wrong when a spec, good in itself, meets the facts of the account or its own patches. */
export const graphCodes = {
  'graph.range-too-small': {
    severity: 'error',
    summary: 'An address range does not hold its subnets',
    explanation:
      'A range is divided in a fixed way, so that a zone added later moves nothing: an eighth for each private subnet, and small public subnets in the first eighth. No subnet is smaller than a /28. Give a larger range or fewer zones.',
  },
  'graph.given-subnet-missing': {
    severity: 'error',
    summary: 'A given subnet is not in the given VPC',
    explanation:
      'The spec names a subnet by its id, and AWS shows no such subnet in that VPC, in this account and region. Look at the id, the region and the profile that is used.',
  },
  'graph.given-zones': {
    severity: 'error',
    summary: 'The given subnets lie in one zone',
    explanation:
      'EKS puts its interfaces into subnets of at least two zones: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html',
  },
  'graph.given-route-missing': {
    severity: 'warning',
    summary: 'A given subnet has no way to the internet',
    explanation:
      'The route table of the subnet has no default route. Its nodes reach AWS, registries and the public API endpoint only by VPC endpoints. A given VPC is not altered: add the route where the VPC is kept, or endpoints.',
  },
  'graph.cannot-add-route': {
    severity: 'error',
    summary: 'A missing route cannot be added',
    explanation:
      'Routes have no tags, so a route in a table that is not ours could not be told from one of its owner, and a destroy would not know whether to remove it. Add the route where the VPC is kept, and leave out `addMissingRoutes`.',
  },
  'graph.no-public-subnet': {
    severity: 'error',
    summary: 'There is no public subnet where one is needed',
    explanation:
      'A public load balancer sends to seats only in zones in which it stands itself, and it stands in public subnets. A bastion needs one too. A new VPC has public subnets where it has NAT gateways or the public topology; of a given one, name them in `network.vpc.subnets.public`.',
  },
  'graph.hosted-zone-unknown': {
    severity: 'error',
    summary: 'The hosted zone of the API is not there',
    explanation:
      'With `dns.type: public` a record is made in a public hosted zone that exists in Route 53, in this account. A private zone is made by Quilla: `dns.type: private`. `dns: none` uses the name of the load balancer.',
  },
  'graph.image-unknown': {
    severity: 'error',
    summary: 'No image was found for a node group',
    explanation:
      "AWS publishes the ids of its images as public SSM parameters. The one for this family, architecture, version and release does not exist in this region. Leave out `image.release`, or name an image of one's own with `image.ami`.",
  },
  'graph.profile-role-unknown': {
    severity: 'error',
    summary: 'The role of an instance profile is not known',
    explanation:
      'Nodes of an auto scaling group need an access entry for their role. The profile that the spec names does not exist, or holds no role. Name the role beside it: `role`.',
  },
  'graph.creator-unknown': {
    severity: 'warning',
    summary: 'Whoever makes the cluster gets no access to it',
    explanation:
      'Access is given to IAM users and roles. The caller is neither (the root user of an account, for instance), so no entry is made for it. Name a user or role in `access.principals`.',
  },
  'graph.user-data-too-long': {
    severity: 'error',
    summary: 'User data is too long',
    explanation:
      'EC2 takes 16 KiB of user data. Put long scripts where the node can fetch them, and leave a short one that does: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html',
  },
  'graph.volume-key': {
    severity: 'warning',
    summary: 'The key of the root volumes must let Auto Scaling use it',
    explanation:
      'Instances of node groups are started by the service-linked role AWSServiceRoleForAutoScaling. A customer managed KMS key whose policy does not let this role use the key and create grants makes every start fail (Client.InvalidKMSKey.InvalidState, Client.InternalError): https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html. Quilla does not see the policy of a key that is not its own.',
  },
  'graph.unknown-resource': {
    severity: 'error',
    summary: 'There is no such resource',
    explanation:
      '`patches` and `ignore` name resources by their ids, which `quilla plan -o json` prints: `subnet/private-us-east-1a`. The message names the nearest one that this spec asks for.',
  },
  'graph.unknown-field': {
    severity: 'error',
    summary: 'The resource has no such field',
    explanation:
      'Fields are those of the reference page of the kind. What AWS tells (ids, ARNs) cannot be patched. The message names the nearest field.',
  },
  'graph.patched-type': {
    severity: 'error',
    summary: 'A patch changes the type of a field',
    explanation:
      'A merge patch replaces a text by a text, a number by a number, a list by a whole list. Objects are merged key by key; null takes an optional field away.',
  },
  'graph.unknown-reference': {
    severity: 'error',
    summary: 'A patch refers to something that is not there',
    explanation:
      'A reference {"$ref": ID, "field": FIELD} needs a resource of this spec and a field that AWS tells of it, such as `vpcId`.',
  },
  'graph.version-without-files': {
    severity: 'error',
    summary: 'The files of this Kubernetes version are not known',
    explanation:
      'A self-managed control plane installs pinned files. The catalog of this release knows the patch versions of some minor versions; of others it knows neither names nor digests.',
  },
  'graph.digest-unknown': {
    severity: 'error',
    summary: 'The digest of a file is not known',
    explanation:
      'Machines install a file only if its sha256 is what the plan says. Where the catalog has none, a plan asks the publisher for his checksum file. Plan where that can be reached over HTTPS, or choose a version that the catalog has (`quilla schema` and the reference of the spec name them).',
  },
  'graph.digest-of-nothing': {
    severity: 'error',
    summary: 'A digest is of a file that no machine installs',
    explanation:
      "`mirror.digests` names files by the host and path of their publishers' URL. One that stands for no file of this cluster (another version, another architecture, a typing error) would leave the file that was meant with the publisher's digest, and machines would refuse it.",
  },
  'graph.circular-reference': {
    severity: 'error',
    summary: 'A patch makes resources wait for each other',
    explanation:
      'With the patch, each of these resources needs the other to be there first. Take one of the references out.',
  },
} as const satisfies CodeTable;

export const report = reporter(graphCodes);
