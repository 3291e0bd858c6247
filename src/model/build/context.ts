import type { Diagnostic } from '../../base/diagnostic.ts';
import type { ClusterSpec } from '../../spec/cluster.ts';
import type { Facts } from '../facts.ts';
import type { Tags } from '../field.ts';
import type { Resource } from '../graph.ts';
import type { KindName } from '../kinds/names.ts';
import { clusterTag, idTag } from '../tags.ts';
import type { Desired } from '../types.ts';
import type { Join, Ref } from '../value.ts';

/** A text that may be known only later. */
export type Text = string | Ref | Join;

/** What every builder reads. */
export interface BuildContext {
  /** The cluster's name. */
  readonly name: string;
  readonly spec: ClusterSpec;
  readonly facts: Facts;
}

/** What the builders of one control plane make of a spec. */
export interface Built {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface ResourceInit<K extends KindName> {
  readonly id: string;
  readonly desired: Desired<K>;
  readonly from: string;
  readonly needs?: readonly string[];
}

/** A resource of a kind, typed by the kind's table. */
export const resource = <K extends KindName>(kind: K, init: ResourceInit<K>): Resource<K> =>
  ({ kind, id: init.id, desired: init.desired, needs: init.needs ?? [], from: init.from }) as unknown as Resource<K>;

/** The tags of a resource: a name to read, the spec's, further ones, and ours, which nothing overrides. */
export const tagsOf = ({ name, spec }: BuildContext, id: string, further: Tags = {}): Tags => ({
  Name: `${name}/${id}`,
  ...spec.tags,
  ...further,
  [clusterTag]: name,
  [idTag]: id,
});

/** By what Kubernetes' controllers know subnets, VPCs and instances: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html */
export const kubernetesTag = (cluster: string): string => `kubernetes.io/cluster/${cluster}`;

/** The last part of an id: `private-us-east-1a` of `subnet/private-us-east-1a`. */
export const tailOf = (id: string): string => id.slice(id.indexOf('/') + 1);

/** Cut to a length, with a hash-sized end kept: names stay unique because the end is. */
export const named = (start: string, end: string, length: number): string =>
  `${start.slice(0, length - end.length - 1)}-${end}`;
