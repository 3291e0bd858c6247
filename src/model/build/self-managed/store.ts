import { sha256Hex } from '../../../base/hash.ts';
import type { Cluster, HostSettings } from '../../../spec/cluster.ts';
import { seatProgram } from '../../bootstrap/self-managed/boot-scripts.ts';
import { type Resource, refTo } from '../../graph.ts';
import { keyObjects, storeLayout } from '../../store-layout.ts';
import { jsonText } from '../../value.ts';
import { resource, tagsOf } from '../context.ts';
import { bucketArn, bucketName, tlsOnly } from './bucket-name.ts';
import type { StoreHandle } from './handles.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

export interface StoreResources {
  readonly resources: readonly Resource[];
  readonly store: StoreHandle;
}

const from = 'spec.controlPlane';
/** A backup that expired can be brought back for a month; keys and documents keep all their versions. */
const noncurrentDays = 30;

function ownBucket(context: SelfManagedContext, mark: string): Resource<'bucket'> {
  const id = 'bucket/store';
  const name = bucketName(context, 'store');
  const { keepDays } = context.spec.controlPlane.etcd.snapshots;
  return resource('bucket', {
    id,
    from,
    needs: [mark],
    desired: {
      name,
      versioning: true,
      publicRead: false,
      policy: jsonText({ Version: '2012-10-17', Statement: [tlsOnly(bucketArn(context, name))] }),
      expiry: [{ prefix: storeLayout.backups, days: keepDays }],
      noncurrentDays,
      tags: tagsOf(context, id),
    },
  });
}

/** Contents of files may be anybody's secrets: their hashes say as much as a comparison needs. */
const withoutContents = <T extends { readonly host: HostSettings }>(one: T): T => ({
  ...one,
  host: {
    ...one.host,
    files: one.host.files.map((file) => ({ ...file, content: `sha256:${sha256Hex(file.content)}` })),
  },
});

function appliedSpec({ name, spec }: SelfManagedContext): Cluster {
  return {
    apiVersion: 'quilla.dev/v1alpha1',
    kind: 'Cluster',
    metadata: { name },
    spec: {
      ...spec,
      controlPlane: withoutContents(spec.controlPlane),
      nodeGroups: spec.nodeGroups.map(withoutContents),
    },
  };
}

/** The store with the cluster's keys, the spec as it is applied, and the part of the seats' script that their user data has no room for. `mark` is the security group of the seats. */
export function store(context: SelfManagedContext, mark: string): StoreResources {
  const { storeBucket } = context.spec.controlPlane;
  const bucket = storeBucket === undefined ? ownBucket(context, mark) : undefined;
  const given = storeBucket ?? bucketName(context, 'store');
  const name = bucket === undefined ? given : refTo(bucket, 'bucketName');
  const keys = resource('cluster-keys', {
    id: 'cluster-keys',
    from,
    needs: [mark],
    // The key of secrets at rest too, even where it is off: a cluster that turns it on must have it.
    desired: { bucket: name, prefix: storeLayout.keys, objects: keyObjects.map((object) => object.name) },
  });
  const spec = resource('bucket-object', {
    id: 'bucket-object/spec',
    from: 'spec',
    needs: [mark],
    desired: {
      bucket: name,
      key: storeLayout.spec,
      contentType: 'application/json',
      content: jsonText(appliedSpec(context)),
    },
  });
  const program = resource('bucket-object', {
    id: 'bucket-object/seat-program',
    from,
    needs: [mark],
    desired: { bucket: name, ...seatProgram },
  });
  const arn = bucket === undefined ? bucketArn(context, given) : refTo(bucket, 'arn');
  return {
    resources: [...(bucket === undefined ? [] : [bucket]), keys, spec, program],
    store: { bucketName: name, arn, bucket, keys },
  };
}

/** What the seats' timer reads, beside the spec. */
export const stateDocument = (
  { store: { bucketName: bucket } }: { readonly store: StoreHandle },
  { state, mark }: { state: unknown; mark: string },
): Resource<'bucket-object'> =>
  resource('bucket-object', {
    id: 'bucket-object/state',
    from: 'spec.access',
    needs: [mark],
    desired: { bucket, key: storeLayout.state, contentType: 'application/json', content: jsonText(state) },
  });
