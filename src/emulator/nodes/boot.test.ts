import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../base/duration.ts';
import { eksImageId } from '../aws/ec2/eks-images.ts';
import { kubernetesTrial, nodeConfig } from '../kubernetes/kubernetes-trial.ts';
import { conditionOf, isReadyNode } from '../kubernetes/object.ts';
import { whyNotJoined } from './boot.ts';

describe('an instance that boots', () => {
  it('becomes a node under its private DNS name, Ready once the CNI runs on it', async () => {
    const trial = kubernetesTrial();
    const instance = trial.launch();
    await trial.pass(seconds(36));
    const [joined] = trial.store().list('nodes');
    expect(joined?.metadata.name).toBe(instance.privateDnsName);
    expect(joined?.spec.providerID).toBe(`aws:///${instance.zone}/${instance.id}`);
    expect(isReadyNode(joined!)).toBe(false);
    await trial.pass(seconds(60));
    const [ready] = trial.store().list('nodes');
    expect(isReadyNode(ready!)).toBe(true);
    expect(ready?.spec.taints).toBeUndefined();
    expect(whyNotJoined(trial.turn(), instance.id)).toBeUndefined();
  });

  it('takes labels and taints from its kubelet flags, and its capacity from its type', async () => {
    const trial = kubernetesTrial();
    const { endpoint, certificateAuthority: ca } = trial.eks as { endpoint: string; certificateAuthority: string };
    const flags = ['--node-labels=team=blue,tier=web', '--register-with-taints=dedicated=web:NoSchedule'];
    trial.launch({
      userData: nodeConfig({ name: 'k8s', endpoint, ca, serviceCidr: '10.100.0.0/16', flags }),
      type: 't2.large',
    });
    await trial.pass(seconds(100));
    const [node] = trial.store().list('nodes');
    expect(node?.metadata.labels).toMatchObject({
      team: 'blue',
      tier: 'web',
      'node.kubernetes.io/instance-type': 't2.large',
      'topology.kubernetes.io/region': 'us-east-1',
    });
    expect(node?.spec.taints).toEqual([{ key: 'dedicated', value: 'web', effect: 'NoSchedule' }]);
    // https://github.com/aws/amazon-vpc-cni-k8s/blob/master/misc/eni-max-pods.txt: t2.large 35
    expect(node?.status.allocatable).toMatchObject({ pods: '35', cpu: '1930m' });
  });

  it('stays NotReady without the vpc-cni add-on, with the words of a real kubelet', async () => {
    const trial = kubernetesTrial({ addons: ['kube-proxy'] });
    await trial.withNodes(1);
    const ready = conditionOf(trial.store().list('nodes')[0]?.status.conditions, 'Ready');
    expect(ready?.status).toBe('False');
    expect(ready?.message).toContain(
      'NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
    );
  });

  it('stays NotReady while nothing gives the CNI its rights, and becomes Ready when the node role does', async () => {
    const trial = kubernetesTrial();
    const role = trial.world.iam.roles.nodes!;
    role.attachedPolicies = role.attachedPolicies.filter((arn) => !arn.endsWith('CNI_Policy'));
    await trial.withNodes(1);
    expect(isReadyNode(trial.store().list('nodes')[0]!)).toBe(false);
    const pod = trial
      .store()
      .list('pods')
      .find(({ metadata }) => metadata.name.startsWith('aws-node'));
    expect(pod?.status.containerStatuses?.[0]?.state.waiting).toMatchObject({
      reason: 'CrashLoopBackOff',
      message: expect.stringContaining('ec2:AssignPrivateIpAddresses'),
    });
    role.attachedPolicies.push('arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy');
    await trial.pass(minutes(6));
    expect(isReadyNode(trial.store().list('nodes')[0]!)).toBe(true);
  });
});

describe('the private endpoint', () => {
  const withPrivateEndpoint = () => {
    const trial = kubernetesTrial();
    const { ec2 } = trial.turn().state;
    const [control] = [trial.launch({ state: 'stopped', userData: '' })];
    const eni = ec2.networkInterfaces[control.networkInterfaceIds[0]!]!;
    ec2.securityGroups['sg-cluster'] = { id: 'sg-cluster', name: 'cluster', description: '', vpcId: eni.vpcId };
    eni.groups = ['sg-cluster'];
    trial.eks.networkInterfaceIds = [eni.id];
    Object.assign(trial.eks.vpc, { endpointPrivateAccess: true, endpointPublicAccess: false });
    return { trial, ec2 };
  };

  it('is closed to an instance that its security groups do not let in', async () => {
    const { trial } = withPrivateEndpoint();
    const instance = trial.launch();
    await trial.pass(minutes(1));
    expect(whyNotJoined(trial.turn(), instance.id)).toMatch(/no ingress rule of sg-cluster lets tcp\/443 in from/);
  });

  it('lets an instance join that they do', async () => {
    const { trial, ec2 } = withPrivateEndpoint();
    ec2.securityGroupRules['sgr-in'] = {
      id: 'sgr-in',
      groupId: 'sg-cluster',
      isEgress: false,
      protocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      cidrIpv4: '172.31.0.0/16',
    };
    const instance = trial.launch();
    await trial.pass(minutes(1));
    expect(whyNotJoined(trial.turn(), instance.id)).toBeUndefined();
  });
});

describe('Bottlerocket', () => {
  it('joins by its TOML', async () => {
    const trial = kubernetesTrial();
    const toml = `[settings.kubernetes]
"cluster-name" = "k8s"
"api-server" = "${trial.eks.endpoint}"
"cluster-certificate" = "${trial.eks.certificateAuthority}"
[settings.kubernetes.node-labels]
team = "red"
[settings.kubernetes.node-taints]
dedicated = "web:NoSchedule"
`;
    trial.launch({
      imageId: eksImageId('us-east-1', '1.34', 'bottlerocket', 'x86_64')!,
      userData: Buffer.from(toml).toString('base64'),
    });
    await trial.pass(minutes(2));
    const [node] = trial.store().list('nodes');
    expect(node?.metadata.labels?.team).toBe('red');
    expect(node?.spec.taints).toEqual([{ key: 'dedicated', value: 'web', effect: 'NoSchedule' }]);
    expect(node?.status.nodeInfo.osImage).toContain('Bottlerocket OS');
    expect(isReadyNode(node!)).toBe(true);
  });
});

describe('an instance that ends', () => {
  it('leaves its node NotReady after 40 seconds, and no node once it is terminated', async () => {
    const trial = kubernetesTrial({ addons: ['vpc-cni', 'coredns'] });
    const [first] = await trial.withNodes(2);
    first!.state = 'stopping';
    trial.turn().later(seconds(0), 'nodes.stopped', { instanceId: first!.id });
    await trial.pass(seconds(30));
    expect(trial.store().list('nodes').filter(isReadyNode)).toHaveLength(2);
    await trial.pass(seconds(15));
    const lost = trial.store().get('nodes', first!.privateDnsName)!;
    expect(conditionOf(lost.status.conditions, 'Ready')).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
    });
    expect(lost.spec.taints?.map(({ key, effect }) => `${key}:${effect}`)).toContain(
      'node.kubernetes.io/unreachable:NoExecute',
    );
    first!.state = 'terminated';
    trial.turn().later(seconds(0), 'nodes.stopped', { instanceId: first!.id });
    await trial.pass(seconds(1));
    expect(trial.store().get('nodes', first!.privateDnsName)).toBeUndefined();
    await trial.pass(seconds(30));
    const coredns = trial
      .store()
      .list('pods')
      .filter(({ metadata }) => metadata.name.startsWith('coredns'));
    expect(coredns.map(({ status }) => status.phase)).toEqual(['Running', 'Running']);
  });
});

describe('a subnet without internet', () => {
  const services = ['ec2', 'ecr.api', 'ecr.dkr', 's3'];

  /** A cluster with the private endpoint in a VPC without a way out, and endpoints for those services. */
  const isolated = (names: readonly string[]) => {
    const trial = kubernetesTrial();
    const { ec2 } = trial.turn().state;
    const table = Object.values(ec2.routeTables)[0]!;
    table.routes = table.routes.filter(({ cidr }) => cidr !== '0.0.0.0/0');
    const control = trial.launch({ state: 'stopped', userData: '' });
    trial.eks.networkInterfaceIds = [...control.networkInterfaceIds];
    Object.assign(trial.eks.vpc, { endpointPrivateAccess: true, endpointPublicAccess: false });
    const [group] = Object.values(ec2.securityGroups);
    for (const name of names) {
      ec2.vpcEndpoints[`vpce-${name}`] = {
        id: `vpce-${name}`,
        vpcId: control.vpcId,
        type: name === 's3' ? 'Gateway' : 'Interface',
        serviceName: `com.amazonaws.us-east-1.${name}`,
        state: 'available',
        policy: '',
        routeTableIds: name === 's3' ? [table.id] : [],
        subnetIds: name === 's3' ? [] : [control.subnetId],
        groups: name === 's3' ? [] : [group!.id],
        privateDns: name !== 's3',
        ipAddressType: 'ipv4',
        networkInterfaceIds: [],
        createdAt: 0,
      };
    }
    return { trial, ec2 };
  };

  it('is enough where endpoints cover what a node calls', async () => {
    const { trial } = isolated(services);
    const instance = trial.launch();
    await trial.pass(minutes(1));
    expect(whyNotJoined(trial.turn(), instance.id)).toBeUndefined();
  });

  it.each(services)('leaves the instance out without the endpoint for %s', async (missing) => {
    const { trial } = isolated(services.filter((name) => name !== missing));
    const instance = trial.launch();
    await trial.pass(minutes(1));
    expect(whyNotJoined(trial.turn(), instance.id)).toContain(`it cannot reach ${missing}:`);
  });

  it('leaves the instance out where the S3 endpoint is in another route table', async () => {
    const { trial, ec2 } = isolated(services);
    ec2.vpcEndpoints['vpce-s3']!.routeTableIds = ['rtb-other'];
    const instance = trial.launch();
    await trial.pass(minutes(1));
    expect(whyNotJoined(trial.turn(), instance.id)).toMatch(/vpce-s3 for s3 is not in the route table of subnet/);
  });

  it('leaves the instance out where the security group of an endpoint does not let it in', async () => {
    const { trial, ec2 } = isolated(services);
    ec2.securityGroups['sg-shut'] = { id: 'sg-shut', name: 'shut', description: '', vpcId: Object.keys(ec2.vpcs)[0]! };
    ec2.vpcEndpoints['vpce-ecr.dkr']!.groups = ['sg-shut'];
    const instance = trial.launch();
    await trial.pass(minutes(1));
    expect(whyNotJoined(trial.turn(), instance.id)).toMatch(
      /cannot reach ecr\.dkr: .*no ingress rule of sg-shut lets tcp\/443 in/,
    );
  });
});
