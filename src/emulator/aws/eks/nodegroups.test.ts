import {
  CreateAddonCommand,
  CreateNodegroupCommand,
  DeleteClusterCommand,
  DeleteNodegroupCommand,
  DescribeAddonCommand,
  DescribeNodegroupCommand,
  DescribeUpdateCommand,
  UpdateNodegroupConfigCommand,
  UpdateNodegroupVersionCommand,
} from '@aws-sdk/client-eks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../../base/duration.ts';
import { nodesOf } from '../../kubernetes/state.ts';
import { Store } from '../../kubernetes/store.ts';
import { defaultSubnets, type EksTrial, eksTrial, makeKeel, makeRole, refusal } from './eks-trial.ts';

let trial: EksTrial;
beforeEach(async () => {
  trial = await eksTrial();
});
afterEach(() => trial.stop());

const nodePolicies = ['AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy', 'AmazonEC2ContainerRegistryReadOnly'];

async function makeNodes(): Promise<void> {
  for (const addonName of ['vpc-cni', 'kube-proxy']) {
    await trial.eks.send(new CreateAddonCommand({ clusterName: 'keel', addonName }));
  }
  const nodeRole = await makeRole(trial, { name: 'nodes', service: 'ec2.amazonaws.com', policies: nodePolicies });
  await trial.eks.send(
    new CreateNodegroupCommand({
      clusterName: 'keel',
      nodegroupName: 'workers',
      nodeRole,
      subnets: [...(await defaultSubnets(trial))],
      scalingConfig: { minSize: 1, maxSize: 4, desiredSize: 2 },
      labels: { team: 'blue' },
    }),
  );
}

const workers = async () =>
  (await trial.eks.send(new DescribeNodegroupCommand({ clusterName: 'keel', nodegroupName: 'workers' }))).nodegroup!;
const readyNodes = () =>
  nodesOf(trial.state().kubernetes.keel).filter((node) =>
    node.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
  );

describe('a managed node group', () => {
  it('is ACTIVE when its nodes are Ready, grows, rolls and goes', async () => {
    await makeKeel(trial);
    await makeNodes();
    expect((await workers()).status).toBe('CREATING');
    await trial.pass(minutes(4));
    expect(await workers()).toMatchObject({
      status: 'ACTIVE',
      amiType: 'AL2023_x86_64_STANDARD',
      health: { issues: [] },
    });
    expect(readyNodes()).toHaveLength(2);
    expect(readyNodes()[0]?.metadata.labels).toMatchObject({ team: 'blue', 'eks.amazonaws.com/nodegroup': 'workers' });

    await trial.eks.send(new CreateAddonCommand({ clusterName: 'keel', addonName: 'coredns' }));
    await trial.pass(minutes(2));
    const { addon } = await trial.eks.send(new DescribeAddonCommand({ clusterName: 'keel', addonName: 'coredns' }));
    expect(addon?.status).toBe('ACTIVE');

    await trial.eks.send(
      new UpdateNodegroupConfigCommand({
        clusterName: 'keel',
        nodegroupName: 'workers',
        scalingConfig: { desiredSize: 3 },
      }),
    );
    await trial.pass(minutes(4));
    expect(readyNodes()).toHaveLength(3);

    const before = readyNodes().map((node) => node.metadata.name);
    const { update } = await trial.eks.send(
      new UpdateNodegroupVersionCommand({ clusterName: 'keel', nodegroupName: 'workers' }),
    );
    await trial.pass(minutes(20));
    const done = await trial.eks.send(
      new DescribeUpdateCommand({ name: 'keel', nodegroupName: 'workers', updateId: update!.id! }),
    );
    expect(done.update).toMatchObject({ status: 'Successful', errors: [] });
    expect(readyNodes()).toHaveLength(3);
    expect(readyNodes().some((node) => before.includes(node.metadata.name))).toBe(false);

    expect(await refusal(trial.eks.send(new DeleteClusterCommand({ name: 'keel' })))).toBe(
      'ResourceInUseException: Cluster has nodegroups attached',
    );
    await trial.eks.send(new DeleteNodegroupCommand({ clusterName: 'keel', nodegroupName: 'workers' }));
    await trial.pass(minutes(5));
    expect(await refusal(workers())).toBe('ResourceNotFoundException: No node group found for name: workers.');
    expect(Object.values(trial.state().autoscaling.groups)).toEqual([]);
    expect(Object.values(trial.state().ec2.instances).every((instance) => instance.state === 'terminated')).toBe(true);
    expect(Object.values(trial.state().ec2.launchTemplates)).toEqual([]);
  });

  it('stops an update that a PodDisruptionBudget does not let through, with its old nodes in use', async () => {
    await makeKeel(trial);
    await makeNodes();
    await trial.eks.send(new CreateAddonCommand({ clusterName: 'keel', addonName: 'coredns' }));
    await trial.pass(minutes(5));
    const old = readyNodes().map((node) => node.metadata.name);
    const store = new Store(trial.turn(), trial.state().kubernetes.keel!);
    const budget = store.get('poddisruptionbudgets', 'coredns', 'kube-system')!;
    store.change('poddisruptionbudgets', budget, (draft) => {
      draft.spec = { selector: draft.spec.selector!, minAvailable: 2 };
      draft.status.disruptionsAllowed = 0;
    });
    const { update } = await trial.eks.send(
      new UpdateNodegroupVersionCommand({ clusterName: 'keel', nodegroupName: 'workers' }),
    );
    await trial.pass(minutes(25));
    const failed = await trial.eks.send(
      new DescribeUpdateCommand({ name: 'keel', nodegroupName: 'workers', updateId: update!.id! }),
    );
    expect(failed.update).toMatchObject({ status: 'Failed', errors: [{ errorCode: 'PodEvictionFailure' }] });
    expect(failed.update?.errors?.[0]?.resourceIds?.every((id) => id.startsWith('kube-system/coredns'))).toBe(true);
    expect(readyNodes()).toHaveLength(2);
    expect(readyNodes().some((node) => old.includes(node.metadata.name) && node.spec.unschedulable !== true)).toBe(
      true,
    );
  });

  it('fails with the instances that did not join', async () => {
    await makeKeel(trial);
    await makeNodes();
    delete trial.state().eks.clusters.keel!.accessEntries['arn:aws:iam::123456789012:role/nodes'];
    await trial.pass(seconds(12));
    delete trial.state().eks.clusters.keel!.accessEntries['arn:aws:iam::123456789012:role/nodes'];
    await trial.pass(minutes(25));
    const group = await workers();
    expect(group.status).toBe('CREATE_FAILED');
    expect(group.health?.issues).toMatchObject([
      { code: 'NodeCreationFailure', message: 'Instances failed to join the kubernetes cluster' },
    ]);
    expect(group.health?.issues?.[0]?.resourceIds).toHaveLength(2);
  });
});

describe('the request for a node group', () => {
  it('is refused where sizes, labels, types or role do not fit', async () => {
    await makeKeel(trial);
    const nodeRole = await makeRole(trial, { name: 'nodes', service: 'ec2.amazonaws.com' });
    const wrongRole = await makeRole(trial, { name: 'wrong', service: 'lambda.amazonaws.com' });
    const good = {
      clusterName: 'keel',
      nodegroupName: 'workers',
      nodeRole,
      subnets: [...(await defaultSubnets(trial))],
    };
    const said = (changes: object) => refusal(trial.eks.send(new CreateNodegroupCommand({ ...good, ...changes })));
    expect(await said({ scalingConfig: { minSize: 3, maxSize: 4, desiredSize: 2 } })).toBe(
      "InvalidParameterException: Minimum capacity 3 can't be greater than desired size 2",
    );
    expect(await said({ labels: { 'kubernetes.io/role': 'x' } })).toBe(
      'InvalidParameterException: Label cannot contain reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]',
    );
    expect(await said({ instanceTypes: ['t4g.medium'] })).toBe(
      'InvalidParameterException: [t4g.medium] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD',
    );
    expect(await said({ nodeRole: wrongRole })).toBe(
      `InvalidParameterException: Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole ${wrongRole}`,
    );
    expect(await said({ version: '1.37' })).toMatch(
      /^InvalidParameterException: .*cannot be newer than the cluster version 1\.36$/,
    );
  });
});
