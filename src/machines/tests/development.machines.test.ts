import { ResumeProcessesCommand, SuspendProcessesCommand } from '@aws-sdk/client-auto-scaling';
import { StartInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minutes } from '../../base/duration.ts';
import { isReady, readyNodes } from '../testing/ready-nodes.ts';
import { eventually, specFile, startTrial, type Trial } from '../testing/trial.ts';

let trial: Trial;

beforeAll(async () => {
  trial = await startTrial({ name: 'test-development', spec: specFile('scenarios/development/spec.yaml') });
});
afterAll(() => trial?.stop());

/** A pod that answers, and a name for it. */
const web = `
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers:
    - name: web
      image: mirror.quilla.internal/images/quilla.test/web:1
      ports: [{containerPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`;

async function seatSays(script: string): Promise<string> {
  const { code, stdout, stderr } = await trial.on(trial.seat('a').id, script);
  if (code !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout.trim();
}

const bothReady = () =>
  eventually(
    'the seat and the worker are Ready',
    async () => ((await readyNodes(trial)).length === 2 ? true : undefined),
    minutes(8),
  );

/** The pod fetches from the Service by its name, which it asks CoreDNS for. */
async function fetchedByName(): Promise<string> {
  const [pod] = (await trial.kubectlJson('get', 'pods', '-l', 'app=web')).items;
  const { podIP } = pod!.status as unknown as { podIP: string };
  const url = encodeURIComponent('http://web.default.svc.cluster.local/');
  const { body, error } = JSON.parse(await seatSays(`curl -sS --max-time 10 'http://${podIP}:8080/fetch?url=${url}'`));
  if (body === undefined) throw new Error(error);
  return body.trim();
}

/** Nodes may be Ready a moment before the seat has told that its boot is done and its health checks count. */
const statusIsReady = () =>
  eventually('quilla status says ready, with a seat that serves', async () => {
    const found = await trial.status();
    if (!found.ready) throw new Error(found.problems.map(({ detail }) => detail).join('\n'));
    const [seat] = found.controlPlane.seats;
    if (seat?.state !== 'serving' || seat.etcd !== true) throw new Error(`seat: ${JSON.stringify(seat)}`);
    return found;
  });

/** Off and on again by EC2's own calls. Its group must not take what is off for ill. */
async function stopAndStart(instanceId: string): Promise<void> {
  const { ec2, autoScaling } = trial.ports.connection.clients;
  const [region] = Object.values(trial.running.aws.world.regions);
  const group = Object.values(region?.autoscaling.groups ?? {}).find(({ instances }) =>
    instances.some((own) => own.instanceId === instanceId),
  );
  const held = { AutoScalingGroupName: group?.name, ScalingProcesses: ['HealthCheck', 'ReplaceUnhealthy'] };
  await autoScaling.send(new SuspendProcessesCommand(held));
  await ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
  await trial.running.driver.settled();
  const isOff = trial.running.driver.status().find((one) => one.instanceId === instanceId)?.pid === undefined;
  expect(isOff).toBe(true);
  await eventually('EC2 takes it for startable', () =>
    ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] })),
  );
  await eventually('it runs again', () =>
    trial.instances().find(({ id, state }) => id === instanceId && state === 'running'),
  );
  await autoScaling.send(new ResumeProcessesCommand(held));
}

describe('a cluster for development: one seat, one worker', () => {
  it('is Ready by the word of its kubelets', async () => {
    await bothReady();
    expect([...(await readyNodes(trial))].sort()).toEqual(
      trial
        .instances()
        .map(({ id }) => id)
        .sort(),
    );
  });

  it('runs pods, and CoreDNS answers them', async () => {
    await seatSays(
      `PATH=$PATH:/usr/local/bin kubectl --kubeconfig /etc/kubernetes/admin.conf apply -f - << 'END'\n${web}\nEND`,
    );
    await eventually('the pod is ready', async () =>
      (await trial.kubectlJson('get', 'pods', '-l', 'app=web')).items.some(isReady) ? true : undefined,
    );
    expect(await eventually('the name is answered', fetchedByName, minutes(2))).toContain('web');
  });

  it('looks to quilla status as it does to kubectl', async () => {
    const status = await statusIsReady();
    const { items } = await trial.kubectlJson('get', 'nodes');
    expect(status.nodes.map(({ name }) => name).sort()).toEqual(items.map(({ metadata }) => metadata.name).sort());
    expect(status.controlPlane.seats).toMatchObject([{ name: 'a', state: 'serving', etcd: true }]);
    expect(status.problems).toEqual([]);
  });

  it('comes back with its data, its disk and its name when its only seat is off and on again', async () => {
    const { id } = trial.seat('a');
    await trial.kubectl('create', 'configmap', 'kept', '--from-literal=word=keel');
    const before = await trial.kubectlJson<{ metadata: { uid: string } }>('get', 'configmap', 'kept');
    await seatSays('touch /root/kept && sync');
    const boot = await seatSays('cat /proc/1/stat | cut -d" " -f22');
    await stopAndStart(id);
    expect(trial.seat('a').id).toBe(id);

    await eventually('the API answers again', () => trial.kubectl('get', '--raw', '/readyz'), minutes(5));
    expect(await seatSays('ls /root/kept')).toBe('/root/kept');
    expect(await seatSays('cat /proc/1/stat | cut -d" " -f22')).not.toBe(boot);
    expect(await seatSays('journalctl -b -u quilla-boot --no-pager')).toContain('etcd goes on with its data');
    const after = await trial.kubectlJson<{ metadata: { uid: string } }>('get', 'configmap', 'kept');
    expect(after).toEqual(before);
    await bothReady();
    await eventually('names are answered again', fetchedByName, minutes(3));
    expect((await statusIsReady()).problems).toEqual([]);
  });
});
