import {
  DescribeAccessEntryCommand,
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
  DescribeNodegroupCommand,
  DescribePodIdentityAssociationCommand,
  type EKSClient,
  ListAccessEntriesCommand,
  ListAddonsCommand,
  ListAssociatedAccessPoliciesCommand,
  ListClustersCommand,
  ListFargateProfilesCommand,
  ListNodegroupsCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import type { InventoryClients } from './clients.ts';
import { type InventoryObject, objectOf, pagesOf } from './inventory-object.ts';

interface Listing<Answer, Item> {
  readonly list: (nextToken: string | undefined) => Promise<Answer & { nextToken?: string | undefined }>;
  readonly items: (answer: Answer) => readonly Item[] | undefined;
  readonly describe: (item: Item) => Promise<InventoryObject>;
}

/** EKS lists names and describes one by one. */
async function described<Answer, Item>({ list, items, describe }: Listing<Answer, Item>): Promise<InventoryObject[]> {
  const pages = await pagesOf(list, (answer) => answer.nextToken);
  return Promise.all(pages.flatMap((page) => items(page) ?? []).map(describe));
}

async function accessEntry(eks: EKSClient, clusterName: string, principalArn: string): Promise<InventoryObject> {
  const key = { clusterName, principalArn };
  const [{ accessEntry: entry }, policies] = await Promise.all([
    eks.send(new DescribeAccessEntryCommand(key)),
    pagesOf(
      (nextToken) => eks.send(new ListAssociatedAccessPoliciesCommand({ ...key, nextToken })),
      (answer) => answer.nextToken,
    ),
  ]);
  const accessPolicies = policies.flatMap((page) => page.associatedAccessPolicies ?? []);
  return objectOf('AWS::EKS::AccessEntry', `${clusterName}|${principalArn}`, { ...entry, accessPolicies });
}

const children = (eks: EKSClient, clusterName: string): readonly Promise<InventoryObject[]>[] => [
  described({
    list: (nextToken) => eks.send(new ListAddonsCommand({ clusterName, nextToken })),
    items: (answer) => answer.addons,
    describe: async (addonName) => {
      const { addon } = await eks.send(new DescribeAddonCommand({ clusterName, addonName }));
      return objectOf('AWS::EKS::Addon', `${clusterName}|${addonName}`, { ...addon });
    },
  }),
  described({
    list: (nextToken) => eks.send(new ListNodegroupsCommand({ clusterName, nextToken })),
    items: (answer) => answer.nodegroups,
    describe: async (nodegroupName) => {
      const { nodegroup } = await eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }));
      return objectOf('AWS::EKS::Nodegroup', `${clusterName}|${nodegroupName}`, { ...nodegroup });
    },
  }),
  described({
    list: (nextToken) => eks.send(new ListFargateProfilesCommand({ clusterName, nextToken })),
    items: (answer) => answer.fargateProfileNames,
    describe: async (fargateProfileName) => {
      const { fargateProfile } = await eks.send(new DescribeFargateProfileCommand({ clusterName, fargateProfileName }));
      return objectOf('AWS::EKS::FargateProfile', `${clusterName}|${fargateProfileName}`, { ...fargateProfile });
    },
  }),
  described({
    list: (nextToken) => eks.send(new ListAccessEntriesCommand({ clusterName, nextToken })),
    items: (answer) => answer.accessEntries,
    describe: (principalArn) => accessEntry(eks, clusterName, principalArn),
  }),
  described({
    list: (nextToken) => eks.send(new ListPodIdentityAssociationsCommand({ clusterName, nextToken })),
    items: (answer) => answer.associations,
    describe: async ({ associationId }) => {
      const { association } = await eks.send(new DescribePodIdentityAssociationCommand({ clusterName, associationId }));
      return objectOf('AWS::EKS::PodIdentityAssociation', associationId, { ...association });
    },
  }),
];

/** Clusters with their add-ons, node groups, profiles, access entries and pod identities. */
export async function eksObjects({ eks }: InventoryClients): Promise<InventoryObject[]> {
  const pages = await pagesOf(
    (nextToken) => eks.send(new ListClustersCommand({ nextToken })),
    (answer) => answer.nextToken,
  );
  const names = pages.flatMap((page) => page.clusters ?? []);
  const all = await Promise.all(
    names.map(async (name) => {
      const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
      return [objectOf('AWS::EKS::Cluster', name, { ...cluster }), ...(await Promise.all(children(eks, name))).flat()];
    }),
  );
  return all.flat();
}
