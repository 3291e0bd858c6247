import type { Facts, FactsNeeded, VpcFact } from '../model/facts.ts';
import type { Facts as FactsReader, GivenSubnet, Identity } from '../ports/facts.ts';
import type { AwsToRead } from './ports.ts';

/** Asks AWS for just the facts that a graph needs, but for digests of files: `fileDigests`. */
export async function gatherFacts(needed: FactsNeeded, { facts, identity }: AwsToRead): Promise<Facts> {
  const [creatorArn, vpc, images, profileRoles, zone] = await Promise.all([
    needed.creator ? creatorOf(identity, facts) : null,
    needed.vpc === null ? null : vpcFact(needed.vpc, facts),
    imagesOf(needed.imageParameters, facts),
    profileRolesOf(needed.instanceProfiles, facts),
    needed.hostedZone === null ? undefined : publicZone(needed.hostedZone, facts),
  ]);
  const { account, partition } = identity;
  const hostedZone = needed.hostedZone === null ? {} : { hostedZone: zone === undefined ? null : { id: zone } };
  return { account, partition, creatorArn, vpc, images, profileRoles, ...hostedZone };
}

/** The user or role behind a caller: a session is none that an access entry could name, its role is, with its path. */
async function creatorOf({ arn }: Identity, facts: FactsReader): Promise<string | null> {
  if (/:user\/|:role\//.test(arn)) return arn;
  const role = /:assumed-role\/([^/]+)\//.exec(arn)?.[1];
  if (role === undefined) return null;
  const { roles } = await facts.givenThings({ roles: [role] });
  return roles.get(role) ?? null;
}

async function vpcFact(
  { id, subnetIds }: NonNullable<FactsNeeded['vpc']>,
  facts: FactsReader,
): Promise<VpcFact | null> {
  const { vpc, subnets } = await facts.givenNetwork(id, subnetIds);
  if (vpc === undefined) return null;
  return { id: vpc.vpcId, cidrs: vpc.cidrs, subnets: subnets.filter(({ vpcId }) => vpcId === id).map(subnetFact) };
}

const subnetFact = ({ subnetId, zone, cidr, routeTableId, wayOut }: GivenSubnet): VpcFact['subnets'][number] => ({
  id: subnetId,
  zone,
  cidr,
  routeTableId,
  isPublic: wayOut.type === 'internet-gateway',
  hasDefaultRoute: wayOut.type !== 'none',
});

async function imagesOf(parameters: readonly string[], facts: FactsReader): Promise<Record<string, string>> {
  return parameters.length === 0 ? {} : Object.fromEntries(await facts.parameters(parameters));
}

async function profileRolesOf(names: readonly string[], facts: FactsReader): Promise<Record<string, string>> {
  if (names.length === 0) return {};
  const { instanceProfiles } = await facts.givenThings({ instanceProfiles: names });
  return Object.fromEntries(
    [...instanceProfiles].flatMap(([name, { roleArn }]) => (roleArn === undefined ? [] : [[name, roleArn] as const])),
  );
}

/** The oldest public zone of that name: where there are several, the plan asks whether it is the one that the DNS leads to. */
const publicZone = async (name: string, facts: FactsReader): Promise<string | undefined> =>
  (await facts.hostedZones(name)).find(({ isPrivate }) => !isPrivate)?.id;
