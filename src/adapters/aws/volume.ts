import {
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeVolumesCommand,
  DescribeVolumesModificationsCommand,
  ModifyVolumeCommand,
  type Volume,
  type VolumeType,
} from '@aws-sdk/client-ec2';
import { defined } from '../../base/defined.ts';
import { hours, minutes, seconds } from '../../base/duration.ts';
import type { Found, State } from '../../model/snapshot.ts';
import { idTag, keptTagPrefix } from '../../model/tags.ts';
import type { Observed, Settled } from '../../model/types.ts';
import type { CallContext, ReadContext, Scope } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import { allItems } from './all-items.ts';
import { gone, madeOrGone, withClientToken } from './client-token.ts';
import type { Connection } from './connection.ts';
import { ec2Arn, retag, retagPermissions, tagOnCreate, tagSpecification } from './ec2.ts';
import { failedLater } from './failed-later.ts';
import { fromTagList, idOf, ourFilter } from './found.ts';
import { unlessGone } from './gone.ts';
import { hasSeats, hullPermissions } from './hull.ts';
import { deleteWhenFree } from './retry.ts';
import { tagOwner } from './tag-owner.ts';
import { waitFor } from './wait.ts';

type VolumeFields = Settled<'volume'>;

/** On a volume for which no key was named: AWS then shows the account's default key of the day it was made, like a key that was named. */
const defaultKeyTag = `${keptTagPrefix}default-key`;

/** Root volumes carry the tags of their launch template: only ids of this kind are asked for. */
const ourVolumes = ({ clients, call }: Connection, context: ReadContext): Promise<Volume[]> => {
  const Filters = [...ourFilter(context.scope), { Name: `tag:${idTag}`, Values: ['volume/*'] }];
  return allItems(
    (NextToken) =>
      call('ec2:DescribeVolumes', () => clients.ec2.send(new DescribeVolumesCommand({ Filters, NextToken }))),
    (page) => page.Volumes,
  );
};

const states: Readonly<Record<string, State>> = {
  creating: 'pending',
  available: 'ready',
  'in-use': 'ready',
  deleting: 'deleting',
  error: 'failed',
};

/** What AWS gives gp3 unless told otherwise; of other types iops follow from the size unless they must be said. */
const usual = { iops: 3000, throughput: 125 } as const;

function performanceOf(volume: Volume): Pick<VolumeFields, 'iops' | 'throughput'> {
  const { VolumeType: type, Iops = null, Throughput = null } = volume;
  if (type === 'gp3') {
    return { iops: Iops === usual.iops ? null : Iops, throughput: Throughput === usual.throughput ? null : Throughput };
  }
  return { iops: type === 'io1' || type === 'io2' ? Iops : null, throughput: null };
}

/** Of a volume that was exported nothing says whether its key was named: then it is not compared, and said when it is adopted. */
function keyOf(volume: Volume, { exported }: Scope): { kmsKeyArn?: string | null } {
  if ((volume.Tags ?? []).some((tag) => tag.Key === defaultKeyTag)) return { kmsKeyArn: null };
  return exported === undefined ? { kmsKeyArn: volume.KmsKeyId ?? null } : {};
}

function toFound(volume: Volume, context: ReadContext): Found<'volume'>[] {
  const tags = fromTagList(volume.Tags);
  const id = idOf(tags, context.scope);
  const state = states[volume.State ?? ''];
  if (id === undefined || state === undefined) return [];
  return [
    {
      kind: 'volume',
      id,
      name: volume.VolumeId!,
      state,
      settled: {
        zone: volume.AvailabilityZone!,
        encrypted: volume.Encrypted ?? false,
        ...keyOf(volume, context.scope),
        size: volume.Size!,
        volumeType: volume.VolumeType!,
        ...performanceOf(volume),
        tags,
      },
      observed: { volumeId: volume.VolumeId! },
    },
  ];
}

async function describe({ clients, call }: Connection, volumeId: string): Promise<Volume | undefined> {
  const answer = await unlessGone(
    call('ec2:DescribeVolumes', () => clients.ec2.send(new DescribeVolumesCommand({ VolumeIds: [volumeId] }))),
  );
  return answer?.Volumes?.[0];
}

const usable = (connection: Connection, volumeId: string, context: CallContext) =>
  madeOrGone<Volume, Observed<'volume'>>(`volume ${volumeId} to be available`, context, {
    describe: () => describe(connection, volumeId),
    judge: (volume) => {
      const state = states[volume.State ?? ''];
      if (state === 'ready') return { done: { volumeId } };
      if (state === 'pending') return { waiting: volume.State! };
      // Where the key may not be used EC2 makes a volume that turns to an error, or is gone, soon after.
      if (state === 'failed')
        throw failedLater('ec2:CreateVolume', 'VolumeError', `volume ${volumeId} is in state error`);
      return { done: gone };
    },
    deadline: minutes(10),
  });

function create(connection: Connection, id: string, settled: VolumeFields, context: CallContext) {
  const { clients, call } = connection;
  const tags = { ...settled.tags, ...(settled.kmsKeyArn === null ? { [defaultKeyTag]: 'true' } : {}) };
  const input = defined({
    AvailabilityZone: settled.zone,
    Encrypted: settled.encrypted,
    KmsKeyId: settled.kmsKeyArn ?? undefined,
    Size: settled.size,
    VolumeType: settled.volumeType as VolumeType,
    Iops: settled.iops ?? undefined,
    Throughput: settled.throughput ?? undefined,
    ...tagSpecification('volume', tags),
  });
  return withClientToken({ operation: 'ec2:CreateVolume', id, content: input }, context, async (ClientToken) => {
    const answer = await call('ec2:CreateVolume', () =>
      clients.ec2.send(new CreateVolumeCommand({ ...input, ClientToken })),
    );
    return usable(connection, answer.VolumeId!, context);
  });
}

/** Changes size, type and performance while the volume is in use; usable at once, though EC2 goes on moving data for hours. */
async function modify(connection: Connection, volumeId: string, settled: VolumeFields, context: CallContext) {
  const { clients, call } = connection;
  const isGp3 = settled.volumeType === 'gp3';
  const input = defined({
    VolumeId: volumeId,
    Size: settled.size,
    VolumeType: settled.volumeType as VolumeType,
    Iops: settled.iops ?? (isGp3 ? usual.iops : undefined),
    Throughput: settled.throughput ?? (isGp3 ? usual.throughput : undefined),
  });
  await call('ec2:ModifyVolume', () => clients.ec2.send(new ModifyVolumeCommand(input)));
  await waitFor(
    `volume ${volumeId} to be changed`,
    context,
    async () => {
      const answer = await call('ec2:DescribeVolumesModifications', () =>
        clients.ec2.send(new DescribeVolumesModificationsCommand({ VolumeIds: [volumeId] })),
      );
      const last = answer.VolumesModifications?.at(-1);
      const state = last?.ModificationState;
      if (state === 'failed') {
        throw failedLater('ec2:ModifyVolume', 'VolumeModificationFailed', last?.StatusMessage ?? 'no reason given');
      }
      return state === 'optimizing' || state === 'completed' ? { done: undefined } : { waiting: state ?? 'not begun' };
    },
    { every: seconds(5), deadline: hours(1) },
  );
}

const read = [
  { action: 'ec2:DescribeVolumes', resource: '*' },
  { action: 'ec2:DescribeVolumesModifications', resource: '*' },
];

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html */
export const volume: Adapter<'volume'> = {
  permissions: {
    read: [...hullPermissions, read[0]!],
    create: [
      { action: 'ec2:CreateVolume', resource: ec2Arn('volume'), condition: 'our-tag-in-request' },
      tagOnCreate('volume', 'CreateVolume'),
      read[0]!,
    ],
    update: [
      { action: 'ec2:ModifyVolume', resource: ec2Arn('volume'), condition: 'our-tag-on-resource' },
      ...retagPermissions('volume'),
      ...read,
    ],
    delete: [{ action: 'ec2:DeleteVolume', resource: ec2Arn('volume'), condition: 'our-tag-on-resource' }, read[0]!],
  },

  reader: (connection) => ({
    async list(context) {
      if (!(await hasSeats(connection, context))) return [];
      return (await ourVolumes(connection, context)).flatMap((one) => toFound(one, context));
    },
  }),

  owner(connection) {
    const byTags = tagOwner(volume.writer(connection), [defaultKeyTag]);
    return {
      ...byTags,
      own: ({ found, wanted, tags }, context) =>
        byTags.own(
          { found, wanted, tags: wanted.kmsKeyArn === null ? { ...tags, [defaultKeyTag]: 'true' } : tags },
          context,
        ),
    };
  },

  writer: (connection) => ({
    create: ({ id, settled }, context) => create(connection, id, settled, context),

    async update({ found, settled, changed }, context) {
      const { volumeId } = found.observed;
      const changes = ['size', 'volumeType', 'iops', 'throughput'] as const;
      if (changes.some((field) => changed.includes(field))) await modify(connection, volumeId, settled, context);
      if (changed.includes('tags')) {
        await retag(connection, volumeId, { before: found.settled.tags ?? {}, after: settled.tags });
      }
      return found.observed;
    },

    async delete(found, context) {
      const { clients, call } = connection;
      const VolumeId = found.observed.volumeId;
      await deleteWhenFree(`volume ${VolumeId}`, context, () =>
        call('ec2:DeleteVolume', () => clients.ec2.send(new DeleteVolumeCommand({ VolumeId }))),
      );
      await waitFor(`volume ${VolumeId} to be gone`, context, async () => {
        const left = await describe(connection, VolumeId);
        return left === undefined || left.State === 'deleted' ? { done: undefined } : { waiting: left.State ?? '' };
      });
    },

    async ready(found, context) {
      const done = await usable(connection, found.observed.volumeId, context);
      if (done === gone)
        throw failedLater('ec2:CreateVolume', 'NotFound', `volume ${found.name} is not there any more`);
      return done;
    },
  }),
};
