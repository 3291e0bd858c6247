import type {
  CreatePodIdentityAssociationRequest,
  CreatePodIdentityAssociationResponse,
  DeletePodIdentityAssociationRequest,
  DescribePodIdentityAssociationRequest,
  DescribePodIdentityAssociationResponse,
  ListPodIdentityAssociationsRequest,
  ListPodIdentityAssociationsResponse,
  PodIdentityAssociation,
  UpdatePodIdentityAssociationRequest,
  UpdatePodIdentityAssociationResponse,
} from '@aws-sdk/client-eks';
import { shortHash } from '../../../base/hash.ts';
import type { Handler, Turn } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { inUse, invalidParameter, invalidRequest, notFound } from './errors.ts';
import { clusterOf, eksArn, usableClusterOf } from './lookup.ts';
import { roleByArn, trusts } from './principals.ts';
import type { EksCluster, EksPodIdentityAssociation } from './state.ts';

/** The role, where it exists and lets the pod identity service assume it and tag the session. */
export function checkPodRole(turn: Turn, roleArn: string, clusterName: string): void {
  const role = roleByArn(turn, roleArn);
  if (role === undefined) throw invalidParameter('Role provided in the request does not exist.', { clusterName });
  if (trusts(role, 'pods.eks.amazonaws.com', ['sts:AssumeRole', 'sts:TagSession'])) return;
  throw invalidParameter(
    'Trust policy of the role provided is invalid. Follow the official documentation to resolve the issue.',
    {
      clusterName,
    },
  );
}

export interface NewAssociation {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn: string;
  readonly targetRoleArn?: string | undefined;
  readonly disableSessionTags?: boolean | undefined;
  readonly policy?: string | undefined;
  readonly ownerArn?: string;
  readonly tags?: Record<string, string> | undefined;
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyz';

/** `a-` and 17 letters or digits. */
const associationId = (turn: Turn): string =>
  `a-${[...(turn.newToken(34).match(/../g) ?? [])].map((pair) => digits[Number.parseInt(pair, 16) % 36]).join('')}`;

const of = (cluster: EksCluster, namespace: string, serviceAccount: string): EksPodIdentityAssociation | undefined =>
  Object.values(cluster.podIdentityAssociations).find(
    (own) => own.namespace === namespace && own.serviceAccount === serviceAccount,
  );

/** Adds an association; ResourceInUseException where the service account has one. */
export function addAssociation(turn: Turn, cluster: EksCluster, wanted: NewAssociation): EksPodIdentityAssociation {
  checkPodRole(turn, wanted.roleArn, cluster.name);
  const existing = of(cluster, wanted.namespace, wanted.serviceAccount);
  if (existing !== undefined) throw inUse(`Association already exists: ${existing.id}`, { clusterName: cluster.name });
  const id = associationId(turn);
  const record: EksPodIdentityAssociation = {
    id,
    arn: eksArn(turn, `podidentityassociation/${cluster.name}/${id}`),
    namespace: wanted.namespace,
    serviceAccount: wanted.serviceAccount,
    roleArn: wanted.roleArn,
    disableSessionTags: wanted.disableSessionTags ?? false,
    ...(wanted.targetRoleArn === undefined
      ? {}
      : {
          targetRoleArn: wanted.targetRoleArn,
          externalId: `${turn.region}/${turn.account}/${cluster.name}/${wanted.namespace}/${wanted.serviceAccount}`,
        }),
    ...(wanted.policy === undefined ? {} : { policy: wanted.policy }),
    ...(wanted.ownerArn === undefined ? {} : { ownerArn: wanted.ownerArn }),
    createdAt: turn.now,
    modifiedAt: turn.now,
    tags: { ...wanted.tags },
    requestHash: shortHash(wanted),
  };
  cluster.podIdentityAssociations[id] = record;
  return record;
}

const viewOf = (cluster: EksCluster, own: EksPodIdentityAssociation): PodIdentityAssociation => {
  const { id, arn, createdAt, modifiedAt, requestHash: _, ...rest } = own;
  return {
    clusterName: cluster.name,
    ...rest,
    tags: { ...own.tags },
    associationArn: arn,
    associationId: id,
    createdAt: new Date(createdAt),
    modifiedAt: new Date(modifiedAt),
  };
};

function associationOf(cluster: EksCluster, id: string): EksPodIdentityAssociation {
  const own = cluster.podIdentityAssociations[id];
  if (own !== undefined) return own;
  throw notFound(`Association not found: ${id}`, { clusterName: cluster.name });
}

/** What an add-on owns is changed through the add-on. */
function freeAssociationOf(cluster: EksCluster, id: string): EksPodIdentityAssociation {
  const own = associationOf(cluster, id);
  if (own.ownerArn === undefined) return own;
  throw invalidRequest(
    `Pod identity association ${id} is owned by ${own.ownerArn} and can only be changed through it`,
    {
      clusterName: cluster.name,
    },
  );
}

export const createPodIdentityAssociation: Handler<
  Given<CreatePodIdentityAssociationRequest>,
  CreatePodIdentityAssociationResponse
> = (input, call) => {
  const cluster = usableClusterOf(call, input.clusterName);
  return { association: viewOf(cluster, addAssociation(call, cluster, input)) };
};

export const describePodIdentityAssociation: Handler<
  Given<DescribePodIdentityAssociationRequest>,
  DescribePodIdentityAssociationResponse
> = (input, call) => {
  const cluster = clusterOf(call, input.clusterName);
  return { association: viewOf(cluster, associationOf(cluster, input.associationId)) };
};

export const listPodIdentityAssociations: Handler<
  Given<ListPodIdentityAssociationsRequest>,
  ListPodIdentityAssociationsResponse
> = (input, call) => {
  const cluster = clusterOf(call, input.clusterName);
  const rows = Object.values(cluster.podIdentityAssociations)
    .filter((own) => input.namespace === undefined || own.namespace === input.namespace)
    .filter((own) => input.serviceAccount === undefined || own.serviceAccount === input.serviceAccount)
    .map((own) => ({
      clusterName: cluster.name,
      namespace: own.namespace,
      serviceAccount: own.serviceAccount,
      associationArn: own.arn,
      associationId: own.id,
      ...(own.ownerArn === undefined ? {} : { ownerArn: own.ownerArn }),
    }));
  const page = pageOf(rows, { token: input.nextToken, size: input.maxResults, usual: 100 });
  return { associations: [...page.items], nextToken: page.next };
};

export const updatePodIdentityAssociation: Handler<
  Given<UpdatePodIdentityAssociationRequest>,
  UpdatePodIdentityAssociationResponse
> = (input, call) => {
  const cluster = clusterOf(call, input.clusterName);
  const own = freeAssociationOf(cluster, input.associationId);
  if (input.roleArn !== undefined) {
    checkPodRole(call, input.roleArn, cluster.name);
    own.roleArn = input.roleArn;
  }
  if (input.disableSessionTags !== undefined) own.disableSessionTags = input.disableSessionTags;
  if (input.targetRoleArn !== undefined) own.targetRoleArn = input.targetRoleArn;
  if (input.policy !== undefined) own.policy = input.policy;
  own.modifiedAt = call.now;
  return { association: viewOf(cluster, own) };
};

export const deletePodIdentityAssociation: Handler<
  Given<DeletePodIdentityAssociationRequest>,
  CreatePodIdentityAssociationResponse
> = (input, call) => {
  const cluster = clusterOf(call, input.clusterName);
  const own = freeAssociationOf(cluster, input.associationId);
  delete cluster.podIdentityAssociations[own.id];
  return { association: viewOf(cluster, own) };
};
