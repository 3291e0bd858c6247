import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** A role for one service account of an add-on. */
export interface AddonPodIdentity {
  readonly serviceAccount: string;
  readonly roleArn: string;
}

/** An EKS add-on: https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html */
export const addon = kind({
  concern: 'add-ons',
  label: 'add-on',
  headline: ['version'],
  found: 'parent',
  replace: 'delete-first',
  goesWith: 'clusterName',
  usually: { create: seconds(35), update: seconds(40), delete: seconds(20) },
  fields: {
    clusterName: fixed<string>()({ doc: 'the cluster', refersTo: 'cluster' }),
    addonName: fixed<string>()({ doc: 'name in EKS' }),
    version: mutable<string>()({
      doc: 'version; EKS chooses its default at creation where it is left out',
      optional: true,
    }),
    values: mutable<string | null>()({
      doc: 'configuration, a JSON document',
      compare: 'json',
      refersTo: ['subnet', 'security-group', 'cluster'],
    }),
    podIdentities: mutable<readonly AddonPodIdentity[]>()({
      doc: 'roles of its service accounts',
      compare: 'set',
      refersTo: 'role',
    }),
    resolveConflicts: mutable<'OVERWRITE' | 'PRESERVE' | 'NONE'>()({
      doc: 'whose settings stand where others changed them; AWS does not tell it, so it is sent along and never compared',
      optional: true,
    }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    arn: observed<string>()({ doc: 'ARN' }),
    installedVersion: observed<string>()({ doc: 'the version that runs' }),
  },
});
