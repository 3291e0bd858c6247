import { DescribeLogGroupsCommand, ListTagsForResourceCommand as ListLogTags } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListGrantsCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms';
import { DescribeParametersCommand, GetParameterCommand, ListTagsForResourceCommand } from '@aws-sdk/client-ssm';
import type { InventoryClients } from './clients.ts';
import { type InventoryObject, objectOf, pagesOf, plain } from './inventory-object.ts';

async function keyOf({ kms }: InventoryClients, KeyId: string): Promise<InventoryObject[]> {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
  // Its deletion can be cancelled for days.
  if (KeyMetadata?.KeyState === 'PendingDeletion') return [];
  const [policy, rotation, tags, grants] = await Promise.all([
    kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' })),
    kms.send(new GetKeyRotationStatusCommand({ KeyId })),
    kms.send(new ListResourceTagsCommand({ KeyId })),
    pagesOf(
      (Marker) => kms.send(new ListGrantsCommand({ KeyId, Marker })),
      (answer) => (answer.Truncated === true ? answer.NextMarker : undefined),
    ),
  ]);
  const key = objectOf('AWS::KMS::Key', KeyId, {
    ...KeyMetadata,
    KeyPolicy: JSON.parse(policy.Policy ?? 'null') as unknown,
    Rotation: plain(rotation),
    tags: tags.Tags,
  });
  const granted = grants.flatMap((page) => page.Grants ?? []);
  return [key, ...granted.map((grant) => objectOf('AWS::KMS::Grant', grant.GrantId, { ...grant }))];
}

async function keys(clients: InventoryClients): Promise<InventoryObject[]> {
  const { kms } = clients;
  const [lists, aliases] = await Promise.all([
    pagesOf(
      (Marker) => kms.send(new ListKeysCommand({ Marker })),
      (answer) => (answer.Truncated === true ? answer.NextMarker : undefined),
    ),
    pagesOf(
      (Marker) => kms.send(new ListAliasesCommand({ Marker })),
      (answer) => (answer.Truncated === true ? answer.NextMarker : undefined),
    ),
  ]);
  const all = await Promise.all(lists.flatMap((page) => page.Keys ?? []).map(({ KeyId }) => keyOf(clients, KeyId!)));
  const named = aliases.flatMap((page) => page.Aliases ?? []);
  return [...all.flat(), ...named.map((alias) => objectOf('AWS::KMS::Alias', alias.AliasName, { ...alias }))];
}

async function logGroups({ logs }: InventoryClients): Promise<InventoryObject[]> {
  const pages = await pagesOf(
    (nextToken) => logs.send(new DescribeLogGroupsCommand({ nextToken })),
    (answer) => answer.nextToken,
  );
  return Promise.all(
    pages
      .flatMap((page) => page.logGroups ?? [])
      .map(async (group) => {
        const { tags } = await logs.send(
          new ListLogTags({ resourceArn: group.logGroupArn ?? group.arn?.replace(/:\*$/, '') }),
        );
        return objectOf('AWS::Logs::LogGroup', group.logGroupName, { ...group, tags });
      }),
  );
}

async function parameters({ ssm }: InventoryClients): Promise<InventoryObject[]> {
  const pages = await pagesOf(
    (NextToken) => ssm.send(new DescribeParametersCommand({ NextToken })),
    (answer) => answer.NextToken,
  );
  return Promise.all(
    pages
      .flatMap((page) => page.Parameters ?? [])
      .map(async (told) => {
        const [{ Parameter }, { TagList: tags }] = await Promise.all([
          ssm.send(new GetParameterCommand({ Name: told.Name })),
          ssm.send(new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: told.Name })),
        ]);
        return objectOf('AWS::SSM::Parameter', told.Name, { ...told, Value: Parameter?.Value, tags });
      }),
  );
}

/** KMS keys with grants and aliases, log groups, and parameters of Systems Manager. */
export async function keyAndLogObjects(clients: InventoryClients): Promise<InventoryObject[]> {
  return (await Promise.all([keys(clients), logGroups(clients), parameters(clients)])).flat();
}
