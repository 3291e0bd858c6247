import { DescribeKeyPairsCommand } from '@aws-sdk/client-ec2';
import { GetInstanceProfileCommand, GetRoleCommand, type Role } from '@aws-sdk/client-iam';
import type { GivenNames, GivenThings } from '../../ports/facts.ts';
import type { Connection } from './connection.ts';
import { securityGroupFacts } from './facts-network.ts';
import { unlessGone } from './gone.ts';

async function keyPairs({ clients, call }: Connection, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const Filters = [{ Name: 'key-name', Values: [...names] }];
  const answer = await call('ec2:DescribeKeyPairs', () => clients.ec2.send(new DescribeKeyPairsCommand({ Filters })));
  return new Set((answer.KeyPairs ?? []).map((pair) => pair.KeyName!));
}

/** IAM gives the document URL-encoded. */
function noteTrust(trusts: Map<string, string>, { Arn, AssumeRolePolicyDocument }: Role): void {
  if (Arn !== undefined) trusts.set(Arn, decodeURIComponent(AssumeRolePolicyDocument ?? ''));
}

/** Which of the things that a spec names as one's own exist, and whom their roles trust. */
export async function givenThings(connection: Connection, names: GivenNames): Promise<GivenThings> {
  const { clients, call } = connection;
  const trusts = new Map<string, string>();
  const roleOf = async (RoleName: string) => {
    const answer = await unlessGone(call('iam:GetRole', () => clients.iam.send(new GetRoleCommand({ RoleName }))));
    if (answer?.Role !== undefined) noteTrust(trusts, answer.Role);
    return answer === undefined ? [] : [[RoleName, answer.Role!.Arn!] as const];
  };
  const profileOf = async (InstanceProfileName: string) => {
    const answer = await unlessGone(
      call('iam:GetInstanceProfile', () => clients.iam.send(new GetInstanceProfileCommand({ InstanceProfileName }))),
    );
    const role = answer?.InstanceProfile?.Roles?.[0];
    const roleArn = role?.Arn;
    if (role !== undefined) noteTrust(trusts, role);
    if (answer === undefined) return [];
    const about = { arn: answer.InstanceProfile!.Arn!, ...(roleArn === undefined ? {} : { roleArn }) };
    return [[InstanceProfileName, about] as const];
  };
  const [roles, profiles, pairs, groups] = await Promise.all([
    Promise.all((names.roles ?? []).map(roleOf)),
    Promise.all((names.instanceProfiles ?? []).map(profileOf)),
    keyPairs(connection, names.keyPairs ?? []),
    securityGroupFacts(connection, names.securityGroups ?? []),
  ]);
  return {
    roles: new Map(roles.flat()),
    trusts,
    instanceProfiles: new Map(profiles.flat()),
    keyPairs: pairs,
    securityGroups: new Map(groups.map((group) => [group.groupId, group.vpcId])),
  };
}
