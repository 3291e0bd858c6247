import { describe, expect, it } from 'vitest';
import { minutes } from '../../base/duration.ts';
import { addonProblem, applyAddonWorkloads, removeAddonWorkloads } from './addons.ts';
import { kubernetesTrial } from './kubernetes-trial.ts';

const install = (trial: ReturnType<typeof kubernetesTrial>, name: string, more: object = {}): void =>
  applyAddonWorkloads(trial.turn(), { cluster: 'k8s', name, version: 'v1.2.3-eksbuild.4', ...more });

describe('an add-on', () => {
  it.each([
    ['vpc-cni', 'daemonsets', 'aws-node'],
    ['kube-proxy', 'daemonsets', 'kube-proxy'],
    ['eks-pod-identity-agent', 'daemonsets', 'eks-pod-identity-agent'],
    ['coredns', 'deployments', 'coredns'],
    ['aws-ebs-csi-driver', 'deployments', 'ebs-csi-controller'],
    ['aws-ebs-csi-driver', 'daemonsets', 'ebs-csi-node'],
    ['metrics-server', 'deployments', 'metrics-server'],
  ] as const)('%s brings the %s %s with its version as the image tag', (name, plural, workload) => {
    const trial = kubernetesTrial({ addons: [] });
    install(trial, name);
    const spec = trial.store().get(plural, workload, 'kube-system')?.spec.template.spec;
    expect(spec?.containers[0]?.image).toMatch(/^602401143452\.dkr\.ecr\.us-east-1\.amazonaws\.com\/\S+:v1\.2\.3/);
  });

  it('is unhealthy while its replicas cannot run, and healthy when they do', async () => {
    const trial = kubernetesTrial();
    install(trial, 'coredns');
    expect(addonProblem(trial.turn(), { cluster: 'k8s', name: 'coredns' })).toMatch(/desired number of replicas/);
    expect(addonProblem(trial.turn(), { cluster: 'k8s', name: 'vpc-cni' })).toBeUndefined();
    await trial.withNodes(1);
    expect(addonProblem(trial.turn(), { cluster: 'k8s', name: 'coredns' })).toBeUndefined();
  });

  it('rolls its pods when it is updated, and takes its configuration', async () => {
    const trial = kubernetesTrial({ addons: ['vpc-cni', 'coredns'] });
    await trial.withNodes(2);
    install(trial, 'coredns', { version: 'v1.9.9-eksbuild.1', configurationValues: '{"replicaCount":3}' });
    await trial.pass(minutes(1));
    const pods = trial
      .store()
      .list('pods')
      .filter(({ metadata }) => metadata.name.startsWith('coredns'));
    expect(pods).toHaveLength(3);
    expect(pods.every(({ spec }) => spec.containers[0]?.image.endsWith('coredns:v1.9.9-eksbuild.1'))).toBe(true);
  });

  it('takes everything along when it goes, and leaves it running when preserved', async () => {
    const trial = kubernetesTrial();
    await trial.withNodes(1);
    removeAddonWorkloads(trial.turn(), { cluster: 'k8s', name: 'kube-proxy', preserve: true });
    removeAddonWorkloads(trial.turn(), { cluster: 'k8s', name: 'vpc-cni' });
    await trial.pass(minutes(1));
    expect(
      trial
        .store()
        .list('daemonsets')
        .map(({ metadata }) => metadata.name),
    ).toEqual(['kube-proxy']);
    expect(
      trial
        .store()
        .list('pods')
        .map(({ metadata }) => metadata.name),
    ).toEqual([expect.stringMatching(/^kube-proxy-/)]);
  });

  it('whose controller has no rights on AWS does not get ready', async () => {
    const trial = kubernetesTrial();
    install(trial, 'aws-ebs-csi-driver');
    await trial.withNodes(1);
    const pod = trial
      .store()
      .list('pods')
      .find(({ metadata }) => metadata.name.startsWith('ebs-csi-controller'));
    expect(pod?.status.containerStatuses?.[0]?.state.waiting).toMatchObject({
      reason: 'CrashLoopBackOff',
      message: expect.stringContaining('no EC2 IMDS role found'),
    });
    expect(addonProblem(trial.turn(), { cluster: 'k8s', name: 'aws-ebs-csi-driver' })).toBeDefined();
  });
});
