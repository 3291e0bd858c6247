import type { Turn } from '../../call.ts';
import { type EksImage, type EksImageFamily, eksImagesOf } from '../ec2/eks-images.ts';
import { imagesOf, type PublicImage } from '../ec2/images.ts';
import type { SsmParameterVersion } from './state.ts';

/** A parameter of AWS's own: read-only, computed from the images of the region. */
export interface PublicParameter {
  readonly name: string;
  readonly arn: string;
  readonly current: SsmParameterVersion;
}

/** https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html */
const al2023Variants: Readonly<Partial<Record<EksImageFamily, string>>> = {
  al2023: 'standard',
  'al2023-nvidia': 'nvidia',
};
const bottlerocketVariants: Readonly<Partial<Record<EksImageFamily, string>>> = {
  bottlerocket: '',
  'bottlerocket-nvidia': '-nvidia',
};

function valuesOf(image: EksImage): Record<string, string> {
  const standard = al2023Variants[image.family];
  if (standard !== undefined) {
    const folder = `/aws/service/eks/optimized-ami/${image.version}/amazon-linux-2023/${image.architecture}/${standard}/recommended`;
    return {
      [`${folder}/image_id`]: image.imageId,
      [`${folder}/image_name`]: image.name,
      [`${folder}/release_version`]: image.releaseVersion,
      [folder]: JSON.stringify({
        schema_version: '2',
        image_id: image.imageId,
        image_name: image.name,
        release_version: image.releaseVersion,
      }),
    };
  }
  const folder = `/aws/service/bottlerocket/aws-k8s-${image.version}${bottlerocketVariants[image.family] ?? ''}/${image.architecture}/latest`;
  return { [`${folder}/image_id`]: image.imageId, [`${folder}/image_version`]: image.releaseVersion };
}

const parameterOf = (turn: Turn, name: string, value: string): PublicParameter => ({
  name,
  arn: `arn:${turn.world.partition}:ssm:${turn.region}::parameter${name}`,
  current: {
    version: 1,
    value,
    type: 'String',
    tier: 'Standard',
    dataType: 'text',
    modifiedAt: 0,
    modifiedBy: 'AWS',
  },
});

/**
 * Images without Kubernetes: https://docs.aws.amazon.com/linux/al2023/ug/ec2.html and
 * https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/
 */
function plainValues(image: PublicImage): Record<string, string> {
  if (image.os === 'ubuntu-24.04') {
    const architecture = image.architecture === 'arm64' ? 'arm64' : 'amd64';
    const names = ['24.04', 'noble'].map(
      (release) => `/aws/service/canonical/ubuntu/server/${release}/stable/current/${architecture}/hvm/ebs-gp3/ami-id`,
    );
    return Object.fromEntries(names.map((name) => [name, image.id]));
  }
  const kernels = ['default', /kernel-([\d.]+)/.exec(image.name)?.[1]].filter((kernel) => kernel !== undefined);
  const folder = '/aws/service/ami-amazon-linux-latest';
  return Object.fromEntries(
    kernels.map((kernel) => [`${folder}/al2023-ami-kernel-${kernel}-${image.architecture}`, image.id]),
  );
}

/** Every public parameter that this AWS has: those of EKS images, and of plain Amazon Linux and Ubuntu. */
export const publicParameters = (turn: Turn): readonly PublicParameter[] =>
  [
    ...eksImagesOf(turn.region).map(valuesOf),
    ...imagesOf(turn.region)
      .filter((image) => image.kubernetes === undefined)
      .map(plainValues),
  ].flatMap((values) => Object.entries(values).map(([name, value]) => parameterOf(turn, name, value)));

export const publicParameter = (turn: Turn, name: string): PublicParameter | undefined =>
  name.startsWith('/aws/service/') ? publicParameters(turn).find((own) => own.name === name) : undefined;
