import { describe, expect, test } from 'vitest';
import { resourceOf } from '../../../testing/clusters.ts';
import { type SelfManagedOf, selfManagedGraph } from '../../../testing/self-managed-clusters.ts';
import type { ClusterState } from '../../store-layout.ts';
import { isJoin } from '../../value.ts';

/** The state as the seats read it, with `<ID.FIELD>` where AWS will tell a value. */
function stateOf(of: SelfManagedOf): ClusterState {
  const { content } = resourceOf(selfManagedGraph(of), 'bucket-object', 'bucket-object/state').desired;
  const text = isJoin(content)
    ? content.$join.map((piece) => (typeof piece === 'string' ? piece : `<${piece.$ref}.${piece.field}>`)).join('')
    : String(content);
  return JSON.parse(text);
}

function valuesOf(name: string, of: SelfManagedOf = {}): unknown {
  const chart = stateOf({ charts: [name], ...of }).charts.find((one) => one.name === name);
  expect(chart, name).toBeDefined();
  return chart?.values;
}

const onSeats = {
  nodeSelector: { 'node-role.kubernetes.io/control-plane': '' },
  tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }],
};

describe('the pod network’s chart is told the range of pods and the API’s name', () => {
  test('cilium: an overlay beside kube-proxy', () =>
    expect(valuesOf('cilium')).toEqual({
      ipam: { mode: 'cluster-pool', operator: { clusterPoolIPv4PodCIDRList: ['100.96.0.0/11'] } },
      operator: { replicas: 2 },
      routingMode: 'tunnel',
      tunnelProtocol: 'vxlan',
      kubeProxyReplacement: false,
      k8sServiceHost: '<load-balancer/internal.dnsName>',
      k8sServicePort: 443,
    }));

  test('cilium takes the place of kube-proxy where that is off, and has one operator where there is one seat', () =>
    expect(
      valuesOf('cilium', { plane: { kubeProxy: false, seats: { zones: ['us-east-1a'], subnets: [] } } }),
    ).toMatchObject({ kubeProxyReplacement: true, operator: { replicas: 1 } }));

  test.each([
    ['vxlan', 'VXLAN'],
    ['cross-subnet', 'VXLANCrossSubnet'],
  ] as const)('calico %s: %s, without BGP', (encapsulation, expected) =>
    expect(
      valuesOf('tigera-operator', {
        network: { podNetwork: { type: 'calico', cidr: '100.96.0.0/11', encapsulation } },
      }),
    ).toMatchObject({
      installation: {
        calicoNetwork: {
          bgp: 'Disabled',
          ipPools: [{ cidr: '100.96.0.0/11', encapsulation: expected, natOutgoing: 'Enabled' }],
        },
      },
      kubernetesServiceEndpoint: { host: '<load-balancer/internal.dnsName>', port: '443' },
    }),
  );

  test('flannel', () =>
    expect(
      valuesOf('flannel', {
        network: { podNetwork: { type: 'flannel', cidr: '100.96.0.0/11', encapsulation: 'vxlan' } },
      }),
    ).toEqual({ podCidr: '100.96.0.0/11', flannel: { backend: 'vxlan' } }));

  test('vpc-cni: pods have addresses of the VPC', () =>
    expect(valuesOf('aws-vpc-cni', { network: { podNetwork: { type: 'vpc-cni', encapsulation: 'none' } } })).toEqual(
      expect.objectContaining({
        env: expect.objectContaining({ CLUSTER_NAME: 'k8s', ENABLE_PREFIX_DELEGATION: 'false' }),
      }),
    ));
});

describe('charts of AWS', () => {
  test('the cloud controller sets no routes and runs on seats before they are initialized', () =>
    expect(valuesOf('aws-cloud-controller-manager')).toMatchObject({
      args: expect.arrayContaining(['--cluster-name=k8s', '--configure-cloud-routes=false']),
      image: { tag: expect.stringMatching(/^v1\.\d+\.\d+$/) },
      hostNetworking: true,
      nodeSelector: onSeats.nodeSelector,
      tolerations: expect.arrayContaining([
        { key: 'node.cloudprovider.kubernetes.io/uninitialized', value: 'true', effect: 'NoSchedule' },
        ...onSeats.tolerations,
      ]),
    }));

  test.each([
    ['us-east-1', ['i-0123456789abcdef0', 'ip-10-2-1-5.ec2.internal'], ['ip-10-2-1-5.eu-west-1.compute.internal']],
    [
      'eu-west-1',
      ['i-0123456789abcdef0', 'ip-10-2-1-5.eu-west-1.compute.internal'],
      ['ip-10-2-1-5.ec2.internal', 'i-0123456789abcdef0.example.com', 'kubernetes', 'ip-10-2-1-5-ec2-internal'],
    ],
  ])('in %s kubelets get certificates for their names alone', (region, taken, refused) => {
    const values = valuesOf('kubelet-csr-approver', {
      base: { region, network: { zones: [`${region}a`] }, nodeGroups: [{ name: 'w', manager: 'asg' }] },
    }) as { providerRegex: string; providerIpPrefixes: readonly string[] };
    const names = new RegExp(values.providerRegex);
    expect(taken.filter((name) => !names.test(name))).toEqual([]);
    expect(refused.filter((name) => names.test(name))).toEqual([]);
    expect(values.providerIpPrefixes).toEqual(['10.0.0.0/16']);
  });

  test('the volume driver is told its role itself, so that the order of charts does not matter', () =>
    expect(valuesOf('aws-ebs-csi-driver')).toMatchObject({
      controller: {
        k8sTagClusterId: 'k8s',
        env: expect.arrayContaining([{ name: 'AWS_ROLE_ARN', value: '<role/ebs-csi.arn>' }]),
        volumeMounts: [{ name: 'sts-token', readOnly: true }],
      },
    }));

  test('on nodes it reads the metadata service, which pods cannot reach, and knows the region without it', () =>
    expect(valuesOf('aws-ebs-csi-driver')).toMatchObject({
      node: { hostNetwork: true, env: [{ name: 'AWS_REGION', value: 'us-east-1' }] },
    }));

  test('without roles for pods it is told none: keys are for the user to give', () => {
    const values = valuesOf('aws-ebs-csi-driver', { plane: { podRoles: false } });
    expect(JSON.stringify(values)).not.toContain('AWS_ROLE_ARN');
  });

  test('what drains nodes reads the queue, and acts on instances of the cluster alone, by their ids', () =>
    expect(valuesOf('aws-node-termination-handler')).toMatchObject({
      enableSqsTerminationDraining: true,
      queueURL: '<queue/interruption.url>',
      checkTagBeforeDraining: true,
      managedTag: 'kubernetes.io/cluster/k8s',
      useProviderId: true,
      serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': '<role/node-termination-handler.arn>' } },
    }));

  test('a chart of the user’s is told nothing but his values', () =>
    expect(
      valuesOf('mine', {
        further: {
          charts: [
            {
              name: 'mine',
              namespace: 'apps',
              repository: 'https://charts.example.com',
              chart: 'mine',
              version: '1.0.0',
              values: { a: 1 },
            },
          ],
        },
      }),
    ).toEqual({ a: 1 }));

  test('the spec’s values are merged over the model’s: what is null goes', () =>
    expect(
      valuesOf('cilium', {
        further: {
          charts: [
            {
              name: 'cilium',
              namespace: 'kube-system',
              repository: 'https://helm.cilium.io',
              chart: 'cilium',
              version: '1.20.2',
              values: { hubble: { enabled: true }, operator: { replicas: null } },
            },
          ],
        },
      }),
    ).toMatchObject({ hubble: { enabled: true }, operator: {}, routingMode: 'tunnel' }));
});

test('what nodes need is installed before workers can be Ready, the rest later', () => {
  const charts = ['cilium', 'aws-cloud-controller-manager', 'kubelet-csr-approver', 'aws-ebs-csi-driver', 'mine'];
  expect(stateOf({ charts }).charts.map(({ name, needed }) => `${name}: ${needed}`)).toEqual([
    'cilium: nodes',
    'aws-cloud-controller-manager: nodes',
    'kubelet-csr-approver: nodes',
    'aws-ebs-csi-driver: later',
    'mine: later',
  ]);
});
