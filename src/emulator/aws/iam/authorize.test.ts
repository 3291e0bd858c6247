import {
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteVpcCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { EKS } from '@aws-sdk/client-eks';
import { IAM } from '@aws-sdk/client-iam';
import { S3 } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AwsUnderTest, type ClientSettings, startForTest } from '../../start-for-test.ts';

let aws: AwsUnderTest;
let admin: IAM;
let ada: ClientSettings;

beforeEach(async () => {
  aws = await startForTest();
  admin = new IAM(aws.settings());
  await admin.createUser({ UserName: 'ada' });
  const { AccessKey } = await admin.createAccessKey({ UserName: 'ada' });
  ada = aws.settings('us-east-1', {
    accessKeyId: AccessKey!.AccessKeyId!,
    secretAccessKey: AccessKey!.SecretAccessKey!,
  });
  return () => aws.stop();
});

const grant = (statement: object) =>
  admin.putUserPolicy({
    UserName: 'ada',
    PolicyName: 'p',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
  });

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'eks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

describe('who may do what', () => {
  it('is told in the words of EC2', async () => {
    await expect(new EC2Client(ada).send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
      message:
        'You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/ada is not authorized to perform: ec2:DescribeVpcs on resource: * because no identity-based policy allows the ec2:DescribeVpcs action',
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('is told in the words of EKS, with the cluster that was meant', async () => {
    await expect(new EKS(ada).describeCluster({ name: 'k8s' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:iam::123456789012:user/ada is not authorized to perform: eks:DescribeCluster on resource: arn:aws:eks:us-east-1:123456789012:cluster/k8s because no identity-based policy allows the eks:DescribeCluster action',
    });
  });

  it('is told in the words of S3, under the names of its actions', async () => {
    const s3 = new S3({ ...ada, forcePathStyle: true });
    await expect(s3.listObjectsV2({ Bucket: 'keys' })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(
        'is not authorized to perform: s3:ListBucket on resource: arn:aws:s3:::keys because',
      ),
    });
    await grant({ Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::keys' });
    await expect(s3.listObjectsV2({ Bucket: 'keys' })).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('is asked for each object that S3 deletes, and for a version under another name', async () => {
    const [all, s3] = [aws.settings(), ada].map((settings) => new S3({ ...settings, forcePathStyle: true }));
    await all!.createBucket({ Bucket: 'keys' });
    await all!.putBucketVersioning({ Bucket: 'keys', VersioningConfiguration: { Status: 'Enabled' } });
    const { VersionId } = await all!.putObject({ Bucket: 'keys', Key: 'a/1', Body: 'x' });
    await all!.putObject({ Bucket: 'keys', Key: 'b/1', Body: 'x' });
    await grant({ Effect: 'Allow', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::keys/a/*' });
    const Objects = [{ Key: 'a/1', VersionId }, { Key: 'a/1' }, { Key: 'b/1' }];
    const { Deleted, Errors } = await s3!.deleteObjects({ Bucket: 'keys', Delete: { Objects } });
    expect(Deleted).toMatchObject([{ Key: 'a/1', DeleteMarker: true }]);
    expect(Errors).toMatchObject([
      { Key: 'a/1', VersionId, Code: 'AccessDenied', Message: expect.stringContaining('s3:DeleteObjectVersion on') },
      { Key: 'b/1', Code: 'AccessDenied', Message: expect.stringContaining('arn:aws:s3:::keys/b/1') },
    ]);
    await expect(s3!.deleteObject({ Bucket: 'keys', Key: 'a/1', VersionId })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('asks for the right to pass a role that a call hands on', async () => {
    await grant({ Effect: 'Allow', Action: 'eks:*', Resource: '*' });
    const creating = new EKS(ada).createCluster({
      name: 'k8s',
      roleArn: 'arn:aws:iam::123456789012:role/k8s',
      resourcesVpcConfig: { subnetIds: ['subnet-1', 'subnet-2'] },
    });
    await expect(creating).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        'is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/k8s because',
      ),
    });
  });

  it('can hang on the tags of what is made and of what is there', async () => {
    const iam = new IAM(ada);
    const role = (RoleName: string, Value: string) =>
      iam.createRole({ RoleName, AssumeRolePolicyDocument: trust, Tags: [{ Key: 'team', Value }] });
    await grant({
      Effect: 'Allow',
      Action: 'iam:CreateRole',
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestTag/team': 'a' } },
    });
    await role('one', 'a');
    await expect(role('two', 'b')).rejects.toMatchObject({ name: 'AccessDenied' });
    await grant({
      Effect: 'Allow',
      Action: 'iam:DeleteRole',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'a' } },
    });
    await admin.createRole({ RoleName: 'other', AssumeRolePolicyDocument: trust });
    await iam.deleteRole({ RoleName: 'one' });
    await expect(iam.deleteRole({ RoleName: 'other' })).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('ends at the permissions boundary and at an explicit deny', async () => {
    await grant({ Effect: 'Allow', Action: '*', Resource: '*' });
    await admin.putUserPermissionsBoundary({
      UserName: 'ada',
      PermissionsBoundary: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess',
    });
    const iam = new IAM(ada);
    await iam.listRoles({});
    await expect(iam.createRole({ RoleName: 'r', AssumeRolePolicyDocument: trust })).rejects.toThrow(
      'because no permissions boundary allows the iam:CreateRole action',
    );
    await grant({ Effect: 'Deny', Action: 'iam:ListRoles', Resource: '*' });
    await expect(iam.listRoles({})).rejects.toThrow('with an explicit deny in an identity-based policy');
  });
});

describe('a policy with a variable that is no condition key', () => {
  it('is refused when it is made, in resources and in conditions', async () => {
    const make = (statement: object): Promise<unknown> =>
      grant({ Effect: 'Allow', Action: 'ec2:DeleteVpc', Resource: '*', ...statement });
    const refusal = { name: 'MalformedPolicyDocumentException' };
    await expect(make({ Resource: 'arn:aws:ec2:*:*:vpc/${cluster}' })).rejects.toMatchObject(refusal);
    const Condition = { StringEquals: { 'aws:ResourceTag/kubernetes.io/cluster/${cluster}': 'owned' } };
    await expect(make({ Condition })).rejects.toMatchObject(refusal);
    await make({ Resource: 'arn:aws:ec2:*:*:vpc/${aws:username}' });
  });
});

describe('a condition on the tags of an EC2 resource', () => {
  it('holds for what carries the tag and not for what does not', async () => {
    const { Vpc } = await new EC2Client(aws.settings()).send(new CreateVpcCommand({ CidrBlock: '10.7.0.0/16' }));
    const VpcId = Vpc!.VpcId!;
    const Condition = { StringEquals: { 'aws:ResourceTag/team': 'a' } };
    await grant({ Effect: 'Allow', Action: 'ec2:DeleteVpc', Resource: 'arn:aws:ec2:*:*:vpc/*', Condition });
    const remove = (): Promise<unknown> => new EC2Client(ada).send(new DeleteVpcCommand({ VpcId }));
    await expect(remove()).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
    const Tags = [{ Key: 'team', Value: 'a' }];
    await new EC2Client(aws.settings()).send(new CreateTagsCommand({ Resources: [VpcId], Tags }));
    await remove();
  });
});
