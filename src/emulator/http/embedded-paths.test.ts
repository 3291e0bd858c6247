import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeInstancesCommand,
  EC2Client,
  ImportKeyPairCommand,
  ModifyInstanceMetadataOptionsCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seconds } from '../../base/duration.ts';
import { imagesOf } from '../aws/ec2/images.ts';
import { refusal } from '../aws/eks/eks-trial.ts';
import { type AwsUnderTest, startForTest } from '../start-for-test.ts';

let aws: AwsUnderTest;
beforeEach(async () => {
  aws = await startForTest();
});
afterEach(() => aws.stop());

const get = async (path: string, init: RequestInit = {}) => {
  const answer = await fetch(`${aws.endpoint}/_embedded/${path}`, init);
  return { status: answer.status, text: await answer.text() };
};

describe('the resolver', () => {
  it('delegates a domain to the first public zone of its name', async () => {
    const dns = new Route53Client(aws.settings());
    const ask = async () => JSON.parse((await get('resolver?type=NS&name=example.com')).text).answers as string[];
    expect(await ask()).toEqual([]);
    const create = async (reference: string) =>
      (await dns.send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: reference }))).DelegationSet!
        .NameServers!;
    const first = await create('1');
    await create('2');
    expect(await ask()).toEqual(first);
  });
});

describe('the metadata service of an instance', () => {
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  const variable = ['arn:aws:ec2:us-east-1:123456789012:instance/', '{ec2:InstanceID}'].join('$');
  const ownTags = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'ec2:CreateTags',
        Resource: '*',
        Condition: { ArnEquals: { 'ec2:SourceInstanceARN': variable } },
      },
    ],
  });
  const tagged = (Key: string) => [{ ResourceType: 'instance' as const, Tags: [{ Key, Value: 'x' }] }];
  const run = async (
    more: Partial<RunInstancesCommandInput> = {},
    InstanceMetadataTags: 'enabled' | 'disabled' = 'disabled',
  ): Promise<string[]> => {
    const { Instances } = await new EC2Client(aws.settings()).send(
      new RunInstancesCommand({
        ImageId: imagesOf('us-east-1').find((own) => own.os === 'al2023' && own.architecture === 'x86_64')!.id,
        InstanceType: 't3.medium',
        MinCount: 2,
        MaxCount: 2,
        IamInstanceProfile: { Name: 'seat' },
        UserData: Buffer.from('#!/bin/sh\n').toString('base64'),
        MetadataOptions: { HttpTokens: 'required', InstanceMetadataTags },
        ...more,
      }),
    );
    await aws.clock.sleep(seconds(30));
    return Instances!.map(({ InstanceId }) => InstanceId!);
  };
  beforeEach(async () => {
    const iam = new IAMClient(aws.settings());
    await iam.send(new CreateRoleCommand({ RoleName: 'seat', AssumeRolePolicyDocument: trust }));
    await iam.send(new PutRolePolicyCommand({ RoleName: 'seat', PolicyName: 'own', PolicyDocument: ownTags }));
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'seat' }));
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'seat', RoleName: 'seat' }));
  });
  const tokenOf = async (id: string): Promise<string> => {
    const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' };
    return (await get(`imds/${id}/latest/api/token`, { method: 'PUT', headers })).text;
  };

  it('asks for a token of this instance', async () => {
    const [one, two] = await run();
    const read = async (id: string, token?: string) =>
      get(`imds/${id}/latest/meta-data/instance-id`, token ? { headers: { 'x-aws-ec2-metadata-token': token } } : {});
    expect((await read(one!)).status).toBe(401);
    const token = await tokenOf(one!);
    expect(await read(one!, token)).toEqual({ status: 200, text: one });
    expect((await read(two!, token)).status).toBe(401);
    await aws.clock.sleep(seconds(61));
    expect((await read(one!, token)).status).toBe(401);
    expect((await get('imds/i-0123/latest/meta-data/')).status).toBe(404);
  });

  it('tells where the instance is and what it was given', async () => {
    const id = (await run())[0]!;
    const token = await tokenOf(id);
    const read = async (path: string) =>
      (await get(`imds/${id}/latest/${path}`, { headers: { 'x-aws-ec2-metadata-token': token } })).text;
    const { Reservations } = await new EC2Client(aws.settings()).send(
      new DescribeInstancesCommand({ InstanceIds: [id] }),
    );
    const seen = Reservations![0]!.Instances![0]!;
    const eni = seen.NetworkInterfaces![0]!;
    expect(await read('meta-data/placement/region')).toBe('us-east-1');
    expect(await read('meta-data/placement/availability-zone')).toBe(seen.Placement!.AvailabilityZone);
    expect(await read('meta-data/local-ipv4')).toBe(seen.PrivateIpAddress);
    expect(await read('meta-data/network/interfaces/macs/')).toBe(`${eni.MacAddress}/`);
    expect(await read(`meta-data/network/interfaces/macs/${eni.MacAddress}/subnet-id`)).toBe(eni.SubnetId);
    expect(await read('user-data')).toBe('#!/bin/sh\n');
    expect(JSON.parse(await read('dynamic/instance-identity/document'))).toMatchObject({
      instanceId: id,
      region: 'us-east-1',
    });
    expect(await read('meta-data/iam/security-credentials/')).toBe('seat');
  });

  it('can be read whole by whoever follows its lists, in the versions that AWS has', async () => {
    const ec2 = new EC2Client(aws.settings());
    const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7T2lVv8F2xOq9p0V0a1bq0m3m8oQ7zQ2b2m3b2c1d0 ada';
    await ec2.send(new ImportKeyPairCommand({ KeyName: 'ada', PublicKeyMaterial: Buffer.from(line) }));
    const id = (await run({ KeyName: 'ada', TagSpecifications: tagged('Name') }, 'enabled'))[0]!;
    const headers = { 'x-aws-ec2-metadata-token': await tokenOf(id) };
    const read = (path: string) => get(`imds/${id}/${path}`, { headers });
    const found = new Map<string, string>();
    const crawl = async (folder: string): Promise<void> => {
      const { status, text } = await read(folder);
      expect([folder, status]).toEqual([folder, 200]);
      for (const name of text.split('\n')) {
        const [number, key] = name.split('=');
        const path = key === undefined ? `${folder}${name}` : `${folder}${number}/openssh-key`;
        if (path.endsWith('/')) {
          await crawl(path);
          continue;
        }
        const leaf = await read(path);
        expect([path, leaf.status]).toEqual([path, 200]);
        found.set(path.slice('2021-03-23/'.length), leaf.text);
      }
    };
    await crawl('2021-03-23/meta-data/');
    await crawl('2021-03-23/dynamic/instance-identity/');
    expect(Object.fromEntries(found)).toMatchObject({
      'meta-data/instance-id': id,
      'meta-data/public-keys/0/openssh-key': line,
      'meta-data/tags/instance/Name': 'x',
      'meta-data/hibernation/configured': 'false',
      'meta-data/events/maintenance/scheduled': '[]',
      'meta-data/block-device-mapping/root': '/dev/xvda',
      'meta-data/services/domain': 'amazonaws.com',
    });
    expect(JSON.parse(found.get('dynamic/instance-identity/document')!)).toMatchObject({ instanceId: id });
    expect((await read('')).text.split('\n')).toEqual(expect.arrayContaining(['2016-09-02', '2018-09-24', 'latest']));
    expect((await read('latest')).text).toBe('dynamic\nmeta-data\nuser-data');
    expect((await read('2016-09-02/meta-data/instance-id')).text).toBe(id);
    expect((await read('2016-09-03/meta-data/instance-id')).status).toBe(404);
    expect((await get(`imds/${id}/`)).status).toBe(401);
  });

  it('tells tags only where their keys can be parts of paths', async () => {
    const wrong = /^InvalidParameterValue: 'a\/b' is not a valid tag key/;
    expect(await refusal(run({ TagSpecifications: tagged('a/b') }, 'enabled'))).toMatch(wrong);
    const [id] = await run({ TagSpecifications: tagged('a/b') });
    const ec2 = new EC2Client(aws.settings());
    const enable = () =>
      ec2.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId: id, InstanceMetadataTags: 'enabled' }));
    expect(await refusal(enable())).toMatch(wrong);
    await ec2.send(new DeleteTagsCommand({ Resources: [id!], Tags: [{ Key: 'a/b' }] }));
    await enable();
    const tag = (Key: string) => ec2.send(new CreateTagsCommand({ Resources: [id!], Tags: [{ Key, Value: 'x' }] }));
    expect(await refusal(tag('a/b'))).toMatch(wrong);
    await tag('a:b');
  });

  it('gives credentials with which the instance does what its role may do, to itself', async () => {
    const [own, other] = await run();
    const headers = { 'x-aws-ec2-metadata-token': await tokenOf(own!) };
    const given = JSON.parse(
      (await get(`imds/${own}/latest/meta-data/iam/security-credentials/seat`, { headers })).text,
    );
    const settings = aws.settings('us-east-1', {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.Token,
    });
    const { Arn } = await new STSClient(settings).send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(`arn:aws:sts::123456789012:assumed-role/seat/${own}`);
    const ec2 = new EC2Client(settings);
    const tag = (id: string) => ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'a', Value: 'b' }] }));
    await tag(own!);
    expect(await refusal(tag(other!))).toMatch(/^UnauthorizedOperation/);
  });
});
