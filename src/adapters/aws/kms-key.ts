import {
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type KeyMetadata,
  ListKeysCommand,
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
import type { Observed, Settled } from '../../model/types.ts';
import { type CallContext, isAwsFailure, type ReadContext, readContext, type Scope } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Adapter } from './adapter.ts';
import type { Connection } from './connection.ts';
import { idOf, tagChanges } from './found.ts';
import { unlessGone } from './gone.ts';
import { keyArn, ourAliases } from './kms-questions.ts';
import { mayUsePermissions } from './of-eks.ts';
import { taggedResources } from './tagged-resources.ts';
import { oncePropagated } from './when-free.ts';

const toKmsTags = (tags: Tags) => Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));

/**
 * Our keys with their tags, by ARN: one question of an observation, whoever asks. The tagging service learns of a new key late, so keys that our aliases name are looked at too;
 * only those that it does not know yet cost a call.
 */
export const ourKeys = (connection: Connection, context: ReadContext): Promise<ReadonlyMap<string, Tags>> =>
  context.once('our KMS keys', () => askForKeys(connection, context));

async function askForKeys(connection: Connection, context: ReadContext): Promise<ReadonlyMap<string, Tags>> {
  const [resources, aliases] = await Promise.all([
    taggedResources(connection, context),
    ourAliases(connection, context),
  ]);
  const tagged = new Map([...resources].filter(([arn]) => arn.split(':')[2] === 'kms'));
  const named = new Set(aliases.flatMap(({ TargetKeyId }) => (TargetKeyId === undefined ? [] : [TargetKeyId])));
  const unknown = [...named].filter((keyId) => !tagged.has(keyArn(context, keyId)));
  const further = await Promise.all(
    unknown.map(async (KeyId) => [keyArn(context, KeyId), await tagsOf(connection, KeyId)] as const),
  );
  return new Map([...tagged, ...further].filter(([, tags]) => idOf(tags, context.scope) !== undefined));
}

async function tagsOf({ clients, call }: Connection, KeyId: string): Promise<Tags> {
  const answer = await unlessGone(
    call('kms:ListResourceTags', () => clients.kms.send(new ListResourceTagsCommand({ KeyId }))),
  );
  return Object.fromEntries((answer?.Tags ?? []).map((tag) => [tag.TagKey!, tag.TagValue!]));
}

/** How many keys are asked for their tags before a key is made: one page. */
const keysLookedAt = 100;

/** Whether a key carries our id; keys that we may not ask are not ours. */
async function hasId(connection: Connection, keyId: string, id: string, scope: Scope): Promise<boolean> {
  try {
    return idOf(await tagsOf(connection, keyId), scope) === id;
  } catch (error) {
    if (isAwsFailure(error, 'denied')) return false;
    throw error;
  }
}

/**
 * The key that an earlier call made whose answer was lost, or whose run ended before the alias. KMS takes no token for CreateKey,
 * and the tagging service may not know such a key for minutes; so keys are asked themselves. With this, creation can be repeated.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html
 */
async function madeBefore(connection: Connection, id: string, context: CallContext): Promise<KeyMetadata | undefined> {
  const { clients, call } = connection;
  const known = (await taggedResources(connection, readContext(context))).entries();
  const byTag = [...known].filter(([arn, tags]) => arn.split(':')[2] === 'kms' && idOf(tags, context.scope) === id);
  const page = await call('kms:ListKeys', () => clients.kms.send(new ListKeysCommand({ Limit: keysLookedAt })));
  const listed = (page.Keys ?? []).map(({ KeyId }) => KeyId!);
  const carries = await Promise.all(listed.map((keyId) => hasId(connection, keyId, id, context.scope)));
  const ours = [...byTag.map(([arn]) => arn), ...listed.filter((_, index) => carries[index])];
  for (const keyId of ours) {
    const key = await describe(connection, keyId);
    if (key?.KeyState === 'Enabled') return key;
  }
  return undefined;
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

/** What is left to do to a key that an earlier run of the same creation made. */
async function takeOver(
  connection: Connection,
  { KeyId, Arn }: KeyMetadata,
  settled: Settled<'kms-key'>,
): Promise<Observed<'kms-key'>> {
  const { clients, call } = connection;
  const { description: Description, keyPolicy: Policy } = settled;
  await call('kms:UpdateKeyDescription', () =>
    clients.kms.send(new UpdateKeyDescriptionCommand({ KeyId: KeyId!, Description })),
  );
  await call('kms:PutKeyPolicy', () =>
    clients.kms.send(new PutKeyPolicyCommand({ KeyId: KeyId!, PolicyName: 'default', Policy })),
  );
  if (settled.rotation) await setRotation(connection, KeyId!, true);
  await retag(connection, KeyId!, await tagsOf(connection, KeyId!), settled.tags);
  return { keyId: KeyId!, arn: Arn! };
}

/** The longest time to think again; the shortest that KMS allows for a key too young to have encrypted much. */
function deletionWindow(key: KeyMetadata | undefined, { clock }: CallContext): number {
  const age = clock.now() - (key?.CreationDate?.getTime() ?? 0);
  return age < hours(24).ms ? 7 : 30;
}

/**
 * A tag's condition holds only some minutes after the tag is set (https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html:
 * up to five), so that it can fence only what is never done to a key just made. Until then the key's ARN says account and region;
 * reads and rotation harm no key of the account, and an alias may only be one of the cluster's.
 */
const anyKey = (...actions: readonly string[]): Permission[] =>
  actions.map((action) => ({
    action: `kms:${action}`,
    resource: `arn:\${partition}:kms:\${region}:\${account}:key/*`,
  }));
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
      ...mayUsePermissions,
      { action: 'kms:ListAliases', resource: '*' },
      ...anyKey('DescribeKey', 'GetKeyPolicy', 'GetKeyRotationStatus', 'ListResourceTags'),
    ],
    create: [
      { action: 'kms:CreateKey', resource: '*', condition: 'our-tag-in-request' },
      { action: 'kms:ListKeys', resource: '*' },
      // Of keys that are not ours too: which one is ours shows only in its tags.
      { action: 'kms:ListResourceTags', resource: `arn:\${partition}:kms:\${region}:\${account}:key/*` },
      // Tagging at creation cannot be limited to particular keys: https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
      { action: 'kms:TagResource', resource: '*', condition: 'our-tag-in-request' },
      ...anyKey('DescribeKey', 'EnableKeyRotation'),
      // What a killed run made is brought in line.
      ...ourKey('TagResource', 'UntagResource', 'UpdateKeyDescription', 'PutKeyPolicy'),
    ],
    update: [
      ...ourKey('UpdateKeyDescription', 'PutKeyPolicy', 'DisableKeyRotation', 'TagResource', 'UntagResource'),
      ...anyKey('EnableKeyRotation'),
    ],
    delete: [...anyKey('DescribeKey'), ...ourKey('ScheduleKeyDeletion')],
  },

  reader: (connection) => ({
    async list(context) {
      const ours = [...(await ourKeys(connection, context))].flatMap(([arn, tags]) => {
        const id = idOf(tags, context.scope);
        return id === undefined ? [] : [toFound(connection, arn, { id, tags })];
      });
      return (await Promise.all(ours)).flat();
    },
  }),

  writer: (connection) => ({
    async create({ id, settled }, context) {
      const { clients, call } = connection;
      const before = await madeBefore(connection, id, context);
      if (before !== undefined) return takeOver(connection, before, settled);
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
