import { internetGateway } from '../adapters/aws/internet-gateway.ts';
import { securityGroup } from '../adapters/aws/security-group.ts';
import { subnet } from '../adapters/aws/subnet.ts';
import { vpc } from '../adapters/aws/vpc.ts';
import { type AdapterTrial, tagsFor } from './adapter-trial.ts';

export interface Seats {
  readonly vpcId: string;
  /** In us-east-1a and us-east-1b. */
  readonly subnetIds: readonly string[];
  /** Of `security-group/seats`, the mark of a self-managed cluster. */
  readonly groupId: string;
}

/** A VPC with two subnets and the group by which adapters know a self-managed control plane. */
export async function seatsTrial(trial: AdapterTrial): Promise<Seats> {
  const of = { cidr: '10.0.0.0/16', ipv6: false, dnsSupport: true, dnsHostnames: true, tags: tagsFor('vpc') };
  const { vpcId } = await trial.of(vpc).create('vpc', of);
  await trial.of(internetGateway).create('internet-gateway', { vpcId, tags: tagsFor('internet-gateway') });
  const subnetIds: string[] = [];
  for (const [n, zone] of ['us-east-1a', 'us-east-1b'].entries()) {
    const id = `subnet/private-${zone}`;
    const place = {
      vpcId,
      zone,
      cidr: `10.0.${n}.0/24`,
      ipv6Index: null,
      publicIpOnLaunch: false,
      ipv6OnCreation: false,
    };
    subnetIds.push((await trial.of(subnet).create(id, { ...place, tags: tagsFor(id) })).subnetId);
  }
  const { groupId } = await trial.of(securityGroup).create('security-group/seats', {
    vpcId,
    name: 'trial-seats',
    description: 'Seats of trial',
    openEgress: true,
    tags: tagsFor('security-group/seats'),
  });
  return { vpcId, subnetIds: subnetIds.sort(), groupId };
}
