import { nearest } from '../../base/nearest.ts';
import { podNetworkTypes } from '../cluster.ts';
import type { Problem } from '../problem.ts';
import { ruled } from './scalars.ts';

/** Pod networks that other tools know, why they are not here, and what comes nearest. */
const gone: Readonly<Record<string, readonly [string, string]>> = {
  weave: [
    'Weave Net is no longer maintained: its company closed in 2024 and its repository is archived',
    'Use cilium; for what weave did with a password, set encryption in the values of its chart.',
  ],
  kopeio: ['kopeio-networking has not been maintained for years', 'Use cilium.'],
  'kube-router': [
    'it is not among those that Quilla installs',
    'Use cilium or calico, or none and its chart in addons.',
  ],
  canal: [
    'Canal, flannel with the policies of Calico, is no longer developed as a network of its own',
    'Use calico, which does both.',
  ],
  romana: ['Romana is no longer maintained', 'Use calico.'],
  kubenet: ['kubenet left Kubernetes with dockershim in 1.24', 'Use flannel, the simplest one.'],
  lyft: ['the lyft CNI is no longer maintained', 'Use vpc-cni.'],
};

/** Other names of what is here. */
const alsoCalled: Readonly<Record<string, string>> = {
  amazonvpc: 'vpc-cni',
  'amazon-vpc': 'vpc-cni',
  'amazon-vpc-routed-eni': 'vpc-cni',
  'aws-vpc-cni': 'vpc-cni',
  'aws-cni': 'vpc-cni',
  vpccni: 'vpc-cni',
  'tigera-operator': 'calico',
  cni: 'none',
  external: 'none',
};

function podNetworkProblem(value: string): Problem | undefined {
  if (podNetworkTypes.some((type) => type === value)) return undefined;
  const name = value.toLowerCase();
  if (Object.hasOwn(gone, name)) {
    const [detail, fix] = gone[name]!;
    return { code: 'spec.pod-network-gone', detail: `${JSON.stringify(value)}: ${detail}`, fix };
  }
  const here = Object.hasOwn(alsoCalled, name) ? alsoCalled[name] : undefined;
  const meant = nearest(name, podNetworkTypes);
  const allowed = `Allowed: ${podNetworkTypes.join(', ')}.`;
  return {
    code: 'spec.bad-value',
    detail: `${JSON.stringify(value)} is not a pod network that Quilla knows`,
    fix:
      here !== undefined
        ? `Here it is called ${here}.`
        : meant === undefined
          ? allowed
          : `Did you mean ${meant}? ${allowed}`,
  };
}

/** A pod network by name; one that people bring from elsewhere is refused with the reason. */
export const podNetworkType = ruled(podNetworkProblem).meta({ enum: [...podNetworkTypes] });
