import { canonicalJson } from '../../base/canonical-json.ts';
import { type Diagnostic, reporter } from '../../base/diagnostic.ts';
import type { ResourceGraph } from '../../model/graph.ts';
import { ofKind, type Snapshot } from '../../model/snapshot.ts';
import type { Cluster, ClusterSpec, SelfManagedControlPlane } from '../../spec/cluster.ts';
import { appCodes } from '../codes.ts';

const report = reporter(appCodes);

/** A spec of a self-managed cluster, as the store keeps it. */
interface Spec {
  readonly network: ClusterSpec['network'];
  readonly plane: SelfManagedControlPlane;
}

interface Fixed {
  readonly path: string;
  readonly of: (spec: Spec) => unknown;
  /** Which changes would end the cluster, where not all would. */
  readonly when?: (before: unknown, after: unknown) => boolean;
  readonly fix: string;
}

/** What seats and nodes that run have agreed on among themselves; machines that come later would not fit them. */
const fixed: readonly Fixed[] = [
  {
    path: 'spec.network.serviceCidr',
    of: ({ network }) => network.serviceCidr,
    fix: 'Services keep their addresses, and the certificates of the API name the first one. Set the range that the cluster has.',
  },
  {
    path: 'spec.network.podNetwork.type',
    of: ({ network }) => network.podNetwork?.type,
    fix: 'Pods of two pod networks do not reach each other. Set the one that the cluster has, or make a cluster beside it and move what runs.',
  },
  {
    path: 'spec.network.podNetwork.cidr',
    of: ({ network }) => network.podNetwork?.cidr,
    fix: 'Nodes keep the portions of the range that they have. Set the range that the cluster has.',
  },
  {
    path: 'spec.controlPlane.selfManaged.secretsEncryption',
    of: ({ plane }) => plane.secretsEncryption,
    when: (before) => before === true,
    fix: 'An API server without the key cannot read the secrets that etcd holds. Leave it on.',
  },
  {
    path: 'spec.controlPlane.selfManaged.etcd.volume.size',
    of: ({ plane }) => plane.etcd.volume.sizeGiB,
    when: (before, after) => Number(after) < Number(before),
    fix: 'EBS makes no volume smaller. Set the size that the volumes have, or more.',
  },
];

function parsed(text: unknown): Spec | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const { spec } = JSON.parse(text) as Cluster;
    return spec.controlPlane.type === 'self-managed' ? { network: spec.network, plane: spec.controlPlane } : undefined;
  } catch {
    return undefined;
  }
}

const specId = 'bucket-object/spec';

/** Changes of the spec that a cluster which runs would not survive, by the spec that the store keeps; none where it keeps none. */
export function fixedForLife({
  graph,
  snapshot,
}: {
  readonly graph: ResourceGraph;
  readonly snapshot: Snapshot;
}): Diagnostic[] {
  const before = parsed(ofKind(snapshot, 'bucket-object').find(({ id }) => id === specId)?.settled.content);
  const wanted = graph.resources.find(({ id }) => id === specId)?.desired;
  const after = wanted !== undefined && 'content' in wanted ? parsed(wanted.content) : undefined;
  if (before === undefined || after === undefined) return [];
  return fixed.flatMap(({ path, of, when = () => true, fix }) => {
    const [was, is] = [of(before), of(after)];
    if (canonicalJson(was ?? null) === canonicalJson(is ?? null) || !when(was, is)) return [];
    const detail = `${path.slice(path.lastIndexOf('.') + 1)} is ${was ?? 'none'} in the cluster that runs, and ${is ?? 'none'} in the spec`;
    return [report('app.irreplaceable', { detail, fix, at: { path } })];
  });
}
