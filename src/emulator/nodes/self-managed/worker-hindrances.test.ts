import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../../base/duration.ts';
import { type MachinesTrial, machinesTrial, stateJson, workerRole } from '../../../testing/machines/machines-trial.ts';
import { workerStatements } from '../../../testing/machines/machines-trial-records.ts';
import type { InstanceRecord } from '../../aws/ec2/compute-records.ts';
import { conditionOf, isReadyNode } from '../../kubernetes/object.ts';
import { whyNotJoined } from '../boot.ts';

const tagOf = (trial: MachinesTrial, { id }: InstanceRecord) => trial.ec2.tags[id]?.['quilla.dev/boot'];

const withSeat = async (state?: object) => {
  const trial = machinesTrial({ seats: ['a'] });
  if (state !== undefined) trial.put('cluster/state.json', JSON.stringify(stateJson(state)));
  trial.seat('a');
  await trial.pass(minutes(5));
  return trial;
};

describe('a worker', () => {
  it('joins under the id of its instance, and is Ready with a pod network and a cloud controller', async () => {
    const trial = await withSeat();
    const instance = trial.worker({ kubelet: { labels: { team: 'blue' } } });
    await trial.pass(minutes(3));
    expect(whyNotJoined(trial.turn(), instance.id)).toBeUndefined();
    const node = trial.store().get('nodes', instance.id)!;
    expect(isReadyNode(node)).toBe(true);
    expect(node.spec).toMatchObject({ providerID: `aws:///${instance.zone}/${instance.id}`, podCIDR: '100.96.1.0/24' });
    expect(node.spec.taints).toBeUndefined();
    expect(node.metadata.labels).toMatchObject({
      team: 'blue',
      'topology.kubernetes.io/zone': instance.zone,
      'node.kubernetes.io/instance-type': 'm5.large',
    });
    const dns = trial
      .store()
      .list('pods')
      .filter(({ metadata, status }) => metadata.name.startsWith('coredns') && status.phase === 'Running');
    expect(dns.length).toBe(2);
    expect(dns.every(({ status }) => status.podIP?.startsWith('100.96.'))).toBe(true);
    expect(tagOf(trial, instance)).toMatch(/^ready /);
  });

  it('stays NotReady where nobody brings a pod network', async () => {
    const trial = await withSeat({ charts: [{ ...stateJson().charts[1]! }] });
    const instance = trial.worker();
    await trial.pass(minutes(5));
    const ready = conditionOf(trial.store().get('nodes', instance.id)?.status.conditions, 'Ready');
    expect(ready).toMatchObject({ status: 'False', message: expect.stringContaining('cni plugin not initialized') });
  });

  it('keeps the taint of the cloud provider where there is no cloud controller', async () => {
    const trial = await withSeat({ charts: [{ ...stateJson().charts[0]! }] });
    const instance = trial.worker();
    await trial.pass(minutes(5));
    const node = trial.store().get('nodes', instance.id);
    expect(node?.spec.taints?.map(({ key }) => key)).toContain('node.cloudprovider.kubernetes.io/uninitialized');
    trial.end(instance);
    await trial.pass(minutes(5));
    expect(
      trial
        .store()
        .get('nodes', instance.id)
        ?.spec.taints?.map(({ key }) => key),
    ).toContain('node.kubernetes.io/unreachable');
  });

  it.each<[string, RegExp, (trial: MachinesTrial) => InstanceRecord]>([
    [
      'its role is not among those of nodes',
      /^join: Unauthorized: role arn:aws:iam::123456789012:role\/workers is not among the roles of nodes/,
      (trial) => {
        trial.put('cluster/state.json', JSON.stringify(stateJson({ nodeRoles: [] })));
        return trial.worker();
      },
    ],
    [
      'its configuration names no load balancer',
      /lookup api\.example\.org: no such host/,
      (trial) => trial.worker({ api: 'api.example.org' }),
    ],
    [
      'the load balancer does not let it in',
      /cannot reach the Kubernetes API .*: no ingress rule of sg-api lets tcp\/443 in from sg-workers/,
      (trial) => {
        delete trial.ec2.securityGroupRules['sgr-api-workers-443'];
        return trial.worker();
      },
    ],
    [
      'the load balancer does not reach a seat',
      /does not answer: load balancer internal has no healthy target for port 443/,
      (trial) => {
        delete trial.ec2.securityGroupRules['sgr-seats-api-6443'];
        return trial.worker();
      },
    ],
    [
      'its store holds another authority',
      /^join: x509: certificate signed by unknown authority: .* cluster\/keys\/ca\.crt of demo-store/,
      (trial) => {
        trial.put('cluster/keys/ca.crt', 'other');
        return trial.worker();
      },
    ],
    [
      'its kubelet is newer than the API server',
      /its kubelet v1\.37\.2 is newer than/,
      (trial) => trial.worker({ kubernetes: '1.37.2' }),
    ],
  ])('stays out where %s', async (_, why, worker) => {
    const trial = await withSeat();
    const instance = worker(trial);
    await trial.pass(minutes(3));
    expect(whyNotJoined(trial.turn(), instance.id)).toMatch(why);
    expect(instance.console.join('\n')).toContain('Unable to register node with API server');
  });

  const keptOut: [string, RegExp, (trial: MachinesTrial) => void][] = [
    [
      'its role may not read it',
      /An error occurred \(AccessDenied\): the role may not s3:GetObject demo-store\/cluster\/keys\/ca\.crt/,
      (trial) => trial.role('workers', workerStatements.slice(0, 1)),
    ],
    [
      'there is none yet, of which S3 tells only who may list the bucket',
      /.*AccessDenied\): the role may not s3:ListBucket demo-store/,
      (trial) => {
        delete trial.world.s3.buckets['demo-store']!.objects['cluster/keys/ca.crt'];
      },
    ],
    [
      'there is none yet and its role may list the bucket',
      /.*NoSuchKey\): demo-store holds no cluster\/keys\/ca\.crt/,
      (trial) => {
        delete trial.world.s3.buckets['demo-store']!.objects['cluster/keys/ca.crt'];
        trial.role('workers', [...workerStatements, { Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' }]);
      },
    ],
    [
      'there is no bucket',
      /.*NoSuchBucket/,
      (trial) => {
        delete trial.world.s3.buckets['demo-store'];
      },
    ],
    [
      'it has no way to S3',
      /it cannot reach S3: .*no route to/,
      (trial) => {
        for (const table of Object.values(trial.ec2.routeTables))
          table.routes = table.routes.filter(({ cidr }) => cidr !== '0.0.0.0/0');
      },
    ],
  ];
  it.each(keptOut)(
    'stays without the authority where %s, says so, and comes in once it is mended',
    async (_, why, spoil) => {
      const trial = await withSeat();
      const { world, ec2 } = trial;
      const said = `the store demo-store gives no cluster/keys/ca\\.crt: ${why.source}`;
      const before = structuredClone({ s3: world.s3.buckets, iam: world.iam.roles, routes: ec2.routeTables });
      spoil(trial);
      const instance = trial.worker();
      await trial.pass(minutes(3));
      expect(whyNotJoined(trial.turn(), instance.id)).toMatch(new RegExp(`^authority: ${said}`));
      const console = instance.console.join('\n');
      expect(console).toMatch(new RegExp(`quilla: ${said}`));
      expect(console).toMatch(/quilla: step authority failed; it is tried again/);
      Object.assign(world.s3.buckets, before.s3);
      Object.assign(world.iam.roles, before.iam);
      Object.assign(ec2.routeTables, before.routes);
      await trial.pass(minutes(2));
      expect(whyNotJoined(trial.turn(), instance.id)).toBeUndefined();
      expect(tagOf(trial, instance)).toMatch(/^ready /);
    },
  );

  it('comes in by itself when the right authority lies in the store again', async () => {
    const trial = await withSeat();
    trial.put('cluster/keys/ca.crt', 'other');
    const instance = trial.worker();
    await trial.pass(minutes(2));
    expect(whyNotJoined(trial.turn(), instance.id)).toMatch(/unknown authority/);
    trial.put('cluster/keys/ca.crt', trial.authority.certificate);
    await trial.pass(minutes(1));
    expect(whyNotJoined(trial.turn(), instance.id)).toBeUndefined();
  });

  it('is let in within a minute after its role was added to the store', async () => {
    const trial = await withSeat({ nodeRoles: [] });
    const instance = trial.worker();
    await trial.pass(minutes(2));
    trial.put('cluster/state.json', JSON.stringify(stateJson({ nodeRoles: [workerRole] })));
    await trial.pass(seconds(100));
    expect(whyNotJoined(trial.turn(), instance.id)).toBeUndefined();
  });
});
