import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateAccessEntryCommand, CreateClusterCommand, CreateFargateProfileCommand } from '@aws-sdk/client-eks';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minutes } from '../../base/duration.ts';
import { iamPath } from '../../model/tags.ts';
import type { Observed, Settled } from '../../model/types.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { accessEntry } from './access-entry.ts';
import { addon } from './addon.ts';
import { cluster } from './cluster.ts';
import { fargateProfile } from './fargate-profile.ts';
import { launchTemplate } from './launch-template.ts';
import { findForeignChildren } from './leftover-of-eks.ts';
import { logGroup } from './log-group.ts';
import { nodeGroup } from './node-group.ts';
import { oidcProvider } from './oidc-provider.ts';
import { podIdentityAssociation } from './pod-identity-association.ts';
import { role } from './role.ts';
import { subnet } from './subnet.ts';
import { vpc } from './vpc.ts';

let trial: AdapterTrial;
beforeEach(async () => {
  trial = await adapterTrial();
});
afterEach(() => trial.stop());

async function newRole(what: string, service: string, policies: readonly string[], actions = ['sts:AssumeRole']) {
  const id = `role/${what}`;
  const statement = { Effect: 'Allow', Principal: { Service: service }, Action: actions };
  const made = await trial.of(role).create(id, {
    name: `trial-${what}`,
    path: `${iamPath('us-east-1', 'trial')}${what}/`,
    description: what,
    trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    policyArns: policies.map((name) => `arn:aws:iam::aws:policy/${name}`),
    permissionsBoundary: null,
    tags: tagsFor(id),
  });
  return made.arn;
}
const podRole = (what: string) => newRole(what, 'pods.eks.amazonaws.com', [], ['sts:AssumeRole', 'sts:TagSession']);

async function newSubnets(): Promise<string[]> {
  const { vpcId } = await trial.of(vpc).create('vpc/main', {
    cidr: '10.0.0.0/16',
    ipv6: false,
    dnsSupport: true,
    dnsHostnames: true,
    tags: tagsFor('vpc/main'),
  });
  const made = ['a', 'b', 'c'].map((zone, i) =>
    trial.of(subnet).create(`subnet/${zone}`, {
      vpcId,
      zone: `us-east-1${zone}`,
      cidr: `10.0.${i}.0/24`,
      ipv6Index: null,
      publicIpOnLaunch: false,
      ipv6OnCreation: false,
      tags: tagsFor(`subnet/${zone}`),
    }),
  );
  return (await Promise.all(made)).map(({ subnetId }) => subnetId);
}

async function clusterAsked(): Promise<Settled<'cluster'>> {
  const subnetIds = await newSubnets();
  return {
    name: 'trial',
    version: '1.35',
    roleArn: await newRole('cluster', 'eks.amazonaws.com', ['AmazonEKSClusterPolicy']),
    subnetIds,
    securityGroupIds: [],
    endpointPrivate: true,
    endpointPublic: true,
    publicAccessCidrs: ['203.0.113.0/24'],
    logTypes: ['api', 'audit'],
    encryptionKeyArn: null,
    ipFamily: 'ipv4',
    serviceCidr: '172.20.0.0/16',
    upgradePolicy: 'STANDARD',
    deletionProtection: true,
    tags: tagsFor('cluster'),
  };
}

async function newCluster(): Promise<Settled<'cluster'> & Observed<'cluster'>> {
  const asked = await clusterAsked();
  return { ...asked, ...(await trial.of(cluster).create('cluster', asked)) };
}

describe('clusters', () => {
  it('live as the graph asks, one update after the other, and are deleted though protected', async () => {
    const asked = await clusterAsked();
    await trial
      .of(cluster)
      .life('cluster', asked, [
        { publicAccessCidrs: ['198.51.100.0/24', '203.0.113.0/24'] },
        { endpointPublic: false, publicAccessCidrs: [] },
        { logTypes: [] },
        { logTypes: ['authenticator'], deletionProtection: false, tags: tagsFor('cluster', { team: 'a' }) },
        { version: '1.36', upgradePolicy: 'EXTENDED' },
        { subnetIds: asked.subnetIds.slice(1) },
        { upgradePolicy: 'STANDARD', deletionProtection: true },
      ]);
  });

  it('encrypt their secrets later too, and wait until all are', async () => {
    const asked = await clusterAsked();
    await trial.of(cluster).create('cluster', asked);
    const { KeyMetadata } = await trial.connection.clients.kms.send(new CreateKeyCommand({}));
    const encryptionKeyArn = KeyMetadata!.Arn!;
    await trial.of(cluster).update('cluster', { ...asked, encryptionKeyArn });
    expect((await trial.of(cluster).find('cluster')).settled).toEqual({ ...asked, encryptionKeyArn });
  });

  it('are ACTIVE with everything that AWS tells when made, no later than 5 % after AWS is done', async () => {
    const asked = await clusterAsked();
    const before = trial.aws.clock.now();
    const made = await trial.of(cluster).create('cluster', asked);
    const took = trial.aws.clock.now() - before;
    expect(took).toBeLessThan(9 * 60_000 * 1.05);
    expect(made.endpoint).toMatch(/^https:/);
    expect(Buffer.from(made.certificateAuthority, 'base64').toString()).toContain('BEGIN CERTIFICATE');
    expect(made.issuer).toMatch(/^https:\/\/oidc\.eks\.us-east-1\.amazonaws\.com\/id\//);
    expect(made.clusterSecurityGroupId).toMatch(/^sg-/);
    // The cluster; and whether it has seats of its own, which an observation asks anyway.
    expect(await trial.of(cluster).callsPerList()).toBe(2);
  });

  it('of another owner are not listed, and stop a creation of the same name with what to do', async () => {
    const asked = await clusterAsked();
    const input = { name: 'trial', roleArn: asked.roleArn, resourcesVpcConfig: { subnetIds: [...asked.subnetIds] } };
    await trial.connection.clients.eks.send(new CreateClusterCommand(input));
    const group = { name: '/aws/eks/trial/cluster', retentionDays: 90, tags: tagsFor('log-group/control-plane') };
    await trial.connection.clients.logs.send(new CreateLogGroupCommand({ logGroupName: group.name }));
    await expect(trial.of(logGroup).create('log-group/control-plane', group)).rejects.toMatchObject({
      reason: 'conflict',
    });
    expect(await trial.of(cluster).list()).toEqual([]);
    await expect(trial.of(cluster).create('cluster', asked)).rejects.toMatchObject({
      reason: 'conflict',
      message: expect.stringContaining('is not tagged as this cluster'),
    });
  });
});

const templateAsked = (clusterSecurityGroupId: string, hops: number): Settled<'launch-template'> => ({
  name: 'trial-workers',
  ...{ imageId: null, instanceType: null, userData: null, keyName: null, instanceProfileArn: null, publicIp: null },
  securityGroupIds: [clusterSecurityGroupId],
  volumes: [],
  metadataHopLimit: hops,
  monitoring: false,
  ebsOptimized: null,
  instanceTags: {},
  tags: tagsFor('launch-template/workers'),
});

describe('managed node groups', () => {
  it('live with sizes, labels, taints and templates', async () => {
    const { clusterName, subnetIds, clusterSecurityGroupId } = await newCluster();
    const templates = trial.of(launchTemplate);
    const template = await templates.create('launch-template/workers', templateAsked(clusterSecurityGroupId, 1));
    const nodeRoleArn = await newRole('workers', 'ec2.amazonaws.com', ['AmazonEKSWorkerNodePolicy']);
    const asked: Settled<'node-group'> = {
      ...{ clusterName, name: 'workers', nodeRoleArn, subnetIds },
      ...{ amiType: 'AL2023_x86_64_STANDARD', instanceTypes: ['m6i.large', 'm5.large'], capacityType: 'ON_DEMAND' },
      launchTemplateId: template.launchTemplateId,
      launchTemplateVersion: template.latestVersion,
      ...{ minSize: 0, maxSize: 3, desiredSize: 0 },
      labels: { tier: 'front', team: 'a' },
      taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }],
      updateConfig: { maxUnavailable: 1 },
      tags: tagsFor('node-group/workers'),
    };
    const groups = trial.of(nodeGroup);
    await groups.create('node-group/workers', asked);
    const first = await groups.find('node-group/workers');
    const { version, releaseVersion } = first.settled;
    expect(first.settled).toEqual({ ...asked, version, releaseVersion });
    expect(version).toBe('1.35');
    await groups.delete('node-group/workers');
    const next = await templates.update('launch-template/workers', templateAsked(clusterSecurityGroupId, 2));
    expect(next.latestVersion).toBe('2');
    await groups.life('node-group/workers', { ...asked, version: version!, releaseVersion: releaseVersion! }, [
      { maxSize: 5, labels: { tier: 'back' } },
      {
        taints: [
          { key: 'dedicated', value: 'cpu', effect: 'NoSchedule' },
          { key: 'x', value: '', effect: 'NoExecute' },
        ],
      },
      { taints: [], labels: {}, updateConfig: { maxUnavailablePercentage: 30 } },
      { launchTemplateVersion: next.latestVersion, tags: tagsFor('node-group/workers', { team: 'b' }) },
    ]);
  });

  it('keep the size that others set, and the entries that EKS makes for their roles are not described', async () => {
    const { clusterName, subnetIds, clusterSecurityGroupId } = await newCluster();
    const template = await trial
      .of(launchTemplate)
      .create('launch-template/workers', templateAsked(clusterSecurityGroupId, 1));
    const nodeRoleArn = await newRole('workers', 'ec2.amazonaws.com', ['AmazonEKSWorkerNodePolicy']);
    await trial.of(nodeGroup).create('node-group/workers', {
      ...{ clusterName, name: 'workers', nodeRoleArn, subnetIds },
      ...{ amiType: 'AL2023_x86_64_STANDARD', instanceTypes: ['m6i.large'], capacityType: 'ON_DEMAND' },
      launchTemplateId: template.launchTemplateId,
      launchTemplateVersion: template.latestVersion,
      ...{ minSize: 0, maxSize: 3, desiredSize: 0, labels: {}, taints: [] },
      updateConfig: { maxUnavailable: 1 },
      tags: tagsFor('node-group/workers'),
    });
    const groups = trial.of(nodeGroup);
    const found = await groups.find('node-group/workers');
    const settled = { ...(found.settled as Settled<'node-group'>), desiredSize: 2, maxSize: 5 };
    await nodeGroup.writer(trial.connection).update({ found, settled, changed: ['maxSize'] }, trial.context);
    expect((await groups.find('node-group/workers')).settled).toMatchObject({ desiredSize: 0, maxSize: 5 });
    const from = trial.asked.length;
    expect(await trial.of(accessEntry).list()).toEqual([]);
    expect(trial.asked.slice(from)).not.toContain('eks:DescribeAccessEntry');
  });
});

describe('what belongs to a cluster', () => {
  it('access entries live with their groups and policies', async () => {
    const { clusterName } = await newCluster();
    const policy = (name: string) => `arn:aws:eks::aws:cluster-access-policy/${name}`;
    const admin: Settled<'access-entry'> = {
      clusterName,
      principalArn: 'arn:aws:iam::123456789012:user/admin',
      entryType: 'STANDARD',
      username: 'captain',
      groups: [],
      policies: [{ policyArn: policy('AmazonEKSClusterAdminPolicy'), namespaces: [] }],
      tags: tagsFor('access-entry/admin'),
    };
    await trial
      .of(accessEntry)
      .life('access-entry/admin', admin, [
        { groups: ['viewers'] },
        { username: 'mate' },
        { policies: [{ policyArn: policy('AmazonEKSClusterAdminPolicy'), namespaces: ['team-a'] }] },
        { policies: [{ policyArn: policy('AmazonEKSViewPolicy'), namespaces: ['team-a', 'team-b'] }], groups: [] },
        { policies: [], tags: tagsFor('access-entry/admin', { team: 'a' }) },
      ]);
  });

  it('an access entry that is there already is made what was asked: policies, groups and tags', async () => {
    const { clusterName } = await newCluster();
    const policy = (name: string) => `arn:aws:eks::aws:cluster-access-policy/${name}`;
    const asked: Settled<'access-entry'> = {
      clusterName,
      principalArn: 'arn:aws:iam::123456789012:user/admin',
      entryType: 'STANDARD',
      username: 'captain',
      groups: [],
      policies: [{ policyArn: policy('AmazonEKSViewPolicy'), namespaces: [] }],
      tags: tagsFor('access-entry/admin'),
    };
    const entries = trial.of(accessEntry);
    const before = [{ policyArn: policy('AmazonEKSClusterAdminPolicy'), namespaces: [] }];
    const tags = tagsFor('access-entry/admin', { team: 'old' });
    await entries.create('access-entry/admin', { ...asked, policies: before, tags });
    await entries.create('access-entry/admin', asked);
    expect((await entries.find('access-entry/admin')).settled).toEqual(asked);
  });

  it('the entry that EKS made for a role that a managed group uses too is taken; one with tags of others is not', async () => {
    const { clusterName } = await newCluster();
    const { eks } = trial.connection.clients;
    const of = async (what: string): Promise<Settled<'access-entry'>> => ({
      ...{ clusterName, entryType: 'EC2_LINUX', groups: [], policies: [] },
      principalArn: await newRole(what, 'ec2.amazonaws.com', ['AmazonEKSWorkerNodePolicy']),
      tags: tagsFor(`access-entry/${what}`),
    });
    const [shared, foreign] = [await of('shared'), await of('foreign')];
    const type = 'EC2_LINUX';
    await eks.send(new CreateAccessEntryCommand({ clusterName, principalArn: shared.principalArn, type }));
    const tags = { owner: 'others' };
    await eks.send(new CreateAccessEntryCommand({ clusterName, principalArn: foreign.principalArn, type, tags }));
    const entries = trial.of(accessEntry);
    await entries.create('access-entry/shared', shared);
    expect((await entries.find('access-entry/shared')).settled).toEqual(shared);
    await expect(entries.create('access-entry/foreign', foreign)).rejects.toMatchObject({ reason: 'conflict' });
  });

  it('a Fargate profile of others stops the deletion of the cluster at once, with its name in reach', async () => {
    const { clusterName, subnetIds } = await newCluster();
    const podExecutionRoleArn = await newRole('pods', 'eks-fargate-pods.amazonaws.com', [
      'AmazonEKSFargatePodExecutionRolePolicy',
    ]);
    const fargateProfileName = 'foreign';
    await trial.connection.clients.eks.send(
      new CreateFargateProfileCommand({
        ...{ clusterName, fargateProfileName, podExecutionRoleArn },
        subnets: [...subnetIds],
        selectors: [{ namespace: 'jobs' }],
      }),
    );
    await trial.aws.clock.sleep(minutes(3));
    const found = await findForeignChildren(trial.connection, trial.context);
    expect(found.map(({ type, name, belongsToCluster }) => [type, name, belongsToCluster])).toEqual([
      ['fargate-profile', 'foreign', false],
    ]);
    const before = trial.aws.clock.now();
    await expect(trial.of(cluster).delete('cluster')).rejects.toMatchObject({
      reason: 'conflict',
      message: expect.stringContaining('aws eks list-fargate-profiles --cluster-name trial'),
    });
    expect(trial.aws.clock.now() - before).toBeLessThan(minutes(5).ms);
  });

  it('access entries of nodes have no groups of ours and cost one call each', async () => {
    const { clusterName } = await newCluster();
    const principalArn = await newRole('workers', 'ec2.amazonaws.com', ['AmazonEKSWorkerNodePolicy']);
    const nodes: Settled<'access-entry'> = {
      ...{ clusterName, principalArn, entryType: 'EC2_LINUX', groups: [], policies: [] },
      tags: tagsFor('access-entry/workers'),
    };
    const entries = trial.of(accessEntry);
    await entries.create('access-entry/workers', nodes);
    expect((await entries.find('access-entry/workers')).settled).toEqual(nodes);
    // Whether there are seats, the cluster, the three lists (entries, node groups, profiles) and the entry.
    expect(await entries.callsPerList()).toBe(6);
  });

  it('add-ons live with versions, values and roles, and their associations are not listed as ours', async () => {
    const { clusterName } = await newCluster();
    const [one, two] = [await podRole('cni'), await podRole('other')];
    const cni: Settled<'addon'> = {
      ...{ clusterName, addonName: 'vpc-cni', values: null, podIdentities: [] },
      tags: tagsFor('addon/vpc-cni'),
    };
    const addons = trial.of(addon);
    await addons.create('addon/vpc-cni', cni);
    const { version } = (await addons.find('addon/vpc-cni')).settled;
    await addons.delete('addon/vpc-cni');
    await addons.life('addon/vpc-cni', { ...cni, version: version! }, [
      { values: '{"env":{"ENABLE_PREFIX_DELEGATION":"true"}}' },
      { podIdentities: [{ serviceAccount: 'aws-node', roleArn: one }] },
      { podIdentities: [{ serviceAccount: 'aws-node', roleArn: two }], values: null },
      { podIdentities: [], tags: tagsFor('addon/vpc-cni', { team: 'a' }) },
    ]);
    await addons.create('addon/vpc-cni', { ...cni, podIdentities: [{ serviceAccount: 'aws-node', roleArn: one }] });
    expect(await trial.of(podIdentityAssociation).list()).toEqual([]);
  });

  it('pod identity associations live with another role in place', async () => {
    const { clusterName } = await newCluster();
    const [one, two] = [await podRole('one'), await podRole('two')];
    const asked: Settled<'pod-identity-association'> = {
      ...{ clusterName, namespace: 'shop', serviceAccount: 'cart', roleArn: one },
      tags: tagsFor('pod-identity-association/shop/cart'),
    };
    await trial
      .of(podIdentityAssociation)
      .life('pod-identity-association/shop/cart', asked, [
        { roleArn: two },
        { tags: tagsFor('pod-identity-association/shop/cart', { team: 'a' }) },
      ]);
  });

  it('Fargate profiles live, two of them made and removed at once though EKS takes one at a time', async () => {
    const { clusterName, subnetIds } = await newCluster();
    const podExecutionRoleArn = await newRole('fargate', 'eks-fargate-pods.amazonaws.com', [
      'AmazonEKSFargatePodExecutionRolePolicy',
    ]);
    const profile = (name: string): Settled<'fargate-profile'> => ({
      ...{ clusterName, name, podExecutionRoleArn, subnetIds },
      selectors: [{ namespace: name, labels: { tier: 'front' } }],
      tags: tagsFor(`fargate-profile/${name}`),
    });
    const profiles = trial.of(fargateProfile);
    await profiles.life('fargate-profile/a', profile('a'), [{ tags: tagsFor('fargate-profile/a', { team: 'a' }) }]);
    const writer = fargateProfile.writer(trial.connection);
    await Promise.all(
      ['a', 'b'].map((name) => writer.create({ id: `fargate-profile/${name}`, settled: profile(name) }, trial.context)),
    );
    const both = await profiles.list();
    expect(both.map(({ id, state }) => ({ id, state }))).toEqual([
      { id: 'fargate-profile/a', state: 'ready' },
      { id: 'fargate-profile/b', state: 'ready' },
    ]);
    await Promise.all(both.map((found) => writer.delete(found, trial.context)));
    expect(await profiles.list()).toEqual([]);
  });

  it('the OIDC provider lives, and is still found when the cluster went before it', async () => {
    const { issuer } = await newCluster();
    const asked: Settled<'oidc-provider'> = {
      url: issuer,
      audiences: ['sts.amazonaws.com'],
      tags: tagsFor('oidc-provider'),
    };
    const providers = trial.of(oidcProvider);
    await providers.life('oidc-provider', asked, [
      { audiences: ['sts.amazonaws.com', 'other'] },
      { audiences: ['other'], tags: tagsFor('oidc-provider', { team: 'a' }) },
    ]);
    await providers.create('oidc-provider', asked);
    await trial.of(cluster).delete('cluster');
    expect((await providers.find('oidc-provider')).settled).toEqual(asked);
    await providers.delete('oidc-provider');
    expect(await providers.list()).toEqual([]);
  });
});
