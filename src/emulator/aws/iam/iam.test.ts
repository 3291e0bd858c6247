import * as iamApi from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { ensureServiceLinkedRole } from './service-linked-roles.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'eks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const allow = (Action: string, Resource = '*') =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });

let aws: AwsUnderTest;
let iam: iamApi.IAM;

beforeEach(async () => {
  aws = await startForTest();
  iam = new iamApi.IAM(aws.settings());
  return () => aws.stop();
});

const role = (RoleName = 'k8s', more = {}) => iam.createRole({ RoleName, AssumeRolePolicyDocument: trust, ...more });

describe('IAM roles', () => {
  it('are made, read and deleted', async () => {
    const made = await role('k8s', {
      Path: '/quilla/',
      Tags: [{ Key: 'Cluster', Value: 'k8s' }],
      Description: 'control plane',
    });
    expect(made.Role).toMatchObject({
      Arn: 'arn:aws:iam::123456789012:role/quilla/k8s',
      MaxSessionDuration: 3600,
      CreateDate: new Date(Date.UTC(2026, 10, 1)),
    });
    expect(made.Role!.RoleId).toMatch(/^AROA[A-Z0-9]{17}$/);
    const { Role } = await iam.getRole({ RoleName: 'k8s' });
    expect(JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!))).toEqual(JSON.parse(trust));
    expect(Role!.AssumeRolePolicyDocument).toMatch(/^%7B%22Version/);
    expect([Role!.Tags, Role!.Description]).toEqual([[{ Key: 'Cluster', Value: 'k8s' }], 'control plane']);
    await iam.deleteRole({ RoleName: 'k8s' });
    await expect(iam.getRole({ RoleName: 'k8s' })).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role with name k8s cannot be found.',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('do not share a name, whatever its case', async () => {
    await role('k8s');
    await expect(role('K8S')).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      $metadata: { httpStatusCode: 409 },
    });
  });

  it('have no unsound name, path or trust policy', async () => {
    await expect(role('a b')).rejects.toThrow('failed to satisfy constraint');
    await expect(role('x'.repeat(65))).rejects.toThrow('less than or equal to 64');
    await expect(role('k8s', { Path: 'quilla' })).rejects.toThrow("at 'path'");
    await expect(role('k8s', { AssumeRolePolicyDocument: '{' })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    });
    const withResource = allow('sts:AssumeRole');
    await expect(role('k8s', { AssumeRolePolicyDocument: withResource })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    });
    const stranger = trust.replace('"Service":"eks.amazonaws.com"', '"AWS":"arn:aws:iam::123456789012:user/nobody"');
    await expect(role('k8s', { AssumeRolePolicyDocument: stranger })).rejects.toThrow(
      'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/nobody"',
    );
  });

  it('are not deleted while something hangs on them', async () => {
    await role();
    await iam.attachRolePolicy({ RoleName: 'k8s', PolicyArn: 'arn:aws:iam::aws:policy/AmazonEKSClusterPolicy' });
    const conflict = { name: 'DeleteConflictException' };
    await expect(iam.deleteRole({ RoleName: 'k8s' })).rejects.toMatchObject({
      ...conflict,
      message: 'Cannot delete entity, must detach all policies first.',
    });
    await iam.detachRolePolicy({ RoleName: 'k8s', PolicyArn: 'arn:aws:iam::aws:policy/AmazonEKSClusterPolicy' });
    await iam.putRolePolicy({ RoleName: 'k8s', PolicyName: 'logs', PolicyDocument: allow('logs:*') });
    await expect(iam.deleteRole({ RoleName: 'k8s' })).rejects.toMatchObject({
      ...conflict,
      message: 'Cannot delete entity, must delete policies first.',
    });
    await iam.deleteRolePolicy({ RoleName: 'k8s', PolicyName: 'logs' });
    await iam.createInstanceProfile({ InstanceProfileName: 'nodes' });
    await iam.addRoleToInstanceProfile({ InstanceProfileName: 'nodes', RoleName: 'k8s' });
    await expect(iam.deleteRole({ RoleName: 'k8s' })).rejects.toMatchObject(conflict);
    await iam.removeRoleFromInstanceProfile({ InstanceProfileName: 'nodes', RoleName: 'k8s' });
    await iam.deleteRole({ RoleName: 'k8s' });
  });

  it('are listed by path, page by page', async () => {
    for (const name of ['c', 'a', 'b']) await role(name, { Path: '/team/' });
    await role('other');
    const names: string[] = [];
    let pages = 0;
    for await (const page of iamApi.paginateListRoles({ client: iam, pageSize: 2 }, { PathPrefix: '/team/' })) {
      pages += 1;
      names.push(...page.Roles!.map(({ RoleName }) => RoleName!));
    }
    expect([names, pages]).toEqual([['a', 'b', 'c'], 2]);
  });

  it('change what may change', async () => {
    await role();
    await iam.updateRole({ RoleName: 'k8s', MaxSessionDuration: 7200, Description: 'new' });
    const other = trust.replace('eks.', 'ec2.');
    await iam.updateAssumeRolePolicy({ RoleName: 'k8s', PolicyDocument: other });
    await iam.tagRole({
      RoleName: 'k8s',
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    });
    await iam.untagRole({ RoleName: 'k8s', TagKeys: ['a'] });
    await iam.putRolePermissionsBoundary({
      RoleName: 'k8s',
      PermissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess',
    });
    const { Role } = await iam.getRole({ RoleName: 'k8s' });
    expect(Role).toMatchObject({
      MaxSessionDuration: 7200,
      Description: 'new',
      AssumeRolePolicyDocument: encodeURIComponent(other),
      Tags: [{ Key: 'b', Value: '2' }],
      PermissionsBoundary: { PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/PowerUserAccess' },
    });
    await iam.deleteRolePermissionsBoundary({ RoleName: 'k8s' });
    expect((await iam.getRole({ RoleName: 'k8s' })).Role!.PermissionsBoundary).toBeUndefined();
  });

  it('take ten managed policies, each of them real', async () => {
    await role();
    const attach = (PolicyArn: string) => iam.attachRolePolicy({ RoleName: 'k8s', PolicyArn });
    await expect(attach('arn:aws:iam::aws:policy/AmazonEKSNothing')).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'Policy arn:aws:iam::aws:policy/AmazonEKSNothing does not exist or is not attachable.',
    });
    const arns: string[] = [];
    for (let n = 0; n < 11; n++) {
      arns.push((await iam.createPolicy({ PolicyName: `p${n}`, PolicyDocument: allow('ec2:*') })).Policy!.Arn!);
    }
    for (const arn of arns.slice(0, 10)) await attach(arn);
    await attach(arns[0]!);
    await expect(attach(arns[10]!)).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Cannot exceed quota for PoliciesPerRole: 10',
    });
    const { AttachedPolicies } = await iam.listAttachedRolePolicies({ RoleName: 'k8s' });
    expect(AttachedPolicies).toHaveLength(10);
  });

  it('keep inline policies', async () => {
    await role();
    await iam.putRolePolicy({ RoleName: 'k8s', PolicyName: 'logs', PolicyDocument: allow('logs:*') });
    expect((await iam.listRolePolicies({ RoleName: 'k8s' })).PolicyNames).toEqual(['logs']);
    const read = await iam.getRolePolicy({ RoleName: 'k8s', PolicyName: 'logs' });
    expect(decodeURIComponent(read.PolicyDocument!)).toBe(allow('logs:*'));
    await expect(iam.getRolePolicy({ RoleName: 'k8s', PolicyName: 'no' })).rejects.toThrow(
      'The role policy with name no cannot be found.',
    );
    const vendorless = iam.putRolePolicy({ RoleName: 'k8s', PolicyName: 'bad', PolicyDocument: allow('everything') });
    await expect(vendorless).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
  });
});

describe('IAM customer policies', () => {
  it('tell their description when they are read, and not when they are made', async () => {
    const { Policy } = await iam.createPolicy({
      PolicyName: 'told',
      PolicyDocument: allow('ec2:Describe*'),
      Description: 'what it is for',
    });
    expect(Policy).not.toHaveProperty('Description');
    const read = await iam.getPolicy({ PolicyArn: Policy!.Arn! });
    expect(read.Policy!.Description).toBe('what it is for');
  });

  it('have five versions at most, of which the default stays', async () => {
    const { Policy } = await iam.createPolicy({ PolicyName: 'nodes', PolicyDocument: allow('ec2:Describe*') });
    const PolicyArn = Policy!.Arn!;
    const add = (SetAsDefault: boolean) =>
      iam.createPolicyVersion({ PolicyArn, PolicyDocument: allow('ec2:*'), SetAsDefault });
    for (let n = 0; n < 4; n++) await add(n === 3);
    await expect(add(false)).rejects.toMatchObject({ name: 'LimitExceededException' });
    await expect(iam.deletePolicyVersion({ PolicyArn, VersionId: 'v5' })).rejects.toThrow(
      'Cannot delete the default version of a policy.',
    );
    await iam.deletePolicyVersion({ PolicyArn, VersionId: 'v1' });
    expect((await add(false)).PolicyVersion!.VersionId).toBe('v6');
    expect((await iam.getPolicy({ PolicyArn })).Policy!.DefaultVersionId).toBe('v5');
    const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn, VersionId: 'v5' });
    expect(decodeURIComponent(PolicyVersion!.Document!)).toBe(allow('ec2:*'));
  });

  it('are not deleted while attached or with further versions', async () => {
    const { Policy } = await iam.createPolicy({ PolicyName: 'nodes', PolicyDocument: allow('ec2:Describe*') });
    const PolicyArn = Policy!.Arn!;
    await role();
    await iam.attachRolePolicy({ RoleName: 'k8s', PolicyArn });
    expect((await iam.listEntitiesForPolicy({ PolicyArn })).PolicyRoles).toMatchObject([{ RoleName: 'k8s' }]);
    await expect(iam.deletePolicy({ PolicyArn })).rejects.toThrow('Cannot delete a policy attached to entities.');
    await iam.detachRolePolicy({ RoleName: 'k8s', PolicyArn });
    await iam.createPolicyVersion({ PolicyArn, PolicyDocument: allow('ec2:*') });
    await expect(iam.deletePolicy({ PolicyArn })).rejects.toThrow('This policy has more than one version');
    await iam.deletePolicyVersion({ PolicyArn, VersionId: 'v2' });
    await iam.deletePolicy({ PolicyArn });
    await expect(iam.getPolicy({ PolicyArn })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  it('stand beside those that AWS keeps', async () => {
    const arn = 'arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy';
    expect((await iam.getPolicy({ PolicyArn: arn })).Policy).toMatchObject({
      PolicyName: 'AmazonEBSCSIDriverPolicy',
      Path: '/service-role/',
    });
    await iam.createPolicy({ PolicyName: 'mine', PolicyDocument: allow('ec2:*') });
    expect((await iam.listPolicies({ Scope: 'Local' })).Policies!.map(({ PolicyName }) => PolicyName)).toEqual([
      'mine',
    ]);
  });
});

describe('IAM users', () => {
  it('sign with their own keys and may only what they are allowed', async () => {
    await iam.createUser({ UserName: 'ada' });
    await iam.putUserPolicy({
      UserName: 'ada',
      PolicyName: 'read',
      PolicyDocument: allow('iam:GetRole', 'arn:aws:iam::123456789012:role/team-*'),
    });
    const { AccessKey } = await iam.createAccessKey({ UserName: 'ada' });
    await role('team-a');
    await role('other');
    const ada = new iamApi.IAM(
      aws.settings('us-east-1', { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }),
    );
    expect((await ada.getRole({ RoleName: 'team-a' })).Role!.RoleName).toBe('team-a');
    await expect(ada.getRole({ RoleName: 'other' })).rejects.toMatchObject({
      name: 'AccessDenied',
      message:
        'User: arn:aws:iam::123456789012:user/ada is not authorized to perform: iam:GetRole on resource: arn:aws:iam::123456789012:role/other because no identity-based policy allows the iam:GetRole action',
    });
    await iam.updateAccessKey({ UserName: 'ada', AccessKeyId: AccessKey!.AccessKeyId!, Status: 'Inactive' });
    await expect(ada.getRole({ RoleName: 'team-a' })).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('go when nothing hangs on them', async () => {
    await iam.createUser({ UserName: 'ada' });
    const { AccessKey } = await iam.createAccessKey({ UserName: 'ada' });
    await expect(iam.deleteUser({ UserName: 'ada' })).rejects.toThrow('must delete access keys first');
    await iam.deleteAccessKey({ UserName: 'ada', AccessKeyId: AccessKey!.AccessKeyId! });
    await iam.deleteUser({ UserName: 'ada' });
    await expect(iam.getUser({ UserName: 'ada' })).rejects.toThrow('The user with name ada cannot be found.');
    expect((await iam.getUser({})).User!.UserName).toBe('admin');
  });
});

describe('IAM instance profiles, OIDC providers and service-linked roles', () => {
  it('hold one role at most', async () => {
    await role('a');
    await role('b');
    await iam.createInstanceProfile({ InstanceProfileName: 'nodes' });
    await iam.addRoleToInstanceProfile({ InstanceProfileName: 'nodes', RoleName: 'a' });
    await expect(iam.addRoleToInstanceProfile({ InstanceProfileName: 'nodes', RoleName: 'b' })).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
    const { InstanceProfiles } = await iam.listInstanceProfilesForRole({ RoleName: 'a' });
    expect(InstanceProfiles).toMatchObject([{ InstanceProfileName: 'nodes', Roles: [{ RoleName: 'a' }] }]);
    await expect(iam.deleteInstanceProfile({ InstanceProfileName: 'nodes' })).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
  });

  it('know a provider by its URL', async () => {
    const Url = 'https://oidc.eks.us-east-1.amazonaws.com/id/ABC';
    const made = await iam.createOpenIDConnectProvider({ Url, ClientIDList: ['sts.amazonaws.com'] });
    expect(made.OpenIDConnectProviderArn).toBe(
      'arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC',
    );
    await expect(iam.createOpenIDConnectProvider({ Url })).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
    });
    const read = await iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: made.OpenIDConnectProviderArn! });
    expect(read).toMatchObject({ Url: 'oidc.eks.us-east-1.amazonaws.com/id/ABC', ClientIDList: ['sts.amazonaws.com'] });
    expect((await iam.listOpenIDConnectProviders({})).OpenIDConnectProviderList).toHaveLength(1);
    await iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: made.OpenIDConnectProviderArn! });
    const gone = iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: made.OpenIDConnectProviderArn! });
    await expect(gone).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  it('are made once for a service, by name or at its first use', async () => {
    const { Role } = await iam.createServiceLinkedRole({ AWSServiceName: 'autoscaling.amazonaws.com' });
    expect(Role!.Arn).toBe(
      'arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
    );
    await expect(iam.createServiceLinkedRole({ AWSServiceName: 'autoscaling.amazonaws.com' })).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
    const turn = aws.turns.at('us-east-1');
    expect(ensureServiceLinkedRole(turn, 'eks.amazonaws.com')).toBe(ensureServiceLinkedRole(turn, 'eks.amazonaws.com'));
    expect((await iam.getRole({ RoleName: 'AWSServiceRoleForAmazonEKS' })).Role!.Path).toBe(
      '/aws-service-role/eks.amazonaws.com/',
    );
  });
});
