import { AssociateRouteTableCommand, CreateRouteTableCommand, CreateSubnetCommand } from '@aws-sdk/client-ec2';
import {
  CreateAddonCommand,
  CreateFargateProfileCommand,
  CreatePodIdentityAssociationCommand,
  DeleteAddonCommand,
  DeletePodIdentityAssociationCommand,
  DescribeAddonCommand,
  DescribeAddonConfigurationCommand,
  DescribeAddonVersionsCommand,
  DescribeClusterVersionsCommand,
  DescribeFargateProfileCommand,
  ListAddonsCommand,
  ListPodIdentityAssociationsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UpdateAddonCommand,
} from '@aws-sdk/client-eks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minutes } from '../../../base/duration.ts';
import { defaultSubnets, type EksTrial, eksTrial, makeKeel, makeRole, refusal } from './eks-trial.ts';

let trial: EksTrial;
beforeEach(async () => {
  trial = await eksTrial();
  await makeKeel(trial);
});
afterEach(() => trial.stop());

const clusterName = 'keel';
const create = (addonName: string, more: object = {}) =>
  trial.eks.send(new CreateAddonCommand({ clusterName, addonName, ...more }));
const describeAddon = async (addonName: string) =>
  (await trial.eks.send(new DescribeAddonCommand({ clusterName, addonName }))).addon!;
const podRole = (name: string) =>
  makeRole(trial, { name, service: 'pods.eks.amazonaws.com', actions: ['sts:AssumeRole', 'sts:TagSession'] });

describe('an add-on', () => {
  it('of daemon sets is ACTIVE before there are nodes; one of deployments waits for them and is DEGRADED', async () => {
    await create('vpc-cni');
    await create('coredns');
    expect((await describeAddon('vpc-cni')).status).toBe('CREATING');
    await trial.pass(minutes(1));
    expect((await describeAddon('vpc-cni')).status).toBe('ACTIVE');
    expect((await describeAddon('coredns')).status).toBe('CREATING');
    await trial.pass(minutes(12));
    const waiting = await describeAddon('coredns');
    expect(waiting).toMatchObject({
      status: 'DEGRADED',
      health: { issues: [{ code: 'InsufficientNumberOfReplicas' }] },
    });
    expect((await trial.eks.send(new ListAddonsCommand({ clusterName }))).addons).toEqual(['coredns', 'vpc-cni']);
  });

  it('takes a version that DescribeAddonVersions lists for the cluster, and no other', async () => {
    const listed = await trial.eks.send(
      new DescribeAddonVersionsCommand({ addonName: 'vpc-cni', kubernetesVersion: '1.36' }),
    );
    const versions = listed.addons![0]!.addonVersions!;
    const usual = versions.filter((row) => row.compatibilities?.some((own) => own.defaultVersion === true));
    expect(usual).toHaveLength(1);
    expect(await refusal(create('vpc-cni', { addonVersion: 'v1.0.0-eksbuild.1' }))).toBe(
      'InvalidParameterException: Addon version specified is not supported',
    );
    await create('vpc-cni');
    expect((await describeAddon('vpc-cni')).addonVersion).toBe(usual[0]!.addonVersion);
    expect(await refusal(create('vpc-cni'))).toBe('ResourceInUseException: Addon already exists.');
    expect(await refusal(describeAddon('coredns'))).toBe(
      'ResourceNotFoundException: No addon: coredns found in cluster: keel',
    );
  });

  it('refuses configuration that its schema does not have', async () => {
    const { addonVersions } = (await trial.eks.send(new DescribeAddonVersionsCommand({ addonName: 'coredns' })))
      .addons![0]!;
    const { configurationSchema } = await trial.eks.send(
      new DescribeAddonConfigurationCommand({ addonName: 'coredns', addonVersion: addonVersions![0]!.addonVersion! }),
    );
    expect(JSON.parse(configurationSchema!).properties.replicaCount).toEqual({ type: 'integer' });
    expect(await refusal(create('coredns', { configurationValues: '{"replicas":3}' }))).toBe(
      'InvalidParameterException: ConfigurationValue provided in request is not supported: Json schema validation failed with error: [$.replicas: is not defined in the schema and the schema does not allow additional properties]',
    );
    await create('coredns', { configurationValues: '{"replicaCount":3}' });
    await trial.pass(minutes(1));
    expect(trial.state().kubernetes.keel?.objects.deployments?.['kube-system/coredns']?.spec).toMatchObject({
      replicas: 3,
    });
  });

  it('owns its pod identity association, and takes it along', async () => {
    const roleArn = await podRole('ebs');
    await create('aws-ebs-csi-driver', {
      podIdentityAssociations: [{ serviceAccount: 'ebs-csi-controller-sa', roleArn }],
    });
    const list = async () =>
      (await trial.eks.send(new ListPodIdentityAssociationsCommand({ clusterName }))).associations!;
    const [own] = await list();
    expect(own).toMatchObject({
      namespace: 'kube-system',
      serviceAccount: 'ebs-csi-controller-sa',
      ownerArn: (await describeAddon('aws-ebs-csi-driver')).addonArn,
    });
    const remove = trial.eks.send(
      new DeletePodIdentityAssociationCommand({ clusterName, associationId: own!.associationId! }),
    );
    expect(await refusal(remove)).toMatch(/^InvalidRequestException: .*is owned by/);
    expect(
      await refusal(trial.eks.send(new DeleteAddonCommand({ clusterName, addonName: 'aws-ebs-csi-driver' }))),
    ).toMatch(/^ResourceInUseException/);
    await trial.pass(minutes(25));
    await trial.eks.send(new DeleteAddonCommand({ clusterName, addonName: 'aws-ebs-csi-driver' }));
    await trial.pass(minutes(1));
    expect(await list()).toEqual([]);
  });

  it('is updated in its time, in an update that can be described', async () => {
    await create('vpc-cni');
    await trial.pass(minutes(1));
    const configurationValues = '{"env":{"ENABLE_PREFIX_DELEGATION":"true"}}';
    const { update } = await trial.eks.send(
      new UpdateAddonCommand({ clusterName, addonName: 'vpc-cni', configurationValues }),
    );
    expect(update).toMatchObject({ type: 'AddonUpdate', status: 'InProgress' });
    expect((await describeAddon('vpc-cni')).status).toBe('UPDATING');
    await trial.pass(minutes(2));
    expect(await describeAddon('vpc-cni')).toMatchObject({ status: 'ACTIVE', configurationValues });
  });
});

it('a pod identity association is one per service account, of a role that trusts the service', async () => {
  const at = { clusterName, namespace: 'shop', serviceAccount: 'web' };
  const wrong = await makeRole(trial, { name: 'wrong', service: 'pods.eks.amazonaws.com' });
  expect(await refusal(trial.eks.send(new CreatePodIdentityAssociationCommand({ ...at, roleArn: wrong })))).toMatch(
    /^InvalidParameterException: Trust policy of the role provided is invalid/,
  );
  const request = new CreatePodIdentityAssociationCommand({ ...at, roleArn: await podRole('web') });
  const { association } = await trial.eks.send(request);
  expect(association?.associationId).toMatch(/^a-[0-9a-z]{17}$/);
  expect(await refusal(trial.eks.send(request))).toBe(
    `ResourceInUseException: Association already exists: ${association!.associationId}`,
  );
});

it('a Fargate profile needs private subnets, and is made one at a time', async () => {
  const podExecutionRoleArn = await makeRole(trial, { name: 'fargate', service: 'eks-fargate-pods.amazonaws.com' });
  const [publicSubnet] = await defaultSubnets(trial);
  const vpcId = trial.state().ec2.subnets[publicSubnet]!.vpcId;
  const profile = (fargateProfileName: string, subnet: string) =>
    trial.eks.send(
      new CreateFargateProfileCommand({
        clusterName,
        fargateProfileName,
        podExecutionRoleArn,
        subnets: [subnet],
        selectors: [{ namespace: 'jobs' }],
      }),
    );
  expect(await refusal(profile('jobs', publicSubnet))).toBe(
    `InvalidParameterException: Subnet ${publicSubnet} provided in Fargate Profile is not a private subnet`,
  );
  const { Subnet } = await trial.ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '172.31.240.0/24' }));
  const { RouteTable } = await trial.ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }));
  await trial.ec2.send(
    new AssociateRouteTableCommand({ SubnetId: Subnet!.SubnetId!, RouteTableId: RouteTable!.RouteTableId! }),
  );
  await profile('jobs', Subnet!.SubnetId!);
  expect(await refusal(profile('more', Subnet!.SubnetId!))).toBe(
    'ResourceInUseException: Cannot create Fargate Profile more because cluster keel currently has Fargate profile jobs in status CREATING',
  );
  expect(trial.state().eks.clusters.keel?.accessEntries[podExecutionRoleArn]?.type).toBe('FARGATE_LINUX');
  await trial.pass(minutes(2));
  const seen = await trial.eks.send(new DescribeFargateProfileCommand({ clusterName, fargateProfileName: 'jobs' }));
  expect(seen.fargateProfile?.status).toBe('ACTIVE');
});

it('versions carry the dates of their support, and a cluster its tags', async () => {
  const { clusterVersions } = await trial.eks.send(new DescribeClusterVersionsCommand({}));
  const row = clusterVersions?.find((own) => own.clusterVersion === '1.35');
  expect(row).toMatchObject({ versionStatus: 'STANDARD_SUPPORT', endOfStandardSupportDate: new Date('2027-03-27') });
  expect(clusterVersions?.find((own) => own.clusterVersion === '1.33')?.versionStatus).toBe('EXTENDED_SUPPORT');
  expect(clusterVersions?.filter((own) => own.defaultVersion)).toHaveLength(1);
  const resourceArn = 'arn:aws:eks:us-east-1:123456789012:cluster/keel';
  await trial.eks.send(new TagResourceCommand({ resourceArn, tags: { team: 'blue' } }));
  expect((await trial.eks.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ team: 'blue' });
});
