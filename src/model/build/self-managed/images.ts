import type { Architecture, SelfManagedImage } from '../../../spec/cluster.ts';

/**
 * The public SSM parameter that holds the newest plain image of a system.
 * https://docs.aws.amazon.com/linux/al2023/ug/ec2.html and https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/
 */
export function plainImageParameter(family: SelfManagedImage['family'], architecture: Architecture): string {
  switch (family) {
    case 'al2023':
      return `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`;
    case 'ubuntu':
      return `/aws/service/canonical/ubuntu/server/24.04/stable/current/${architecture === 'arm64' ? 'arm64' : 'amd64'}/hvm/ebs-gp3/ami-id`;
    default:
      return family satisfies never;
  }
}

/** Where the root volume hangs. */
export const rootDevice = (family: SelfManagedImage['family']): string =>
  family === 'ubuntu' ? '/dev/sda1' : '/dev/xvda';
