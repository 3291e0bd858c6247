import {
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type KeyMetadata,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import { hours } from '../../base/duration.ts';
import type { Tags } from '../../model/field.ts';
import type { Found, State } from '../../model/snapshot.ts';
import type { CallContext, ReadContext } from '../../ports/aws.ts';
import { isAwsFailure } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Adapter } from './adapter.ts';
import type { Connection } from './connection.ts';
import { idOf, tagChanges } from './found.ts';
import { unlessGone } from './gone.ts';
import { keyArn, ourAliases } from './kms-questions.ts';
import { taggedResources, taggedResourcesPermission } from './tagged-resources.ts';
import { oncePropagated } from './when-free.ts';

const toKmsTags = (tags: Tags) => Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));

/**
 * Our keys with their tags. The tagging service learns of a new key late, so keys that our aliases name are looked at too;
 * only those that it does not know yet cost a call.
 */
async function candidates(connection: Connection, context: ReadContext): Promise<ReadonlyMap<string, Tags>> {
  const { clients, call } = connection;
  const [resources, aliases] = await Promise.all([
    taggedResources(connection, context),
    ourAliases(connection, context),
  ]);
  const tagged = new Map([...resources].filter(([arn]) => arn.split(':')[2] === 'kms'));
  const named = new Set(aliases.flatMap(({ TargetKeyId }) => (TargetKeyId === undefined ? [] : [TargetKeyId])));
  const unknown = [...named].filter((keyId) => !tagged.has(keyArn(context, keyId)));
  const further = await Promise.all(
    unknown.map(async (KeyId) => {
      const answer = await unlessGone(
        call('kms:ListResourceTags', () => clients.kms.send(new ListResourceTagsCommand({ KeyId }))),
      );
      const tags = Object.fromEntries((answer?.Tags ?? []).map((tag) => [tag.TagKey!, tag.TagValue!]));
      return [keyArn(context, KeyId), tags] as const;
    }),
  );
  return new Map([...tagged, ...further]);
}

async function describe({ clients, call }: Connection, KeyId: string): Promise<KeyMetadata | undefined> {
  const answer = await unlessGone(call('kms:DescribeKey', () => clients.kms.send(new DescribeKeyCommand({ KeyId }))));
  return answer?.KeyMetadata;
}

const states: Readonly<Record<string, State>> = { Enabled: 'ready', Creating: 'pending', Updating: 'pending' };
const isGone = (key: KeyMetadata | undefined): boolean =>
  key === undefined || key.KeyState === 'PendingDeletion' || key.KeyState === 'PendingReplicaDeletion';

async function toFound(connection: Connection, arn: string, about: { id: string; tags: Tags }) {
  const { clients, call } = connection;
  const key = await describe(connection, arn);
  if (key === undefined || isGone(key)) return [];
  const [policy, rotation] = await Promise.all([
    call('kms:GetKeyPolicy', () => clients.kms.send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: 'default' }))),
    call('kms:GetKeyRotationStatus', () => clients.kms.send(new GetKeyRotationStatusCommand({ KeyId: arn }))),
  ]);
  const found: Found<'kms-key'> = {
    kind: 'kms-key',
    id: about.id,
    name: key.KeyId!,
    state: states[key.KeyState ?? ''] ?? 'failed',
    ...(key.KeyState === 'Enabled' ? {} : { stateReason: `the key is ${key.KeyState}` }),
    settled: {
      description: key.Description ?? '',
      keyPolicy: policy.Policy!,
      rotation: rotation.KeyRotationEnabled ?? false,
      tags: about.tags,
    },
    observed: { keyId: key.KeyId!, arn: key.Arn! },
  };
  return [found];
}

async function setRotation({ clients, call }: Connection, KeyId: string, on: boolean): Promise<void> {
  if (on) {
    await call('kms:EnableKeyRotation', () => clients.kms.send(new EnableKeyRotationCommand({ KeyId })));
  } else {
    await call('kms:DisableKeyRotation', () => clients.kms.send(new DisableKeyRotationCommand({ KeyId })));
  }
}

async function retag({ clients, call }: Connection, KeyId: string, before: Tags, after: Tags): Promise<void> {
  const { set, remove } = tagChanges(before, after);
  if (Object.keys(set).length > 0) {
    await call('kms:TagResource', () => clients.kms.send(new TagResourceCommand({ KeyId, Tags: toKmsTags(set) })));
  }
  if (remove.length > 0) {
    await call('kms:UntagResource', () => clients.kms.send(new UntagResourceCommand({ KeyId, TagKeys: remove })));
  }
}

/** The longest time to think again; the shortest that KMS allows for a key too young to have encrypted much. */
function deletionWindow(key: KeyMetadata | undefined, { clock }: CallContext): number {
  const age = clock.now() - (key?.CreationDate?.getTime() ?? 0);
  return age < hours(24).ms ? 7 : 30;
}

const ourKey = (...actions: readonly string[]): Permission[] =>
  actions.map((action) => ({
    action: `kms:${action}`,
    resource: `arn:\${partition}:kms:\${region}:\${account}:key/*`,
    condition: 'our-tag-on-resource',
  }));

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html */
export const kmsKey: Adapter<'kms-key'> = {
  permissions: {
    read: [
      taggedResourcesPermission,
      { action: 'kms:ListAliases', resource: '*' },
      ...ourKey('DescribeKey', 'GetKeyPolicy', 'GetKeyRotationStatus', 'ListResourceTags'),
    ],
    create: [
      { action: 'kms:CreateKey', resource: '*', condition: 'our-tag-in-request' },
      ...ourKey('TagResource', 'EnableKeyRotation'),
    ],
    update: ourKey(
      'UpdateKeyDescription',
      'PutKeyPolicy',
      'EnableKeyRotation',
      'DisableKeyRotation',
      'TagResource',
      'UntagResource',
    ),
    delete: ourKey('DescribeKey', 'ScheduleKeyDeletion'),
  },

  reader: (connection) => ({
    async list(context) {
      const ours = [...(await candidates(connection, context))].flatMap(([arn, tags]) => {
        const id = idOf(tags, context.scope);
        return id === undefined ? [] : [toFound(connection, arn, { id, tags })];
      });
      return (await Promise.all(ours)).flat();
    },
  }),

  writer: (connection) => ({
    async create({ settled }, context) {
      const { clients, call } = connection;
      const input = {
        Description: settled.description,
        Policy: settled.keyPolicy,
        Tags: toKmsTags(settled.tags),
      };
      const answer = await oncePropagated('principals of the key policy', context, () =>
        call('kms:CreateKey', () => clients.kms.send(new CreateKeyCommand(input)), { once: true }),
      );
      const { KeyId, Arn } = answer.KeyMetadata!;
      if (settled.rotation) await setRotation(connection, KeyId!, true);
      return { keyId: KeyId!, arn: Arn! };
    },

    async update({ found, settled, changed }, context) {
      const { clients, call } = connection;
      const KeyId = found.observed.keyId;
      if (changed.includes('description')) {
        const input = { KeyId, Description: settled.description };
        await call('kms:UpdateKeyDescription', () => clients.kms.send(new UpdateKeyDescriptionCommand(input)));
      }
      if (changed.includes('keyPolicy')) {
        const input = { KeyId, PolicyName: 'default', Policy: settled.keyPolicy };
        await oncePropagated('principals of the key policy', context, () =>
          call('kms:PutKeyPolicy', () => clients.kms.send(new PutKeyPolicyCommand(input))),
        );
      }
      if (changed.includes('rotation')) await setRotation(connection, KeyId, settled.rotation);
      if (changed.includes('tags')) await retag(connection, KeyId, found.settled.tags ?? {}, settled.tags);
      return found.observed;
    },

    /** KMS keeps the key for days in which the deletion can be cancelled; it costs nothing then and counts as gone. */
    async delete(found, context) {
      const { clients, call } = connection;
      const KeyId = found.observed.keyId;
      const key = await describe(connection, KeyId);
      if (isGone(key)) return;
      const input = { KeyId, PendingWindowInDays: deletionWindow(key, context) };
      try {
        await unlessGone(
          call('kms:ScheduleKeyDeletion', () => clients.kms.send(new ScheduleKeyDeletionCommand(input))),
        );
      } catch (error) {
        // A repeated call whose first answer was lost.
        if (!isAwsFailure(error, 'conflict') || !isGone(await describe(connection, KeyId))) throw error;
      }
    },
  }),
};
