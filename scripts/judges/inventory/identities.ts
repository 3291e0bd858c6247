import {
  GetInstanceProfileCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesCommand,
  ListOpenIDConnectProvidersCommand,
  ListPoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import type { InventoryClients } from './clients.ts';
import { type InventoryObject, objectOf, pagesOf, plain } from './inventory-object.ts';

/** IAM writes documents with percent signs. */
const documentOf = (text: string | undefined): unknown =>
  text === undefined ? undefined : (JSON.parse(decodeURIComponent(text)) as unknown);

const marker = (answer: { IsTruncated?: boolean | undefined; Marker?: string | undefined }): string | undefined =>
  answer.IsTruncated === true ? answer.Marker : undefined;

async function roleOf({ iam }: InventoryClients, RoleName: string): Promise<InventoryObject> {
  const [{ Role }, attached, own] = await Promise.all([
    iam.send(new GetRoleCommand({ RoleName })),
    pagesOf((Marker) => iam.send(new ListAttachedRolePoliciesCommand({ RoleName, Marker })), marker),
    pagesOf((Marker) => iam.send(new ListRolePoliciesCommand({ RoleName, Marker })), marker),
  ]);
  const names = own.flatMap((page) => page.PolicyNames ?? []);
  const documents = await Promise.all(
    names.map(async (PolicyName) => {
      const answer = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return [PolicyName, documentOf(answer.PolicyDocument)] as const;
    }),
  );
  return objectOf('AWS::IAM::Role', RoleName, {
    ...Role,
    AssumeRolePolicyDocument: documentOf(Role?.AssumeRolePolicyDocument),
    AttachedPolicies: attached
      .flatMap((page) => page.AttachedPolicies ?? [])
      .map(({ PolicyArn }) => PolicyArn)
      .sort(),
    Policies: Object.fromEntries(documents),
  });
}

async function roles(clients: InventoryClients): Promise<InventoryObject[]> {
  const { iam } = clients;
  const pages = await pagesOf((Marker) => iam.send(new ListRolesCommand({ Marker })), marker);
  return Promise.all(pages.flatMap((page) => page.Roles ?? []).map(({ RoleName }) => roleOf(clients, RoleName!)));
}

async function policies({ iam }: InventoryClients): Promise<InventoryObject[]> {
  const pages = await pagesOf((Marker) => iam.send(new ListPoliciesCommand({ Scope: 'Local', Marker })), marker);
  return Promise.all(
    pages
      .flatMap((page) => page.Policies ?? [])
      .map(async ({ Arn: PolicyArn, DefaultVersionId: VersionId }) => {
        const [{ Policy }, version] = await Promise.all([
          iam.send(new GetPolicyCommand({ PolicyArn })),
          iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId })),
        ]);
        const Document = documentOf(version.PolicyVersion?.Document);
        return objectOf('AWS::IAM::ManagedPolicy', PolicyArn, { ...Policy, Document });
      }),
  );
}

async function profiles({ iam }: InventoryClients): Promise<InventoryObject[]> {
  const pages = await pagesOf((Marker) => iam.send(new ListInstanceProfilesCommand({ Marker })), marker);
  return Promise.all(
    pages
      .flatMap((page) => page.InstanceProfiles ?? [])
      .map(async ({ InstanceProfileName }) => {
        const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }));
        // Roles are objects of their own.
        const Roles = InstanceProfile?.Roles?.map(({ Arn }) => Arn);
        return objectOf('AWS::IAM::InstanceProfile', InstanceProfileName, { ...InstanceProfile, Roles });
      }),
  );
}

async function oidcProviders({ iam }: InventoryClients): Promise<InventoryObject[]> {
  const answer = await iam.send(new ListOpenIDConnectProvidersCommand({}));
  return Promise.all(
    (answer.OpenIDConnectProviderList ?? []).map(async ({ Arn }) => {
      const told = await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: Arn }));
      return objectOf('AWS::IAM::OIDCProvider', Arn, { ...plain(told), Arn });
    }),
  );
}

/** Roles with their policies, customer managed policies, instance profiles and identity providers of the account. */
export async function identityObjects(clients: InventoryClients): Promise<InventoryObject[]> {
  return (await Promise.all([roles(clients), policies(clients), profiles(clients), oidcProviders(clients)])).flat();
}
