import { Readable } from 'node:stream';
import * as autoScalingApi from '@aws-sdk/client-auto-scaling';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import * as ec2Api from '@aws-sdk/client-ec2';
import { CreateVpcCommand, DeleteVpcCommand, DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import * as eksApi from '@aws-sdk/client-eks';
import { CreateClusterCommand, DescribeNodegroupCommand, EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import * as kmsApi from '@aws-sdk/client-kms';
import { EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import * as ssmApi from '@aws-sdk/client-ssm';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { AwsError, type Service } from '../call.ts';
import type { WireRequest, WireResponse } from '../http/request.ts';
import { protocols } from './index.ts';
import { loadService } from './protocol.ts';
import { operationSchemas } from './shape.ts';

/** What the SDK's request handlers are given. */
interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

const encode = encodeURIComponent;

const wireOf = (sent: SentRequest): WireRequest => ({
  method: sent.method,
  path: sent.path,
  query: Object.entries(sent.query ?? {})
    .flatMap(([name, values]) => [values].flat().map((value) => `${encode(name)}=${encode(value)}`))
    .join('&'),
  headers: Object.fromEntries(Object.entries(sent.headers).map(([name, value]) => [name.toLowerCase(), value])),
  body: typeof sent.body === 'string' ? Buffer.from(sent.body) : new Uint8Array(sent.body ?? []),
});

interface Client {
  readonly config: { requestHandler: unknown };
  // biome-ignore lint/suspicious/noExplicitAny: one test for the clients of all services
  send(command: any): Promise<any>;
}

/** Sends a command with the real client, reads it with our protocol, and gives our answer back to the client. */
async function roundTrip(
  client: Client,
  service: Omit<Service, 'handlers' | 'signingName'>,
  exchange: { readonly command: object; readonly output: unknown },
) {
  const loaded = loadService({ ...service, signingName: 'test', handlers: {} });
  const protocol = protocols[service.protocol];
  let input: unknown;
  const respond = (request: SentRequest): WireResponse => {
    const wire = wireOf(request);
    try {
      const asked = protocol.read(loaded, wire);
      input = asked.input;
      if (exchange.output instanceof AwsError) throw exchange.output;
      return protocol.answer(loaded, asked.operation, { output: exchange.output, requestId: 'r-1' });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return protocol.error(loaded, error, { requestId: 'r-1', request: wire });
    }
  };
  client.config.requestHandler = {
    handle: async (request: SentRequest) => {
      const { status, headers, body } = respond(request);
      return { response: { statusCode: status, headers, body: Readable.from([Buffer.from(body)]) } };
    },
  };
  const { $metadata, ...output } = await client.send(exchange.command);
  return { input, output, $metadata };
}

const settings = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 };

const ec2 = () => ({
  client: new EC2Client(settings),
  service: { protocol: 'ec2Query' as const, schemas: operationSchemas(ec2Api) },
});
const eks = () => ({
  client: new EKSClient(settings),
  service: { protocol: 'restJson1' as const, schemas: operationSchemas(eksApi) },
});
const asg = () => ({
  client: new AutoScalingClient(settings),
  service: { protocol: 'awsQuery' as const, schemas: operationSchemas(autoScalingApi), version: '2011-01-01' },
});
const kms = () => ({
  client: new KMSClient(settings),
  service: { protocol: 'awsJson1.1' as const, schemas: operationSchemas(kmsApi) },
});
const ssm = () => ({
  client: new SSMClient(settings),
  service: { protocol: 'awsJson1.1' as const, schemas: operationSchemas(ssmApi) },
});

describe('the ec2Query protocol', () => {
  it('reads what the SDK writes and writes what it reads', async () => {
    const { client, service } = ec2();
    const given = {
      CidrBlock: '10.0.0.0/16',
      AmazonProvidedIpv6CidrBlock: true,
      TagSpecifications: [
        {
          ResourceType: 'vpc' as const,
          Tags: [
            { Key: 'Name', Value: 'a & <b>' },
            { Key: 'empty', Value: '' },
          ],
        },
      ],
    };
    const output = {
      Vpc: { VpcId: 'vpc-1', State: 'available', IsDefault: false, Tags: [{ Key: 'Name', Value: 'a & <b>' }] },
    };
    const seen = await roundTrip(client, service, { command: new CreateVpcCommand(given), output });
    expect(seen.input).toEqual(given);
    expect(seen.output).toEqual(output);
    expect(seen.$metadata.httpStatusCode).toBe(200);
  });

  it('knows dates, numbers, nested lists and empty ones', async () => {
    const { client, service } = ec2();
    const given = { Filters: [{ Name: 'vpc-id', Values: ['vpc-1', 'vpc-2'] }], MaxResults: 7 };
    const launched = new Date('2026-11-01T00:00:05.000Z');
    const output = {
      Reservations: [
        {
          ReservationId: 'r-1',
          Groups: [],
          Instances: [{ InstanceId: 'i-1', LaunchTime: launched, AmiLaunchIndex: 0 }],
        },
      ],
      NextToken: 'more',
    };
    const seen = await roundTrip(client, service, { command: new DescribeInstancesCommand(given), output });
    expect(seen.input).toEqual(given);
    expect(seen.output).toEqual(output);
  });

  it('tells errors as EC2 does', async () => {
    const { client, service } = ec2();
    const gone = new AwsError('InvalidVpcID.NotFound', "The vpc ID 'vpc-1' does not exist", 400);
    const asking = roundTrip(client, service, { command: new DeleteVpcCommand({ VpcId: 'vpc-1' }), output: gone });
    await expect(asking).rejects.toMatchObject({
      name: 'InvalidVpcID.NotFound',
      message: "The vpc ID 'vpc-1' does not exist",
      $metadata: { requestId: 'r-1' },
    });
    const missing = roundTrip(client, service, { command: new DeleteVpcCommand({ VpcId: undefined }), output: {} });
    await expect(missing).rejects.toMatchObject({
      name: 'MissingParameter',
      message: 'The request must contain the parameter VpcId',
    });
  });

  it('refuses parameters that the operation does not have, and values of a wrong type', async () => {
    const { service } = ec2();
    const loaded = loadService({ ...service, signingName: 'ec2', handlers: {} });
    const read = (body: string) =>
      protocols.ec2Query.read(loaded, { method: 'POST', path: '/', query: '', headers: {}, body: Buffer.from(body) });
    expect(() => read('Action=CreateVpc&Cidr=10.0.0.0/16')).toThrow('The parameter Cidr is not recognized');
    expect(() => read('Action=DescribeInstances&MaxResults=ten')).toThrow(
      'Value (ten) for parameter MaxResults is invalid',
    );
    expect(() => read('Action=MakeCoffee')).toThrow('does not implement ec2:MakeCoffee');
  });
});

describe('the awsQuery protocol', () => {
  it('reads what the SDK writes and writes what it reads', async () => {
    const { client, service } = asg();
    const given = {
      AutoScalingGroupName: 'g',
      MinSize: 0,
      MaxSize: 3,
      VPCZoneIdentifier: 'subnet-1,subnet-2',
      Tags: [{ Key: 'k', Value: 'v', PropagateAtLaunch: true }],
      TerminationPolicies: ['Default'],
    };
    const seen = await roundTrip(client, service, {
      command: new CreateAutoScalingGroupCommand(given),
      output: undefined,
    });
    expect(seen.input).toEqual(given);
    const group = {
      AutoScalingGroupName: 'g',
      MinSize: 0,
      CreatedTime: new Date(1_793_491_200_000),
      Instances: [],
      Tags: [{ Key: 'k', Value: 'v' }],
    };
    const described = await roundTrip(client, service, {
      command: new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['g'] }),
      output: { AutoScalingGroups: [group] },
    });
    expect(described.input).toEqual({ AutoScalingGroupNames: ['g'] });
    expect(described.output).toEqual({ AutoScalingGroups: [group] });
  });

  it('names every required member that is missing', async () => {
    const { client, service } = asg();
    const command = new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'g',
      MinSize: undefined,
      MaxSize: undefined,
    });
    await expect(roundTrip(client, service, { command, output: {} })).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        "2 validation errors detected: Value null at 'minSize' failed to satisfy constraint: Member must not be null; Value null at 'maxSize' failed to satisfy constraint: Member must not be null",
    });
  });
});

describe('the restJson1 protocol', () => {
  it('reads what the SDK writes and writes what it reads', async () => {
    const { client, service } = eks();
    const given = {
      name: 'k8s',
      roleArn: 'arn:aws:iam::123456789012:role/k8s',
      resourcesVpcConfig: { subnetIds: ['subnet-1'], endpointPublicAccess: true },
      tags: { Cluster: 'k8s' },
      clientRequestToken: 't',
    };
    const output = {
      cluster: {
        name: 'k8s',
        createdAt: new Date(1_793_491_200_000),
        tags: { Cluster: 'k8s' },
        logging: { clusterLogging: [] },
      },
    };
    const seen = await roundTrip(client, service, { command: new CreateClusterCommand(given), output });
    expect(seen.input).toEqual(given);
    expect(seen.output).toEqual(output);
  });

  it('reads labels from the path and members from the query', async () => {
    const { client, service } = eks();
    const labels = { clusterName: 'a cluster', nodegroupName: 'ü' };
    const one = await roundTrip(client, service, { command: new DescribeNodegroupCommand(labels), output: {} });
    expect(one.input).toEqual(labels);
    const query = { maxResults: 5, nextToken: 'a+b/c=', include: ['all'] };
    const many = await roundTrip(client, service, {
      command: new ListClustersCommand(query),
      output: { clusters: ['k8s'] },
    });
    expect(many.input).toEqual(query);
  });

  it('tells errors with their further members', async () => {
    const { client, service } = eks();
    const gone = new AwsError('ResourceNotFoundException', 'No cluster found for name: k8s.', 404, {
      clusterName: 'k8s',
    });
    const asking = roundTrip(client, service, {
      command: new DescribeNodegroupCommand({ clusterName: 'k8s', nodegroupName: 'n' }),
      output: gone,
    });
    await expect(asking).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      clusterName: 'k8s',
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe('the awsJson protocols', () => {
  it('read what the SDK writes and write what it reads', async () => {
    const { client, service } = kms();
    const given = { KeyId: 'k', Plaintext: new Uint8Array([0, 255, 7]), EncryptionContext: { a: 'b' } };
    const output = { KeyId: 'k', CiphertextBlob: new Uint8Array([1, 2, 3]) };
    const seen = await roundTrip(client, service, { command: new EncryptCommand(given), output });
    expect(seen.input).toEqual(given);
    expect(seen.output.CiphertextBlob).toEqual(output.CiphertextBlob);
    const path = ssm();
    const parameters = { Parameters: [{ Name: '/a', Version: 1, LastModifiedDate: new Date(1_793_491_200_500) }] };
    const read = await roundTrip(path.client, path.service, {
      command: new GetParametersByPathCommand({ Path: '/', Recursive: true }),
      output: parameters,
    });
    expect(read.input).toEqual({ Path: '/', Recursive: true });
    expect(read.output).toEqual(parameters);
  });

  it('refuse values of a wrong type', async () => {
    const { service } = ssm();
    const loaded = loadService({ ...service, signingName: 'ssm', handlers: {} });
    const read = (body: string) =>
      protocols['awsJson1.1'].read(loaded, {
        method: 'POST',
        path: '/',
        query: '',
        headers: { 'x-amz-target': 'AmazonSSM.GetParameter' },
        body: Buffer.from(body),
      });
    expect(() => read('{"Name":7}')).toThrow('Name: "7" is not a string');
    expect(() => read('{')).toThrow('the body is not JSON');
    expect(() => read('{}')).toThrow("Value null at 'name' failed to satisfy constraint: Member must not be null");
  });
});
