import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minutes } from '../../base/duration.ts';
import { eventually, type KubernetesList, specFile, startTrial, type Trial } from '../testing/trial.ts';

let trial: Trial;

beforeAll(async () => {
  trial = await startTrial({ name: 'test-kops-cluster', spec: specFile('examples/seed-kops.yaml') });
});
afterAll(() => trial?.stop());

interface Condition {
  readonly type: string;
  readonly status: string;
}
const isReady = ({ status }: KubernetesList['items'][number]): boolean =>
  (status as { conditions?: readonly Condition[] }).conditions?.some(
    ({ type, status }) => type === 'Ready' && status === 'True',
  ) ?? false;

const readyNodes = async (): Promise<readonly string[]> =>
  (await trial.kubectlJson('get', 'nodes')).items.filter(isReady).map(({ metadata }) => metadata.name);

/** Two pods of the web program on each of the workers, and a Service before them. */
const web = `
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
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

describe("the article's kops cluster on real machines", () => {
  it('has three seats and three workers, Ready by the word of their kubelets', async () => {
    const nodes = await eventually(
      'six nodes are Ready',
      async () => {
        const ready = await readyNodes();
        return ready.length === 6 ? ready : undefined;
      },
      minutes(8),
    );
    expect([...nodes].sort()).toEqual(
      trial
        .instances()
        .map(({ id }) => id)
        .sort(),
    );
    for (const { id } of trial.instances())
      await eventually(`the boot script of ${id} has ended well`, async () => {
        const { stdout } = await trial.on(id, 'journalctl -u quilla-boot --no-pager --lines=50');
        return stdout.includes('quilla: ready') ? stdout : undefined;
      });
  });

  it('runs all pods of its control plane and add-ons', async () => {
    const running = await eventually(
      'all pods run and are ready',
      async () => {
        const { items } = await trial.kubectlJson('get', 'pods', '-A');
        return items.length > 20 && items.every(isReady) ? items : undefined;
      },
      minutes(5),
    );
    const names = running.map(({ metadata }) =>
      metadata.name.replace(/-(i-)?[0-9a-f]{5,17}(-[a-z0-9]{5})?$|-[a-z0-9]{5}$/g, ''),
    );
    for (const name of ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'coredns'])
      expect(names.filter((each) => each.startsWith(name)).length, name).toBeGreaterThan(1);
  });

  it('answers names, balances a Service, and pods reach each other across machines', async () => {
    const { id } = trial.seat('a');
    const applied = await trial.on(
      id,
      `PATH=$PATH:/usr/local/bin kubectl --kubeconfig /etc/kubernetes/admin.conf apply -f - << 'END'\n${web}\nEND`,
    );
    expect(applied.code, applied.stderr).toBe(0);
    const pods = await eventually('web pods are ready', async () => {
      const { items } = await trial.kubectlJson('get', 'pods', '-l', 'app=web');
      return items.length === 3 && items.every(isReady) ? items : undefined;
    });
    const places = pods.map(({ metadata, status }) => ({
      name: metadata.name,
      address: (status as unknown as { podIP: string }).podIP,
    }));
    // Each pod asks each: by its address, which is on another machine for all but itself.
    for (const from of places)
      for (const to of places) expect(await fetched(from.address, `http://${to.address}:8080/`)).toContain(to.name);
    const answers = new Set<string>();
    for (let turn = 0; turn < 60 && answers.size < 3; turn++)
      answers.add(await fetched(places[0]!.address, 'http://web.default.svc.cluster.local/'));
    expect([...answers].sort()).toEqual(places.map(({ name }) => name).sort());
  });

  it('looks to quilla status as it does to kubectl', async () => {
    const status = await eventually('status says ready', async () => {
      const found = await trial.status();
      return found.ready ? found : undefined;
    });
    const { items } = await trial.kubectlJson('get', 'nodes');
    expect(status.nodes.map(({ name }) => name).sort()).toEqual(items.map(({ metadata }) => metadata.name).sort());
    expect(status.controlPlane.seats).toHaveLength(3);
    expect(status.problems).toEqual([]);
  });
});

/** What a web pod fetches from another: asked from a seat, which is on the pod network too. */
async function fetched(pod: string, url: string): Promise<string> {
  const { stdout, stderr, code } = await trial.on(
    trial.seat('a').id,
    `curl -sS --max-time 10 'http://${pod}:8080/fetch?url=${encodeURIComponent(url)}'`,
  );
  expect(code, stderr).toBe(0);
  const told = JSON.parse(stdout) as { body?: string; error?: string };
  if (told.body === undefined) throw new Error(`${pod} fetches ${url}: ${told.error}`);
  return told.body.trim();
}
