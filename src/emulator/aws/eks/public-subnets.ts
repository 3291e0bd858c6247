import type { Turn } from '../../call.ts';

/** Whether a subnet's routes lead to an internet gateway. */
export function isPublicSubnet(turn: Turn, subnetId: string): boolean {
  const tables = Object.values(turn.state.ec2.routeTables);
  const vpcId = turn.state.ec2.subnets[subnetId]?.vpcId;
  const own =
    tables.find((table) => table.associations.some((association) => association.subnetId === subnetId)) ??
    tables.find((table) => table.vpcId === vpcId && table.associations.some((association) => association.main));
  return own?.routes.some((route) => route.target.id.startsWith('igw-')) === true;
}
