import type { Call, Touched } from '../../call.ts';
import { eksArn } from './lookup.ts';
import type { EksCluster } from './state.ts';
import { taggedResources } from './tags.ts';

type Input = Readonly<Record<string, unknown>>;

interface Child {
  readonly type: string;
  /** The member that names it. */
  readonly by: string;
  readonly of: (cluster: EksCluster) => Readonly<Record<string, { readonly arn: string }>>;
}

const children: readonly Child[] = [
  { type: 'nodegroup', by: 'nodegroupName', of: (cluster) => cluster.nodegroups },
  { type: 'addon', by: 'addonName', of: (cluster) => cluster.addons },
  { type: 'fargateprofile', by: 'fargateProfileName', of: (cluster) => cluster.fargateProfiles },
  { type: 'access-entry', by: 'principalArn', of: (cluster) => cluster.accessEntries },
  { type: 'podidentityassociation', by: 'associationId', of: (cluster) => cluster.podIdentityAssociations },
];

const creations: Readonly<Record<string, string>> = {
  CreateNodegroup: 'nodegroup',
  CreateAddon: 'addon',
  CreateFargateProfile: 'fargateprofile',
  CreateAccessEntry: 'access-entry',
  CreatePodIdentityAssociation: 'podidentityassociation',
};

function known(call: Call, resource: string): Touched {
  const tags = taggedResources(call).find(({ arn }) => arn === resource)?.tags;
  return tags === undefined ? { resource } : { resource, tags };
}

const hasTags = ({ tags }: Input): boolean => Object.keys((tags as object | undefined) ?? {}).length > 0;

/** What EKS asks IAM about: children are made on their cluster, and read and changed by their own ARNs. */
export function touched(operation: string, input: Input, call: Call): readonly Touched[] | undefined {
  if (typeof input.resourceArn === 'string') return [known(call, input.resourceArn)];
  const isOfCluster = /Cluster$|ClusterConfig$|ClusterVersion$|Update$|Updates$|EncryptionConfig$/.test(operation);
  const name = input.clusterName ?? (isOfCluster ? input.name : undefined);
  if (typeof name !== 'string') return undefined;
  const cluster = known(call, eksArn(call, `cluster/${name}`));
  const made = operation === 'CreateCluster' ? cluster.resource : creations[operation];
  if (made !== undefined) {
    const resource = made.startsWith('arn:') ? made : eksArn(call, `${made}/${name}/*`);
    return hasTags(input) ? [cluster, { action: 'eks:TagResource', resource }] : [cluster];
  }
  const child =
    operation.startsWith('List') && operation !== 'ListAssociatedAccessPolicies' ? undefined : ofChild(input);
  if (child === undefined) return [cluster];
  const record = call.state.eks.clusters[name];
  const own = record === undefined ? undefined : child.of(record)[String(input[child.by])]?.arn;
  return [own === undefined ? { resource: eksArn(call, `${child.type}/${name}/*`) } : known(call, own)];
}

const ofChild = (input: Input): Child | undefined => children.find(({ by }) => typeof input[by] === 'string');
