import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  CreateClusterCommand,
  type CreateClusterCommandInput,
  DeleteClusterCommand,
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  DescribeUpdateCommand,
  ListAccessEntriesCommand,
  ListAssociatedAccessPoliciesCommand,
  ListClustersCommand,
  type LogType,
  UpdateClusterConfigCommand,
} from '@aws-sdk/client-eks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../../base/duration.ts';
import { type EksTrial, eksTrial, keelRequest, makeKeel, makeRole, refusal } from './eks-trial.ts';

let trial: EksTrial;
beforeEach(async () => {
  trial = await eksTrial();
});
afterEach(() => trial.stop());

const requestOf = () => keelRequest(trial);
const makeCluster = (changes: Partial<CreateClusterCommandInput> = {}) => makeKeel(trial, changes);

const describeKeel = async () => (await trial.eks.send(new DescribeClusterCommand({ name: 'keel' }))).cluster!;

describe('an EKS cluster', () => {
  it('is CREATING without an endpoint, then ACTIVE with endpoint, CA, issuer, security group and interfaces', async () => {
    const made = await trial.eks.send(new CreateClusterCommand(await requestOf()));
    expect(made.cluster).toMatchObject({ status: 'CREATING', version: '1.36' });
    expect(made.cluster?.endpoint).toBeUndefined();
    await trial.pass(minutes(10));
    const cluster = await describeKeel();
    expect(cluster).toMatchObject({
      status: 'ACTIVE',
      deletionProtection: false,
      upgradePolicy: { supportType: 'EXTENDED' },
    });
    expect(cluster.endpoint).toMatch(/^https:/);
    expect(Buffer.from(cluster.certificateAuthority!.data!, 'base64').toString()).toContain('BEGIN CERTIFICATE');
    expect(cluster.identity?.oidc?.issuer).toMatch(
      /^https:\/\/oidc\.eks\.us-east-1\.amazonaws\.com\/id\/[0-9A-F]{32}$/,
    );
    expect(cluster.kubernetesNetworkConfig).toMatchObject({ serviceIpv4Cidr: '10.100.0.0/16', ipFamily: 'ipv4' });
    const { ec2 } = trial.state();
    const group = cluster.resourcesVpcConfig!.clusterSecurityGroupId!;
    expect(ec2.securityGroups[group]?.name).toMatch(/^eks-cluster-sg-keel-\d+$/);
    expect(ec2.tags[group]).toMatchObject({ 'aws:eks:cluster-name': 'keel', 'kubernetes.io/cluster/keel': 'owned' });
    const interfaces = Object.values(ec2.networkInterfaces).filter((eni) => eni.description === 'Amazon EKS keel');
    expect(interfaces).toHaveLength(2);
    expect(interfaces.every((eni) => eni.requesterId !== undefined && eni.groups.includes(group))).toBe(true);
  });

  it('tells of zonal shift and Auto Mode only what was asked for', async () => {
    await makeCluster();
    expect(await describeKeel()).not.toHaveProperty('computeConfig');
    expect(await describeKeel()).not.toHaveProperty('storageConfig');
    expect(await describeKeel()).not.toHaveProperty('zonalShiftConfig');
    await trial.eks.send(new UpdateClusterConfigCommand({ name: 'keel', zonalShiftConfig: { enabled: true } }));
    await trial.pass(minutes(1));
    expect(await describeKeel()).toHaveProperty('zonalShiftConfig', { enabled: true });
  });

  it('is made once for the same token, and refused for another request of the same name', async () => {
    const request = { ...(await requestOf()), clientRequestToken: 'once' };
    const first = await trial.eks.send(new CreateClusterCommand(request));
    const again = await trial.eks.send(new CreateClusterCommand(request));
    expect(again.cluster?.arn).toBe(first.cluster?.arn);
    const other = trial.eks.send(new CreateClusterCommand({ ...request, clientRequestToken: 'twice' }));
    expect(await refusal(other)).toBe('ResourceInUseException: Cluster already exists with name: keel');
  });

  it.each([
    ['an unknown version', { version: '1.12' }, 'InvalidParameterException: unsupported Kubernetes version'],
    [
      'a role that does not exist',
      { roleArn: 'arn:aws:iam::123456789012:role/none' },
      'InvalidParameterException: Role with arn: arn:aws:iam::123456789012:role/none, could not be assumed because it does not exist or the trusted entity is not correct',
    ],
    [
      'a key that does not exist',
      {
        encryptionConfig: [
          { resources: ['secrets'], provider: { keyArn: 'arn:aws:kms:us-east-1:123456789012:key/none' } },
        ],
      },
      "InvalidParameterException: Key 'arn:aws:kms:us-east-1:123456789012:key/none' does not exist",
    ],
    [
      'services inside the VPC',
      { kubernetesNetworkConfig: { serviceIpv4Cidr: '172.31.0.0/16' } },
      /^InvalidParameterException: .*overlaps/,
    ],
  ] as const)('is refused with %s', async (_what, change, message) => {
    const request = { ...(await requestOf()), ...change } as CreateClusterCommandInput;
    const said = await refusal(trial.eks.send(new CreateClusterCommand(request)));
    if (typeof message === 'string') expect(said).toBe(message);
    else expect(said).toMatch(message);
  });

  it('needs subnets in two zones', async () => {
    const request = await requestOf();
    const subnetIds = [request.resourcesVpcConfig!.subnetIds![0]!];
    const one = trial.eks.send(new CreateClusterCommand({ ...request, resourcesVpcConfig: { subnetIds } }));
    expect(await refusal(one)).toBe(
      'InvalidParameterException: Subnets specified must be in at least two different AZs',
    );
  });

  it('takes one update at a time and one type per request', async () => {
    await makeCluster();
    const change = { name: 'keel', resourcesVpcConfig: { publicAccessCidrs: ['203.0.113.0/24'] } };
    const both = trial.eks.send(new UpdateClusterConfigCommand({ ...change, deletionProtection: true }));
    expect(await refusal(both)).toBe('InvalidParameterException: Only one type of update can be allowed.');
    const { update } = await trial.eks.send(new UpdateClusterConfigCommand(change));
    expect(update).toMatchObject({ status: 'InProgress', type: 'EndpointAccessUpdate' });
    const second = trial.eks.send(new UpdateClusterConfigCommand({ name: 'keel', deletionProtection: true }));
    expect(await refusal(second)).toBe(
      `ResourceInUseException: Cannot DeletionProtectionUpdate because cluster keel currently has update ${update!.id} in progress`,
    );
    expect((await describeKeel()).status).toBe('UPDATING');
    await trial.pass(minutes(3));
    const cluster = await describeKeel();
    expect(cluster.status).toBe('ACTIVE');
    expect(cluster.resourcesVpcConfig?.publicAccessCidrs).toEqual(['203.0.113.0/24']);
    const done = await trial.eks.send(new DescribeUpdateCommand({ name: 'keel', updateId: update!.id! }));
    expect(done.update?.status).toBe('Successful');
    const again = trial.eks.send(new UpdateClusterConfigCommand(change));
    expect(await refusal(again)).toBe(
      'InvalidParameterException: Cluster is already at the desired configuration with endpointPrivateAccess: true , endpointPublicAccess: true, and Public Endpoint Restrictions: [203.0.113.0/24]',
    );
  });

  it('is not deleted while protected, and leaves nothing behind when it is', async () => {
    await makeCluster({ deletionProtection: true });
    const before = Object.keys(trial.state().ec2.networkInterfaces).length;
    expect(await refusal(trial.eks.send(new DeleteClusterCommand({ name: 'keel' })))).toMatch(
      /^InvalidRequestException: .*deletion protection/,
    );
    await trial.eks.send(new UpdateClusterConfigCommand({ name: 'keel', deletionProtection: false }));
    await trial.pass(minutes(1));
    await trial.eks.send(new DeleteClusterCommand({ name: 'keel' }));
    expect((await describeKeel()).status).toBe('DELETING');
    await trial.pass(minutes(4));
    expect(await refusal(describeKeel())).toBe('ResourceNotFoundException: No cluster found for name: keel.');
    expect((await trial.eks.send(new ListClustersCommand({}))).clusters).toEqual([]);
    expect(Object.keys(trial.state().ec2.networkInterfaces)).toHaveLength(before - 2);
    expect(Object.values(trial.state().ec2.securityGroups).some((group) => group.name.startsWith('eks-'))).toBe(false);
    expect(trial.state().kubernetes.keel).toBeUndefined();
  });
});

describe('the log group of an EKS cluster', () => {
  const name = '/aws/eks/keel/cluster';
  const all = { types: ['api', 'audit'] as LogType[] };
  const groups = () => trial.state().logs.groups;

  it('comes again without tags and retention, a moment after a cluster that logged', async () => {
    await makeCluster({ logging: { clusterLogging: [{ ...all, enabled: true }] } });
    await trial.eks.send(new DeleteClusterCommand({ name: 'keel' }));
    await trial.pass(minutes(3));
    delete groups()[name];
    await trial.pass(seconds(10));
    expect(groups()).toEqual({});
    await trial.pass(seconds(15));
    expect(groups()[name]?.tags).toEqual({});
    expect(groups()[name]?.retentionInDays).toBeUndefined();
  });

  it('stays away where logging was switched off before', async () => {
    await makeCluster({ logging: { clusterLogging: [{ ...all, enabled: true }] } });
    const logging = { clusterLogging: [{ ...all, enabled: false }] };
    await trial.eks.send(new UpdateClusterConfigCommand({ name: 'keel', logging }));
    await trial.pass(minutes(2));
    await trial.eks.send(new DeleteClusterCommand({ name: 'keel' }));
    await trial.pass(minutes(3));
    delete groups()[name];
    await trial.pass(minutes(5));
    expect(groups()).toEqual({});
  });
});

describe('access entries', () => {
  const admin = 'arn:aws:iam::123456789012:user/admin';
  const policyArn = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';

  it('carry associated policies, and refuse groups of the system', async () => {
    await makeCluster();
    const masters = new CreateAccessEntryCommand({
      clusterName: 'keel',
      principalArn: admin,
      kubernetesGroups: ['system:masters'],
    });
    expect(await refusal(trial.eks.send(masters))).toBe(
      'InvalidParameterException: The kubernetes group name system:masters is invalid, it cannot start with system:',
    );
    const made = await trial.eks.send(new CreateAccessEntryCommand({ clusterName: 'keel', principalArn: admin }));
    expect(made.accessEntry).toMatchObject({ type: 'STANDARD', username: admin, kubernetesGroups: [] });
    await trial.eks.send(
      new AssociateAccessPolicyCommand({
        clusterName: 'keel',
        principalArn: admin,
        policyArn,
        accessScope: { type: 'cluster' },
      }),
    );
    const listed = await trial.eks.send(
      new ListAssociatedAccessPoliciesCommand({ clusterName: 'keel', principalArn: admin }),
    );
    expect(listed.associatedAccessPolicies).toMatchObject([{ policyArn, accessScope: { type: 'cluster' } }]);
    const twice = trial.eks.send(new CreateAccessEntryCommand({ clusterName: 'keel', principalArn: admin }));
    expect(await refusal(twice)).toBe(
      'ResourceInUseException: The specified access entry resource is already in use on this cluster.',
    );
    const nobody = trial.eks.send(new CreateAccessEntryCommand({ clusterName: 'keel', principalArn: `${admin}-none` }));
    expect(await refusal(nobody)).toBe(
      'InvalidParameterException: The specified principalArn is invalid: invalid principal.',
    );
  });

  it('have the creator as admin unless that is turned off, and do not exist for a cluster with only the config map', async () => {
    await makeCluster({ accessConfig: { authenticationMode: 'API' } });
    const listed = await trial.eks.send(new ListAccessEntriesCommand({ clusterName: 'keel' }));
    expect(listed.accessEntries).toEqual([admin]);
    await trial.eks.send(
      new CreateClusterCommand({
        ...(await secondRequest()),
        name: 'old',
        accessConfig: { authenticationMode: 'CONFIG_MAP' },
      }),
    );
    expect(await refusal(trial.eks.send(new ListAccessEntriesCommand({ clusterName: 'old' })))).toMatch(
      /^InvalidRequestException: The cluster's authentication mode must be set to one of \[API, API_AND_CONFIG_MAP\]/,
    );
  });

  it('of nodes have the name and groups that EKS gives them', async () => {
    await makeCluster();
    const principalArn = await makeRole(trial, { name: 'nodes', service: 'ec2.amazonaws.com' });
    await trial.eks.send(new CreateAccessEntryCommand({ clusterName: 'keel', principalArn, type: 'EC2_LINUX' }));
    const { accessEntry } = await trial.eks.send(new DescribeAccessEntryCommand({ clusterName: 'keel', principalArn }));
    expect(accessEntry).toMatchObject({
      username: 'system:node:{{EC2PrivateDNSName}}',
      kubernetesGroups: ['system:nodes'],
    });
    const policy = new AssociateAccessPolicyCommand({
      clusterName: 'keel',
      principalArn,
      policyArn,
      accessScope: { type: 'cluster' },
    });
    expect(await refusal(trial.eks.send(policy))).toMatch(/^InvalidRequestException: /);
  });
});

/** The first cluster's request again, without making its role twice. */
async function secondRequest(): Promise<CreateClusterCommandInput> {
  const { roleArn, resourcesVpcConfig } = await describeKeel();
  return { name: 'second', roleArn: roleArn!, resourcesVpcConfig: { subnetIds: resourcesVpcConfig!.subnetIds! } };
}
