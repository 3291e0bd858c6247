import { randomUUID } from 'node:crypto';
import {
  AssociateEncryptionConfigCommand,
  type LogType,
  UpdateClusterConfigCommand,
  type UpdateClusterConfigRequest,
  UpdateClusterVersionCommand,
} from '@aws-sdk/client-eks';
import { minutes, seconds } from '../../base/duration.ts';
import type { Found } from '../../model/snapshot.ts';
import type { Settled } from '../../model/types.ts';
import type { CallContext } from '../../ports/aws.ts';
import type { Connection } from './connection.ts';
import { changeAndWait, retagEks, type UpdateOf } from './eks.ts';

export interface ClusterUpdate {
  readonly found: Found<'cluster'>;
  readonly settled: Settled<'cluster'>;
  readonly changed: readonly (keyof Settled<'cluster'> & string)[];
}

const allLogTypes: readonly LogType[] = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

const of = (clusterName: string, what: string, operation: string): UpdateOf => ({
  operation,
  what: `${what} of EKS cluster ${clusterName}`,
  clusterName,
  every: seconds(10),
  deadline: minutes(90),
});

type Configuration = Omit<UpdateClusterConfigRequest, 'name' | 'clientRequestToken'>;

/** EKS takes one aspect per call: https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html */
function configure(
  connection: Connection,
  { name, what }: { readonly name: string; readonly what: string },
  configuration: Configuration,
  context: CallContext,
): Promise<void> {
  const input = { name, clientRequestToken: randomUUID(), ...configuration };
  return changeAndWait(connection, of(name, what, 'eks:UpdateClusterConfig'), context, () =>
    connection.clients.eks.send(new UpdateClusterConfigCommand(input)),
  );
}

export const setDeletionProtection = (
  connection: Connection,
  name: string,
  deletionProtection: boolean,
  context: CallContext,
): Promise<void> => configure(connection, { name, what: 'deletion protection' }, { deletionProtection }, context);

function logging(on: readonly string[]): Configuration {
  const off = allLogTypes.filter((type) => !on.includes(type));
  const setups = [
    { types: on as LogType[], enabled: true },
    { types: off, enabled: false },
  ];
  return { logging: { clusterLogging: setups.filter((setup) => setup.types.length > 0) } };
}

/** Before a cluster goes: its control plane would write last lines after the end, for which EKS makes the log group anew. */
export const stopLogging = (connection: Connection, name: string, context: CallContext): Promise<void> =>
  configure(connection, { name, what: 'logging' }, logging([]), context);

const endpoints = (settled: Settled<'cluster'>): Configuration => ({
  resourcesVpcConfig: {
    endpointPrivateAccess: settled.endpointPrivate,
    endpointPublicAccess: settled.endpointPublic,
    ...(settled.endpointPublic ? { publicAccessCidrs: [...settled.publicAccessCidrs] } : {}),
  },
});

/** Aspects in the order in which they are changed: the support type before the version that may need it. */
const aspects: readonly {
  readonly what: string;
  readonly fields: readonly (keyof Settled<'cluster'>)[];
  readonly configuration: (settled: Settled<'cluster'>) => Configuration;
}[] = [
  {
    what: 'deletion protection',
    fields: ['deletionProtection'],
    configuration: ({ deletionProtection }) => ({ deletionProtection }),
  },
  {
    what: 'subnets and security groups',
    fields: ['subnetIds', 'securityGroupIds'],
    configuration: ({ subnetIds, securityGroupIds }) => ({
      resourcesVpcConfig: { subnetIds: [...subnetIds], securityGroupIds: [...securityGroupIds] },
    }),
  },
  {
    what: 'endpoint access',
    fields: ['endpointPrivate', 'endpointPublic', 'publicAccessCidrs'],
    configuration: endpoints,
  },
  { what: 'logging', fields: ['logTypes'], configuration: ({ logTypes }) => logging(logTypes) },
  {
    what: 'upgrade policy',
    fields: ['upgradePolicy'],
    configuration: ({ upgradePolicy }) => ({ upgradePolicy: { supportType: upgradePolicy } }),
  },
];

function encrypt({ clients, ...connection }: Connection, name: string, keyArn: string, context: CallContext) {
  const encryptionConfig = [{ resources: ['secrets'], provider: { keyArn } }];
  const input = { clusterName: name, encryptionConfig, clientRequestToken: randomUUID() };
  return changeAndWait(
    { clients, ...connection },
    of(name, 'secrets encryption', 'eks:AssociateEncryptionConfig'),
    context,
    () => clients.eks.send(new AssociateEncryptionConfigCommand(input)),
  );
}

function upgrade({ clients, ...connection }: Connection, name: string, version: string, context: CallContext) {
  const input = { name, version, clientRequestToken: randomUUID() };
  return changeAndWait(
    { clients, ...connection },
    of(name, 'Kubernetes version', 'eks:UpdateClusterVersion'),
    context,
    () => clients.eks.send(new UpdateClusterVersionCommand(input)),
  );
}

/** EKS changes one thing of a cluster at a time: one update after the other. */
export async function updateCluster(
  connection: Connection,
  { found, settled, changed }: ClusterUpdate,
  context: CallContext,
): Promise<void> {
  const { name } = settled;
  for (const { what, fields, configuration } of aspects) {
    if (fields.some((field) => changed.includes(field))) {
      await configure(connection, { name, what }, configuration(settled), context);
    }
  }
  if (changed.includes('encryptionKeyArn') && settled.encryptionKeyArn !== null) {
    await encrypt(connection, name, settled.encryptionKeyArn, context);
  }
  if (changed.includes('version')) await upgrade(connection, name, settled.version, context);
  if (changed.includes('tags')) {
    await retagEks(connection, found.observed.arn, { before: found.settled.tags ?? {}, after: settled.tags });
  }
}
