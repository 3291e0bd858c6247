import * as iamApi from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const allow = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

let aws: AwsUnderTest;
let iam: iamApi.IAM;

beforeEach(async () => {
  aws = await startForTest();
  iam = new iamApi.IAM(aws.settings());
  return () => aws.stop();
});

const decoded = (text: string | undefined): unknown => JSON.parse(decodeURIComponent(text!));

describe('the authorization details of an account', () => {
  it('show a role with its policies, boundary, tags and instance profiles, and without its description', async () => {
    const named = { RoleName: 'nodes' };
    const boundary = 'arn:aws:iam::aws:policy/PowerUserAccess';
    const Tags = [{ Key: 'Cluster', Value: 'k8s' }];
    const input = { ...named, Description: 'Nodes', PermissionsBoundary: boundary, Tags };
    await iam.createRole({ ...input, AssumeRolePolicyDocument: trust });
    await iam.attachRolePolicy({ ...named, PolicyArn: 'arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy' });
    await iam.putRolePolicy({ ...named, PolicyName: 'inline', PolicyDocument: allow('s3:GetObject') });
    await iam.createInstanceProfile({ InstanceProfileName: 'nodes' });
    await iam.addRoleToInstanceProfile({ ...named, InstanceProfileName: 'nodes' });
    const { RoleDetailList, UserDetailList, Policies } = await iam.getAccountAuthorizationDetails({ Filter: ['Role'] });
    expect([RoleDetailList!.length, UserDetailList ?? [], Policies ?? []]).toEqual([1, [], []]);
    const [role] = RoleDetailList!;
    expect(role).toMatchObject({
      ...named,
      PermissionsBoundary: { PermissionsBoundaryArn: boundary },
      AttachedManagedPolicies: [{ PolicyName: 'AmazonEKSWorkerNodePolicy' }],
      InstanceProfileList: [{ InstanceProfileName: 'nodes', Roles: [named] }],
      Tags,
    });
    expect(role).not.toHaveProperty('Description');
    expect(decoded(role!.AssumeRolePolicyDocument)).toEqual(JSON.parse(trust));
    expect(decoded(role!.RolePolicyList![0]!.PolicyDocument)).toEqual(JSON.parse(allow('s3:GetObject')));
  });

  it('show customer managed policies with the documents of all their versions', async () => {
    const { Policy } = await iam.createPolicy({ PolicyName: 'use', PolicyDocument: allow('kms:Encrypt') });
    const second = { PolicyArn: Policy!.Arn, PolicyDocument: allow('kms:Decrypt'), SetAsDefault: true };
    await iam.createPolicyVersion(second);
    const { Policies } = await iam.getAccountAuthorizationDetails({ Filter: ['LocalManagedPolicy'] });
    expect(Policies).toHaveLength(1);
    const { DefaultVersionId, PolicyVersionList } = Policies![0]!;
    expect([DefaultVersionId, PolicyVersionList!.length]).toEqual(['v2', 2]);
    const current = PolicyVersionList!.find(({ VersionId }) => VersionId === 'v2')!;
    expect(decoded(current.Document)).toEqual(JSON.parse(allow('kms:Decrypt')));
  });

  it('come in pages that hold everything once', async () => {
    for (const RoleName of ['a', 'b', 'c']) await iam.createRole({ RoleName, AssumeRolePolicyDocument: trust });
    await iam.createPolicy({ PolicyName: 'use', PolicyDocument: allow('kms:Encrypt') });
    const seen: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const page = await iam.getAccountAuthorizationDetails({ MaxItems: 2, Marker });
      seen.push(...(page.RoleDetailList ?? []).map(({ RoleName }) => RoleName));
      seen.push(...(page.UserDetailList ?? []).map(({ UserName }) => UserName));
      seen.push(...(page.Policies ?? []).map(({ PolicyName }) => PolicyName));
      Marker = page.IsTruncated ? page.Marker : undefined;
    } while (Marker !== undefined);
    // The user `admin` and the AWS managed policy that it carries are in every new account here.
    expect(seen.sort()).toEqual(['AdministratorAccess', 'a', 'admin', 'b', 'c', 'use']);
  });
});
