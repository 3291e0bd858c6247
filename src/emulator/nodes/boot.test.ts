import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../base/duration.ts';
import type { InstanceRecord } from '../aws/ec2/compute-records.ts';
import { eksImageId } from '../aws/ec2/eks-images.ts';
import { entry, type KubernetesTrial, kubernetesTrial, nodeConfig } from '../kubernetes/kubernetes-trial.ts';
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
    const role = trial.world.iam.roles['nodes']!;
    role.attachedPolicies = role.attachedPolicies.filter((arn) => !arn.endsWith('CNI_Policy'));
    await trial.withNodes(1);
    expect(isReadyNode(trial.store().list('nodes')[0]!)).toBe(false);
    const pod = trial
      .store()
      .list('pods')
      .find(({ metadata }) => metadata.name.startsWith('aws-node'));
    expect(pod?.status.containerStatuses?.[0]?.state['waiting']).toMatchObject({
      reason: 'CrashLoopBackOff',
      message: expect.stringContaining('ec2:AssignPrivateIpAddresses'),
    });
    role.attachedPolicies.push('arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy');
    await trial.pass(minutes(6));
    expect(isReadyNode(trial.store().list('nodes')[0]!)).toBe(true);
  });
});

const profile = (trial: KubernetesTrial) => trial.world.iam.instanceProfiles['nodes']!;
const config = (trial: KubernetesTrial, change: { endpoint?: string; ca?: string; name?: string }): string => {
  const { endpoint, certificateAuthority } = trial.eks as { endpoint: string; certificateAuthority: string };
  return nodeConfig({ name: 'k8s', endpoint, ca: certificateAuthority, serviceCidr: '10.100.0.0/16', ...change });
};

interface Hindrance {
  readonly name: string;
  readonly prepare?: (trial: KubernetesTrial) => void;
  readonly launch?: (trial: KubernetesTrial) => Partial<InstanceRecord>;
  readonly after?: (trial: KubernetesTrial, instance: InstanceRecord) => void;
  readonly why: RegExp;
  readonly console: RegExp;
  /** Takes the hindrance away, so that the instance joins at its next try. */
  readonly mend?: (trial: KubernetesTrial, instance: InstanceRecord) => void;
}

const igwRoute = (trial: KubernetesTrial) => Object.values(trial.turn().state.ec2.routeTables)[0]!;
const publicAddress = (trial: KubernetesTrial, instance: InstanceRecord) =>
  trial.turn().state.ec2.networkInterfaces[instance.networkInterfaceIds[0]!]!;

const hindrances: readonly Hindrance[] = [
  {
    name: 'user data of another certificate authority',
    launch: (trial) => ({
      userData: config(trial, { ca: Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64') }),
    }),
    why: /another certificate authority/,
    console: /x509: certificate signed by unknown authority/,
  },
  {
    name: 'no user data',
    launch: () => ({ userData: '' }),
    why: /could not find NodeConfig/,
    console: /could not find NodeConfig within UserData/,
  },
  {
    name: 'another endpoint',
    launch: (trial) => ({ userData: config(trial, { endpoint: 'https://127.0.0.1:1' }) }),
    why: /names the endpoint/,
    console: /no such host/,
  },
  {
    name: 'a cluster that does not exist',
    launch: (trial) => ({ userData: config(trial, { name: 'other' }) }),
    why: /no active cluster other/,
    console: /no such host/,
  },
  {
    name: 'no instance profile role',
    prepare: (trial) => void (profile(trial).roles = []),
    why: /has no role/,
    console: /no EC2 IMDS role found/,
    mend: (trial) => void (profile(trial).roles = ['nodes']),
  },
  {
    name: 'a role without AmazonEKSWorkerNodePolicy',
    prepare: (trial) =>
      void (trial.world.iam.roles['nodes']!.attachedPolicies = [
        'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly',
      ]),
    why: /may not ec2:DescribeInstances/,
    console: /UnauthorizedOperation/,
  },
  {
    name: 'a role without ECR',
    prepare: (trial) =>
      void (trial.world.iam.roles['nodes']!.attachedPolicies = ['arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy']),
    why: /may not ecr:GetAuthorizationToken/,
    console: /403 Forbidden/,
  },
  {
    name: 'a role that no access entry maps',
    prepare: (trial) => void delete trial.eks.accessEntries[trial.role],
    why: /no access entry for role/,
    console: /Unauthorized/,
    mend: (trial) => void (trial.eks.accessEntries[trial.role] = entry(trial.role, 'EC2_LINUX')),
  },
  {
    name: 'an access entry of another type',
    prepare: (trial) => void (trial.eks.accessEntries[trial.role] = entry(trial.role, 'STANDARD')),
    why: /is of type STANDARD, not EC2_LINUX/,
    console: /Unauthorized/,
  },
  {
    name: 'no public address in a public subnet',
    after: (trial, instance) => void delete publicAddress(trial, instance).publicIp,
    why: /has no public address/,
    console: /i\/o timeout/,
    mend: (trial, instance) => void (publicAddress(trial, instance).publicIp = '198.51.100.9'),
  },
  {
    name: 'no default route',
    prepare: (trial) =>
      void (igwRoute(trial).routes = igwRoute(trial).routes.filter(({ cidr }) => cidr !== '0.0.0.0/0')),
    why: /has no route to 0\.0\.0\.0\/0/,
    console: /i\/o timeout/,
  },
  {
    name: 'a NAT gateway that is gone',
    prepare: (trial) =>
      void (igwRoute(trial).routes = [
        { cidr: '0.0.0.0/0', target: { field: 'natGatewayId', id: 'nat-1' }, origin: 'CreateRoute' },
      ]),
    why: /blackhole: nat-1 is gone/,
    console: /i\/o timeout/,
  },
  {
    name: 'no outbound rule',
    prepare: (trial) => {
      const { ec2 } = trial.turn().state;
      for (const rule of Object.values(ec2.securityGroupRules))
        if (rule.isEgress) delete ec2.securityGroupRules[rule.id];
    },
    why: /no egress rule of sg-\S+ lets tcp\/443 out/,
    console: /i\/o timeout/,
  },
  {
    name: 'a public access list without its address',
    prepare: (trial) => void (trial.eks.vpc.publicAccessCidrs = ['203.0.113.0/24']),
    why: /198\.51\.100\.1, from which the instance comes, is not in the public access list \(203\.0\.113\.0\/24\)/,
    console: /i\/o timeout/,
    mend: (trial) => void (trial.eks.vpc.publicAccessCidrs = ['198.51.100.0/24']),
  },
  {
    name: 'a VPC without DNS',
    prepare: (trial) => void (Object.values(trial.turn().state.ec2.vpcs)[0]!.dnsSupport = false),
    why: /enableDnsSupport off/,
    console: /lookup .*i\/o timeout/,
  },
  {
    name: 'a kubelet newer than the control plane',
    prepare: (trial) => void (trial.eks.version = '1.33'),
    why: /newer than the control plane's 1\.33/,
    console: /newer than the control plane/,
  },
];

describe('an instance is left out by', () => {
  it.each(hindrances)('$name', async ({ prepare, launch, after, why, console, mend }) => {
    const trial = kubernetesTrial();
    prepare?.(trial);
    const instance = trial.launch(launch?.(trial));
    after?.(trial, instance);
    await trial.pass(minutes(3));
    expect(trial.store().list('nodes')).toEqual([]);
    expect(whyNotJoined(trial.turn(), instance.id)).toMatch(why);
    expect(instance.console.join('\n')).toMatch(console);
    if (mend === undefined) return;
    mend(trial, instance);
    await trial.pass(minutes(2));
    expect(whyNotJoined(trial.turn(), instance.id)).toBeUndefined();
    expect(isReadyNode(trial.store().list('nodes')[0]!)).toBe(true);
  });

  it('an image that is none of EKS, without trying again', async () => {
    const trial = kubernetesTrial();
    const instance = trial.launch({ imageId: 'ami-00000000000000000' });
    await trial.pass(minutes(1));
    expect(whyNotJoined(trial.turn(), instance.id)).toMatch(/no EKS optimized image/);
    expect(trial.world.events.filter(({ type }) => type === 'nodes.boot')).toEqual([]);
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
    expect(node?.metadata.labels?.['team']).toBe('red');
    expect(node?.spec.taints).toEqual([{ key: 'dedicated', value: 'web', effect: 'NoSchedule' }]);
    expect(node?.status.nodeInfo['osImage']).toContain('Bottlerocket OS');
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
    trial.request('GET', '/api/v1/nodes');
    expect(trial.store().get('nodes', first!.privateDnsName)).toBeUndefined();
    await trial.pass(seconds(30));
    const coredns = trial
      .store()
      .list('pods')
      .filter(({ metadata }) => metadata.name.startsWith('coredns'));
    expect(coredns.map(({ status }) => status.phase)).toEqual(['Running', 'Running']);
  });
});
