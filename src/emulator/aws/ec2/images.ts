import type { DescribeImagesRequest, DescribeImagesResult, Image } from '@aws-sdk/client-ec2';
import { sha256Hex } from '../../../base/hash.ts';
import type { Call, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Architecture } from './eks-images.ts';
import { architectures, eksImagesOf } from './eks-images.ts';
import type { Fields } from './filter.ts';
import { applyFilters } from './filter.ts';
import { page } from './page.ts';

/** An image as the embedded AWS keeps it: public, of Amazon or Canonical. */
export interface PublicImage {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly architecture: Architecture;
  readonly ownerId: string;
  readonly ownerAlias?: string;
  readonly creationDate: string;
  readonly rootDeviceName: string;
  /** `[device, GiB]`, the root first. */
  readonly devices: readonly (readonly [string, number])[];
  /** What an instance of it boots. */
  readonly os: 'al2023' | 'bottlerocket' | 'ubuntu-24.04';
  /** The Kubernetes minor version that an EKS optimized image carries. */
  readonly kubernetes?: string;
}

const created = '2026-10-16T00:12:31.000Z';
const idOf = (region: string, name: string): string => `ami-0${sha256Hex(`${region} ${name}`).slice(0, 16)}`;

const eksPublicImages = (region: string): PublicImage[] =>
  eksImagesOf(region).map((image): PublicImage => {
    const isBottlerocket = image.family.startsWith('bottlerocket');
    return {
      id: image.imageId,
      name: image.name,
      description: isBottlerocket
        ? image.name
        : `EKS-optimized Kubernetes node based on Amazon Linux 2023, (k8s: ${image.releaseVersion.split('-')[0]}, containerd: 2.1.*)`,
      architecture: image.architecture,
      ownerId: isBottlerocket ? '092701018921' : '602401143452',
      ownerAlias: 'amazon',
      creationDate: created,
      rootDeviceName: '/dev/xvda',
      devices: isBottlerocket
        ? [
            ['/dev/xvda', 2],
            ['/dev/xvdb', 20],
          ]
        : [['/dev/xvda', 20]],
      os: isBottlerocket ? 'bottlerocket' : 'al2023',
      kubernetes: image.version,
    };
  });

function plainImages(region: string, architecture: Architecture): PublicImage[] {
  const al2023 = `al2023-ami-2023.9.20261013.0-kernel-6.12-${architecture}`;
  const ubuntu = `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${architecture === 'arm64' ? 'arm64' : 'amd64'}-server-20261010`;
  return [
    {
      id: idOf(region, al2023),
      name: al2023,
      description: `Amazon Linux 2023 AMI 2023.9.20261013.0 ${architecture} HVM kernel-6.12`,
      architecture,
      ownerId: '137112412989',
      ownerAlias: 'amazon',
      creationDate: created,
      rootDeviceName: '/dev/xvda',
      devices: [['/dev/xvda', 8]],
      os: 'al2023',
    },
    {
      id: idOf(region, ubuntu),
      name: ubuntu,
      description: `Canonical, Ubuntu, 24.04, ${architecture === 'arm64' ? 'arm64' : 'amd64'} noble image`,
      architecture,
      ownerId: '099720109477',
      creationDate: created,
      rootDeviceName: '/dev/sda1',
      devices: [['/dev/sda1', 8]],
      os: 'ubuntu-24.04',
    },
  ];
}

const byRegion = new Map<string, readonly PublicImage[]>();

/** The public images of a region. */
export function imagesOf(region: string): readonly PublicImage[] {
  const known = byRegion.get(region);
  if (known !== undefined) return known;
  const made = [...eksPublicImages(region), ...architectures.flatMap((arch) => plainImages(region, arch))];
  byRegion.set(region, made);
  return made;
}

/** The image with this id. Throws InvalidAMIID.Malformed or InvalidAMIID.NotFound. */
export function imageById(region: string, id: string): PublicImage {
  if (!/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
    throw new AwsError('InvalidAMIID.Malformed', `Invalid id: "${id}" (expecting "ami-...")`);
  }
  const found = imagesOf(region).find((image) => image.id === id);
  if (found === undefined) throw new AwsError('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
  return found;
}

/** The snapshot behind a device of an image; its id follows from the image. */
export const imageSnapshotId = (imageId: string, device: string): string =>
  `snap-0${sha256Hex(`${imageId} ${device}`).slice(0, 16)}`;

const output = (image: PublicImage): Image => ({
  ImageId: image.id,
  Name: image.name,
  Description: image.description,
  Architecture: image.architecture,
  OwnerId: image.ownerId,
  ...(image.ownerAlias !== undefined && { ImageOwnerAlias: image.ownerAlias }),
  ImageLocation: `${image.ownerAlias ?? image.ownerId}/${image.name}`,
  ImageType: 'machine',
  CreationDate: image.creationDate,
  DeprecationTime: '2028-10-16T00:12:31.000Z',
  State: 'available',
  Public: true,
  RootDeviceName: image.rootDeviceName,
  RootDeviceType: 'ebs',
  BlockDeviceMappings: image.devices.map(([DeviceName, VolumeSize]) => ({
    DeviceName,
    Ebs: {
      DeleteOnTermination: true,
      Encrypted: false,
      SnapshotId: imageSnapshotId(image.id, DeviceName),
      VolumeSize,
      VolumeType: 'gp3',
      Iops: 3000,
      Throughput: 125,
    },
  })),
  Hypervisor: 'xen',
  VirtualizationType: 'hvm',
  EnaSupport: true,
  SriovNetSupport: 'simple',
  PlatformDetails: 'Linux/UNIX',
  UsageOperation: 'RunInstances',
  BootMode: image.architecture === 'arm64' ? 'uefi' : 'uefi-preferred',
  ...(image.os === 'al2023' && { ImdsSupport: 'v2.0' as const }),
  ProductCodes: [],
  Tags: [],
});

const fields: Fields<PublicImage> = {
  architecture: (image) => [image.architecture],
  'block-device-mapping.device-name': (image) => image.devices.map(([device]) => device),
  'block-device-mapping.volume-size': (image) => image.devices.map(([, size]) => size),
  'block-device-mapping.volume-type': () => ['gp3'],
  'creation-date': (image) => [image.creationDate],
  description: (image) => [image.description],
  'ena-support': () => [true],
  hypervisor: () => ['xen'],
  'image-id': (image) => [image.id],
  'image-type': () => ['machine'],
  'is-public': () => [true],
  name: (image) => [image.name],
  'owner-alias': (image) => [image.ownerAlias],
  'owner-id': (image) => [image.ownerId],
  'platform-details': () => ['Linux/UNIX'],
  platform: () => [],
  'root-device-name': (image) => [image.rootDeviceName],
  'root-device-type': () => ['ebs'],
  state: () => ['available'],
  'virtualization-type': () => ['hvm'],
};

function describeImages(input: DescribeImagesRequest, call: Call): DescribeImagesResult {
  const { ImageIds: ids = [], Owners: owners = [] } = input;
  const chosen = ids.length > 0 ? ids.map((id) => imageById(call.region, id)) : imagesOf(call.region);
  const owned = chosen.filter(
    (image) =>
      owners.length === 0 ||
      owners.includes(image.ownerId) ||
      (image.ownerAlias !== undefined && owners.includes(image.ownerAlias)),
  );
  const kept = applyFilters(owned, input.Filters, { fields, tagsOf: () => ({}) });
  const found = page(kept, input);
  return { Images: found.items.map(output), ...(found.nextToken !== undefined && { NextToken: found.nextToken }) };
}

export const imageHandlers: Handlers = { DescribeImages: describeImages };
