import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { minutes } from '../../base/duration.ts';
import { compare, type Difference } from '../kube-bench/compare.ts';
import type { Target } from '../kube-bench/controls.ts';
import { type CheckResult, evaluate, loadBenchmark, worst } from '../kube-bench/evaluate.ts';
import { plainGiven } from '../measures/plain-given.ts';
import { initScript, joinScript } from '../measures/plain-kubeadm.ts';
import { launchPlain, type PlainMachine } from '../testing/plain-machine.ts';
import { eventually, type Trial } from '../testing/trial.ts';

const benchmark = fileURLToPath(new URL('../../../test/kube-bench/cis-1.12', import.meta.url));
const ofControlPlane: readonly Target[] = ['master', 'controlplane', 'etcd', 'node'];

/** kube-bench's checks of the CIS Kubernetes Benchmark on the machines of a cluster, and on machines that kubeadm alone set up. */
export function cisSuite(given: () => Trial): void {
  describe('the CIS Kubernetes Benchmark', () => {
    let plain: readonly PlainMachine[] = [];
    afterAll(() => Promise.all(plain.map(({ id }) => given().terminate(id))));

    it("no check fails on a seat or a worker that holds on kubeadm's default, and fewer fail", async () => {
      const trial = given();
      plain = await kubeadmCluster(trial);
      const ours = await resultsOf(trial, [trial.seat('a').id, trial.workers()[0]!.id]);
      const theirs = await resultsOf(
        trial,
        plain.map(({ id }) => id),
      );
      const { failures, warnings } = compare(ours, theirs);
      process.stderr.write(`${tableOf(ours, theirs)}\n${namesOf('fail on both', failures.both)}`);
      process.stderr.write(namesOf("fail on kubeadm's default alone", failures.onlyDefault));
      process.stderr.write(namesOf('warn on ours alone', warnings.onlyOurs));
      // Were nothing evaluated, nothing would fail.
      expect(ours.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(50);
      expect(failures.onlyOurs.map(({ id, text, ours: { reason } }) => `${id} ${text}: ${reason}`)).toEqual([]);
      expect(failures.both.length).toBeLessThan(failures.both.length + failures.onlyDefault.length);
    });
  });
}

/** A control plane by `kubeadm init` and a node by `kubeadm join`, both with kubeadm's defaults. */
async function kubeadmCluster(trial: Trial): Promise<readonly PlainMachine[]> {
  const machines = plainGiven(trial.supplies);
  const first = await launchPlain(trial, initScript(machines));
  const listed = (count: number): Promise<unknown> =>
    eventually(
      `kubeadm's cluster has ${count} nodes and its kube-proxy`,
      async () => {
        const kubectl = 'PATH=$PATH:/usr/local/bin kubectl --kubeconfig /etc/kubernetes/admin.conf';
        const { stdout, stderr, code } = await trial.on(first.id, `${kubectl} get nodes -o name`);
        if (code !== 0) throw new Error(stderr);
        return stdout.trim().split('\n').length === count || undefined;
      },
      minutes(6),
    );
  await listed(1);
  const second = await launchPlain(trial, joinScript({ ...machines, server: first.address }));
  await listed(2);
  return [first, second];
}

/** The worst of a control plane and a node, by id of the check. */
async function resultsOf(trial: Trial, [first, second]: readonly string[]): Promise<readonly CheckResult[]> {
  const checks = await loadBenchmark(benchmark);
  const on = (id: string) => (script: string) => trial.on(id, script);
  return worst([
    await evaluate({ checks, targets: ofControlPlane, exec: on(first!) }),
    await evaluate({ checks, targets: ['node'], exec: on(second!) }),
  ]);
}

function tableOf(ours: readonly CheckResult[], theirs: readonly CheckResult[]): string {
  const count = (results: readonly CheckResult[], verdict: string): string =>
    String(results.filter((result) => result.verdict === verdict).length).padStart(5);
  const row = (name: string, results: readonly CheckResult[]): string =>
    `${name.padEnd(18)} ${['pass', 'fail', 'warn', 'info'].map((verdict) => count(results, verdict)).join(' ')}`;
  return ['CIS 1.12            pass  fail  warn  info', row('Quilla', ours), row('kubeadm', theirs)].join('\n');
}

const namesOf = (title: string, found: readonly Difference[]): string =>
  [`${title}:`, ...found.map(({ id, text }) => `  ${id} ${text}`), ''].join('\n');
