import {
  DescribeAutoScalingGroupsCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateVersionCommand,
  DeleteRouteCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSecurityGroupRulesCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { DeleteAccessEntryCommand, UpdateClusterConfigCommand } from '@aws-sdk/client-eks';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { minutes } from '../base/duration.ts';
import type { World } from '../emulator/world.ts';
import { ofKind } from '../model/snapshot.ts';
import { observe } from '../observe/observe.ts';
import { givenWorld } from '../testing/given-world.ts';
import { scenario } from '../testing/scenarios.ts';
import { type Session, startSession } from '../testing/session.ts';
import { applyPlan } from './apply.ts';
import { planCluster } from './plan.ts';
import { contextFor } from './ports.ts';
import { clusterStatus } from './status.ts';
import type { Status } from './status-shape.ts';

const seed = scenario('seed-eks');
let ready: World;
let session: Session | undefined;

beforeAll(async () => {
  const making = await startSession({ world: await givenWorld(seed) });
  const planned = await planCluster(seed.loaded, making.ports.toRead);
  for await (const _ of applyPlan(planned, making.ports.toWrite));
  ready = structuredClone(making.aws.world);
  await making.stop();
});

afterEach(async () => {
  await session?.stop();
  session = undefined;
});

/** Breaks something in the seed cluster, has one node replaced, and looks ten minutes later. */
async function statusAfter(breakIt: (session: Session) => Promise<void>): Promise<Status> {
  session = await startSession({ world: structuredClone(ready), kubernetes: true });
  await breakIt(session);
  const { autoScaling } = session.ports.connection.clients;
  const groups = await autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
  const InstanceId = groups.AutoScalingGroups![0]!.Instances![0]!.InstanceId!;
  await autoScaling.send(
    new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity: false }),
  );
  await session.clock.sleep(minutes(10));
  return clusterStatus('k8s', session.ports.toStatus);
}

const found = async ({ ports }: Session) => {
  return observe(ports.toRead.readers, contextFor(ports.toRead, 'k8s'));
};

const codes = ({ problems }: Status): string[] =>
  problems.filter(({ severity }) => severity === 'error').map(({ code }) => code);
const nodeCodes = (status: Status): string[] => [...new Set(codes(status).filter((code) => code.startsWith('node.')))];

describe('the status of a cluster', () => {
  it('is ready when a replaced node has joined', async () => {
    const status = await statusAfter(async () => {});
    expect(codes(status)).toEqual([]);
    expect(status).toMatchObject({ ready: true, controlPlane: { state: 'ready', version: '1.36', reached: true } });
    expect(status.groups).toEqual([
      { name: 'auto-scaling-group/workers', manager: 'asg', desired: 3, min: 3, max: 3, instances: 3, readyNodes: 3 },
    ]);
    expect(status.nodes.map((node) => node.ready)).toEqual([true, true, true]);
  });

  it('names an unmapped role', async () => {
    const status = await statusAfter(async (broken) => {
      const entry = ofKind(await found(broken), 'access-entry').find(
        ({ settled }) => settled.entryType === 'EC2_LINUX',
      )!;
      await broken.ports.connection.clients.eks.send(
        new DeleteAccessEntryCommand({ clusterName: 'k8s', principalArn: entry.settled.principalArn }),
      );
    });
    expect(status.ready).toBe(false);
    expect(nodeCodes(status)).toContain('node.role-unmapped');
  });

  it('names a missing route', async () => {
    const status = await statusAfter(async (broken) => {
      for (const subnet of seed.facts.vpc!.subnets) {
        await broken.ports.connection.clients.ec2.send(
          new DeleteRouteCommand({ RouteTableId: subnet.routeTableId, DestinationCidrBlock: '0.0.0.0/0' }),
        );
      }
    });
    expect(status.ready).toBe(false);
    expect(nodeCodes(status)).toContain('node.no-route');
  });

  it('names a closed security group', async () => {
    const status = await statusAfter(async (broken) => {
      const [cluster] = ofKind(await found(broken), 'cluster');
      const GroupId = cluster!.observed.clusterSecurityGroupId;
      const { ec2 } = broken.ports.connection.clients;
      const rules = await ec2.send(
        new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupId] }] }),
      );
      const SecurityGroupRuleIds = rules
        .SecurityGroupRules!.filter(({ IsEgress }) => IsEgress === false)
        .map((rule) => rule.SecurityGroupRuleId!);
      await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds }));
    });
    expect(status.ready).toBe(false);
    expect(nodeCodes(status)).toContain('node.security-group');
  });

  it('names a wrong certificate authority', async () => {
    const status = await statusAfter(async (broken) => {
      const { ec2, autoScaling } = broken.ports.connection.clients;
      const [template] = ofKind(await found(broken), 'launch-template');
      const LaunchTemplateId = template!.observed.launchTemplateId;
      const versions = await ec2.send(
        new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ['$Latest'] }),
      );
      const text = Buffer.from(versions.LaunchTemplateVersions![0]!.LaunchTemplateData!.UserData!, 'base64').toString();
      const UserData = Buffer.from(
        text.replace(/certificateAuthority: \S+/, `certificateAuthority: ${Buffer.from('another').toString('base64')}`),
      ).toString('base64');
      const made = await ec2.send(
        new CreateLaunchTemplateVersionCommand({
          LaunchTemplateId,
          SourceVersion: '$Latest',
          LaunchTemplateData: { UserData },
        }),
      );
      const Version = String(made.LaunchTemplateVersion!.VersionNumber);
      const groups = await autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
      const group = groups.AutoScalingGroups![0]!;
      const policy = structuredClone(group.MixedInstancesPolicy);
      const change =
        policy === undefined
          ? { LaunchTemplate: { LaunchTemplateId, Version } }
          : {
              MixedInstancesPolicy: {
                ...policy,
                LaunchTemplate: {
                  ...policy.LaunchTemplate,
                  LaunchTemplateSpecification: { LaunchTemplateId, Version },
                },
              },
            };
      await autoScaling.send(
        new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: group.AutoScalingGroupName, ...change }),
      );
    });
    expect(status.ready).toBe(false);
    expect(nodeCodes(status)).toContain('node.user-data');
  });

  it('names an API that no node may reach', async () => {
    const status = await statusAfter(async (broken) => {
      const { eks } = broken.ports.connection.clients;
      await eks.send(
        new UpdateClusterConfigCommand({
          name: 'k8s',
          resourcesVpcConfig: {
            endpointPrivateAccess: false,
            endpointPublicAccess: true,
            publicAccessCidrs: ['203.0.113.0/24'],
          },
        }),
      );
      await broken.clock.sleep(minutes(5));
    });
    expect(status.ready).toBe(false);
    expect(nodeCodes(status)).toContain('node.api-closed');
  });

  it('says that there is no cluster', async () => {
    session = await startSession();
    const status = await clusterStatus('k8s', session.ports.toStatus);
    expect(status.controlPlane.state).toBe('absent');
    expect(codes(status)).toEqual(['cluster.not-ready']);
  });
});
