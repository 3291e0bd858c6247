import { describe, expect, it } from 'vitest';
import { minutes } from '../../base/duration.ts';
import type { InstanceRecord } from '../aws/ec2/compute-records.ts';
import { entry, type KubernetesTrial, kubernetesTrial, nodeConfig } from '../kubernetes/kubernetes-trial.ts';
import { isReadyNode } from '../kubernetes/object.ts';
import { whyNotJoined } from './boot.ts';

const profile = (trial: KubernetesTrial) => trial.world.iam.instanceProfiles.nodes!;
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
    prepare: (trial) => {
      profile(trial).roles = [];
    },
    why: /has no role/,
    console: /no EC2 IMDS role found/,
    mend: (trial) => {
      profile(trial).roles = ['nodes'];
    },
  },
  {
    name: 'a role without AmazonEKSWorkerNodePolicy',
    prepare: (trial) => {
      trial.world.iam.roles.nodes!.attachedPolicies = ['arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly'];
    },
    why: /may not ec2:DescribeInstances/,
    console: /UnauthorizedOperation/,
  },
  {
    name: 'a role without ECR',
    prepare: (trial) => {
      trial.world.iam.roles.nodes!.attachedPolicies = ['arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy'];
    },
    why: /may not ecr:GetAuthorizationToken/,
    console: /403 Forbidden/,
  },
  {
    name: 'a role that no access entry maps',
    prepare: (trial) => void delete trial.eks.accessEntries[trial.role],
    why: /no access entry for role/,
    console: /Unauthorized/,
    mend: (trial) => {
      trial.eks.accessEntries[trial.role] = entry(trial.role, 'EC2_LINUX');
    },
  },
  {
    name: 'an access entry of another type',
    prepare: (trial) => {
      trial.eks.accessEntries[trial.role] = entry(trial.role, 'STANDARD');
    },
    why: /is of type STANDARD, not EC2_LINUX/,
    console: /Unauthorized/,
  },
  {
    name: 'no public address in a public subnet',
    after: (trial, instance) => void delete publicAddress(trial, instance).publicIp,
    why: /has no public address/,
    console: /i\/o timeout/,
    mend: (trial, instance) => {
      publicAddress(trial, instance).publicIp = '198.51.100.9';
    },
  },
  {
    name: 'no default route',
    prepare: (trial) => {
      igwRoute(trial).routes = igwRoute(trial).routes.filter(({ cidr }) => cidr !== '0.0.0.0/0');
    },
    why: /has no route to 0\.0\.0\.0\/0/,
    console: /i\/o timeout/,
  },
  {
    name: 'a NAT gateway that is gone',
    prepare: (trial) => {
      igwRoute(trial).routes = [
        { cidr: '0.0.0.0/0', target: { field: 'natGatewayId', id: 'nat-1' }, origin: 'CreateRoute' },
      ];
    },
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
    prepare: (trial) => {
      trial.eks.vpc.publicAccessCidrs = ['203.0.113.0/24'];
    },
    why: /198\.51\.100\.1, from which the instance comes, is not in the public access list \(203\.0\.113\.0\/24\)/,
    console: /i\/o timeout/,
    mend: (trial) => {
      trial.eks.vpc.publicAccessCidrs = ['198.51.100.0/24'];
    },
  },
  {
    name: 'a VPC without DNS',
    prepare: (trial) => {
      Object.values(trial.turn().state.ec2.vpcs)[0]!.dnsSupport = false;
    },
    why: /enableDnsSupport off/,
    console: /lookup .*i\/o timeout/,
  },
  {
    name: 'a kubelet newer than the control plane',
    prepare: (trial) => {
      trial.eks.version = '1.33';
    },
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
