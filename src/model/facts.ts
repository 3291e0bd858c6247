import { instanceType } from '../catalog/instance-types.ts';
import type { Cluster, SelfManagedControlPlane, SpecWith } from '../spec/cluster.ts';
import { imageParameter } from './build/node-groups/image.ts';
import { filesWithoutDigest } from './build/self-managed/boot-files.ts';
import { plainImageParameter } from './build/self-managed/images.ts';

/** A given subnet as AWS shows it. */
export interface SubnetFact {
  readonly id: string;
  readonly zone: string;
  readonly cidr: string;
  /** Whether its default route leads to an internet gateway. */
  readonly isPublic: boolean;
  /** The table it uses, the main one of the VPC where it has none of its own. */
  readonly routeTableId: string;
  /** Whether that table has a route for 0.0.0.0/0 that is not a blackhole. */
  readonly hasDefaultRoute: boolean;
}

export interface VpcFact {
  readonly id: string;
  /** Its IPv4 ranges. */
  readonly cidrs: readonly string[];
  /** The subnets that the spec names, as far as they exist in this VPC. */
  readonly subnets: readonly SubnetFact[];
}

/** What only AWS can tell and a graph needs. JSON, so that scenarios and saved plans can hold it. */
export interface Facts {
  readonly account: string;
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  /**
   * ARN of the IAM user or role that made the cluster: the `quilla.dev/creator` tag of the cluster where it exists, else who is
   * asking (an assumed role as its role's ARN, with path). Null where nobody asked for it, or the caller is neither user nor role.
   */
  readonly creatorArn: string | null;
  readonly vpc: VpcFact | null;
  /** AMI ids by the SSM parameter that they were read from. */
  readonly images: Readonly<Record<string, string>>;
  /** ARN of the role in an instance profile of the user's, by the profile's name. */
  readonly profileRoles: Readonly<Record<string, string>>;
  /** Self-managed: the public hosted zone of the API's name; null where the account has none of that name. Absent: not asked for. */
  readonly hostedZone?: { readonly id: string } | null;
  /** Self-managed: sha256 of files that the catalog has none of, by their publishers' URL. Absent: not asked for. */
  readonly digests?: Readonly<Record<string, string>>;
  /** Why a publisher's checksum file told no digest, by the URL of the file that it is for. Absent: every digest is there. */
  readonly digestsRefused?: Readonly<Record<string, string>>;
}

/** Which facts a graph of this spec needs beside account and partition, so that a plan asks for nothing more. */
export interface FactsNeeded {
  readonly creator: boolean;
  readonly vpc: { readonly id: string; readonly subnetIds: readonly string[] } | null;
  /** Names of public SSM parameters that hold AMI ids. */
  readonly imageParameters: readonly string[];
  readonly instanceProfiles: readonly string[];
  /** Name of a public hosted zone. */
  readonly hostedZone: string | null;
  /** Files of which only the publisher says the digest. */
  readonly files: readonly { readonly url: string; readonly checksumUrl: string }[];
}

function givenSubnets({ network, nodeGroups, fargateProfiles, controlPlane }: Cluster['spec']): string[] {
  const ofVpc = network.vpc.type === 'given' ? [...network.vpc.subnets.private, ...network.vpc.subnets.public] : [];
  const ofPods = network.podSubnets?.type === 'given' ? Object.values(network.podSubnets.byZone) : [];
  const ofSeats = controlPlane.type === 'self-managed' ? controlPlane.seats.subnets : [];
  return [...ofVpc, ...ofPods, ...ofSeats, ...[...nodeGroups, ...fargateProfiles].flatMap(({ subnets }) => subnets)];
}

/** The parameters of plain images that seats, workers and bastion start from. */
function plainImages({ controlPlane, nodeGroups, access }: SpecWith<SelfManagedControlPlane>): string[] {
  const machines = [controlPlane, ...nodeGroups].filter(({ image }) => image.amiId === undefined);
  const bastion = access.bastion && (instanceType(access.bastion.instanceType)?.architecture ?? 'x86_64');
  return [
    ...machines.map(({ image, architecture }) =>
      plainImageParameter(image.family === 'ubuntu' ? 'ubuntu' : 'al2023', architecture),
    ),
    ...(bastion === undefined ? [] : [plainImageParameter('al2023', bastion)]),
  ];
}

const isSelfManaged = (spec: Cluster['spec']): spec is SpecWith<SelfManagedControlPlane> =>
  spec.controlPlane.type === 'self-managed';

export function factsNeeded({ spec }: Cluster): FactsNeeded {
  const { vpc } = spec.network;
  const ownGroups = spec.nodeGroups.filter(({ manager }) => manager === 'asg');
  const parameters = isSelfManaged(spec)
    ? plainImages(spec)
    : ownGroups
        .filter(({ image }) => image.amiId === undefined)
        .map((group) => imageParameter(group, spec.kubernetesVersion));
  const profiles = ownGroups.flatMap(({ role, instanceProfile }) =>
    role === undefined && instanceProfile !== undefined ? [instanceProfile] : [],
  );
  const dns = isSelfManaged(spec) ? spec.controlPlane.dns : undefined;
  return {
    creator: spec.access.creatorAdmin,
    vpc: vpc.type === 'given' ? { id: vpc.id, subnetIds: [...new Set(givenSubnets(spec))] } : null,
    imageParameters: [...new Set(parameters)],
    instanceProfiles: [...new Set(profiles)],
    hostedZone: dns?.type === 'public' ? dns.zone : null,
    files: isSelfManaged(spec) ? filesWithoutDigest(spec).map(({ url, checksumUrl }) => ({ url, checksumUrl })) : [],
  };
}
