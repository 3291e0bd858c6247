import { addressAt, cidr } from '../../../base/cidr.ts';
import { defined } from '../../../base/defined.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { instanceType, maxPods } from '../../../catalog/instance-types.ts';
import { patchFor, selfManagedVersion, selfManagedVersions } from '../../../catalog/node-files.ts';
import { dnsSuffixOf } from '../../../catalog/regions.ts';
import type { Architecture, HostSettings, NodeGroup, PodNetwork } from '../../../spec/cluster.ts';
import type { BootConfig, BootFile, SeatConfig } from '../../bootstrap/self-managed/boot-config.ts';
import { report } from '../../codes.ts';
import { refTo } from '../../graph.ts';
import type { Value } from '../../value.ts';
import { digestsOfNothing, filesOf, filesWithoutDigest, mirrored } from './boot-files.ts';
import type { SeatHandle, SelfManagedHandles } from './handles.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

/** What machines of one role differ in. */
interface Machine {
  readonly role: BootConfig['role'];
  readonly architecture: Architecture;
  readonly types: readonly string[];
  readonly host: HostSettings;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: NodeGroup['taints'];
  readonly maxPods?: number;
}

const upstream = 'registry.k8s.io';

const repositoryOf = ({ spec }: SelfManagedContext): string => spec.controlPlane.mirror.images ?? upstream;

function bootFiles({ spec, facts }: SelfManagedContext, { role, architecture }: Machine): readonly BootFile[] {
  return filesOf(role, spec, architecture).flatMap(({ program, version, url, sha256, own }) => {
    const digest = sha256 ?? facts.digests?.[url];
    if (digest === undefined) return [];
    const from = mirrored(url, spec.controlPlane.mirror);
    return { name: program, version, url: from, sha256: digest, ...defined({ own }) };
  });
}

const because = (reason: string | undefined): string => (reason === undefined ? '' : `: ${reason}`);

/** What cannot be installed: versions without files, files without digests. Once for a whole cluster. */
export function fileFindings({ spec, facts }: SelfManagedContext): readonly Diagnostic[] {
  const at = { path: 'spec.kubernetesVersion' };
  const noImages = selfManagedVersion(spec.kubernetesVersion) === undefined;
  if (noImages || patchFor(spec.kubernetesVersion) === undefined) {
    const fix = noImages
      ? `Choose one of ${selfManagedVersions.map(({ minor }) => minor).join(', ')}.`
      : 'Name a patch version, whose digests are asked of their publisher, or a minor version that the catalog has.';
    const detail = `the catalog has no ${noImages ? 'images' : 'patch version'} of ${spec.kubernetesVersion}`;
    return [report('graph.version-without-files', { detail, fix, at })];
  }
  const unknown = filesWithoutDigest(spec).filter(({ url }) => facts.digests?.[url] === undefined);
  return [
    ...unknown.map(({ program, version, url, checksumUrl }) =>
      report('graph.digest-unknown', {
        detail: `sha256 of ${program} ${version} (${url}) could not be read from ${checksumUrl}${because(facts.digestsRefused?.[url])}`,
        fix: 'Plan where that address can be reached.',
        at,
      }),
    ),
    ...digestsOfNothing(spec).map(({ place, near }) =>
      report('graph.digest-of-nothing', {
        detail: `no machine of this cluster installs ${place}`,
        fix: near === undefined ? 'Take it out.' : `Did you mean ${near}?`,
        at: { path: `spec.controlPlane.selfManaged.mirror.digests[${JSON.stringify(place)}]` },
      }),
    ),
  ];
}

/** Pods on a node: Kubernetes' own limit, or with the VPC CNI what the smallest type has addresses for. */
function podLimit(network: PodNetwork, prefixDelegation: boolean, types: readonly string[]): number {
  const known = types.flatMap((name) => instanceType(name) ?? []);
  if (network.type !== 'vpc-cni' || known.length < types.length) return 110;
  return Math.min(...known.map((type) => maxPods(type, { prefixDelegation, customNetworking: false })));
}

const checksSource = ({ type, encapsulation }: PodNetwork): boolean => type === 'vpc-cni' || encapsulation === 'vxlan';

/** What machines of both roles read. */
function shared(context: SelfManagedContext, handles: SelfManagedHandles, machine: Machine): Value<BootConfig> {
  const { name, spec } = context;
  const { network, controlPlane } = spec;
  const services = network.serviceCidr!;
  const repository = repositoryOf(context);
  return {
    format: 1,
    role: machine.role,
    cluster: name,
    region: spec.region,
    dnsSuffix: dnsSuffixOf(spec.region),
    kubernetes: patchFor(spec.kubernetesVersion) ?? spec.kubernetesVersion,
    api: handles.apiName,
    store: handles.store.bucketName,
    network: {
      type: network.podNetwork.type,
      pods: network.podNetwork.cidr ?? null,
      services,
      dns: addressAt(cidr(services), 10),
      sourceDestCheck: checksSource(network.podNetwork),
    },
    files: bootFiles(context, machine),
    images: { repository, pause: `${repository}/pause:${selfManagedVersion(spec.kubernetesVersion)?.pause}` },
    kubelet: {
      labels: machine.labels,
      taints: machine.taints,
      maxPods: machine.maxPods ?? podLimit(network.podNetwork, network.prefixDelegation, machine.types),
      flags: controlPlane.flags.kubelet,
    },
    featureGates: controlPlane.featureGates,
    host: machine.host,
  };
}

/** What a worker of a group reads. */
export const workerConfig = (
  context: SelfManagedContext,
  handles: SelfManagedHandles,
  group: NodeGroup,
): Value<BootConfig> =>
  shared(context, handles, {
    role: 'worker',
    architecture: group.architecture,
    types: group.instanceTypes,
    host: group.host,
    labels: group.labels,
    taints: group.taints,
    ...defined({ maxPods: group.maxPods }),
  });

/** What is logged of every request where the spec says nothing: who did what to which object, and no bodies. */
const metadataPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
};

function seatPart({ spec }: SelfManagedContext, handles: SelfManagedHandles, seat: SeatHandle): Value<SeatConfig> {
  const { controlPlane } = spec;
  const { apiServer, controllerManager, scheduler, etcd } = controlPlane.flags;
  return {
    name: seat.name,
    volumeId: refTo(seat.volume, 'volumeId'),
    interfaceId: refTo(seat.networkInterface, 'networkInterfaceId'),
    members: handles.seats.map(({ name, networkInterface }) => ({
      name,
      address: refTo(networkInterface, 'privateIp'),
    })),
    issuer: handles.issuerUrl,
    certificateNames: handles.certificateNames,
    certificateDays: controlPlane.certificateDays,
    snapshotMinutes: controlPlane.etcd.snapshots.everyMinutes,
    secretsEncryption: controlPlane.secretsEncryption,
    auditPolicy: controlPlane.auditPolicy === false ? null : (controlPlane.auditPolicy ?? metadataPolicy),
    flags: { apiServer, controllerManager, scheduler, etcd },
  };
}

/** What a seat reads. */
export function seatConfig(
  context: SelfManagedContext,
  handles: SelfManagedHandles,
  seat: SeatHandle,
): Value<BootConfig> {
  const { controlPlane, kubernetesVersion } = context.spec;
  const config = shared(context, handles, {
    role: 'seat',
    architecture: controlPlane.architecture,
    types: [controlPlane.instanceType],
    host: controlPlane.host,
    labels: {},
    taints: [],
  }) as BootConfig;
  const version = selfManagedVersion(kubernetesVersion);
  return {
    ...config,
    images: {
      ...config.images,
      etcd: `${repositoryOf(context)}/etcd:${version?.etcd}`,
      ...defined({ coredns: version?.coredns }),
    },
    seat: seatPart(context, handles, seat),
  };
}
