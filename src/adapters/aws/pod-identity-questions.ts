import {
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
  type PodIdentityAssociation,
  type PodIdentityAssociationSummary,
} from '@aws-sdk/client-eks';
import type { ReadContext } from '../../ports/aws.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import { parentCluster } from './eks.ts';
import { unlessGone } from './gone.ts';

/** Every pod identity association of a cluster, those of add-ons too. */
export async function listAssociations(
  { clients, call }: Connection,
  clusterName: string,
): Promise<readonly PodIdentityAssociationSummary[]> {
  const pages = await allPages(
    (nextToken) =>
      call('eks:ListPodIdentityAssociations', () =>
        clients.eks.send(new ListPodIdentityAssociationsCommand({ clusterName, nextToken })),
      ),
    (page) => page.nextToken,
  );
  return pages.flatMap((page) => page.associations ?? []);
}

/** The associations of our cluster: one question of an observation, whoever asks. */
export const podIdentityAssociations = (
  connection: Connection,
  context: ReadContext,
): Promise<readonly PodIdentityAssociationSummary[]> =>
  context.once('eks:ListPodIdentityAssociations', async () => {
    const clusterName = await parentCluster(connection, context);
    return clusterName === undefined ? [] : listAssociations(connection, clusterName);
  });

/** One association with its role, which lists do not tell; undefined where it is gone. */
export async function describeAssociation(
  { clients, call }: Connection,
  key: { readonly clusterName: string; readonly associationId: string },
): Promise<PodIdentityAssociation | undefined> {
  const answer = await unlessGone(
    call('eks:DescribePodIdentityAssociation', () => clients.eks.send(new DescribePodIdentityAssociationCommand(key))),
  );
  return answer?.association;
}
