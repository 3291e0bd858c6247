import { CreateTagsCommand, DeleteTagsCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import type { Tags } from '../../model/field.ts';
import type { Found } from '../../model/snapshot.ts';
import { exportedUsesTag, usesTag } from '../../model/tags.ts';
import type { Scope } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import type { Connection } from './connection.ts';
import { ec2Arn } from './ec2.ts';
import { describeTags } from './ec2-types.ts';
import { fromTagList, markOf, tagChanges, toTagList } from './found.ts';
import { unlessGone } from './gone.ts';
import { ourSubnets } from './subnet.ts';

/**
 * A given subnet has tags of its owner beside those that we add. Which are ours is kept in a second tag: the keys that we
 * care for, separated by blanks; one that was there before us begins with `=` and stays when we leave.
 */
const keysTag = (mark: string): string => `${mark}/keys`;

interface CaredFor {
  readonly added: readonly string[];
  readonly foundThere: readonly string[];
}

function caredFor(tags: Tags, mark: string): CaredFor {
  const entries = (tags[keysTag(mark)] ?? '').split(' ').filter((entry) => entry !== '');
  return {
    added: entries.filter((entry) => !entry.startsWith('=')),
    foundThere: entries.filter((entry) => entry.startsWith('=')).map((entry) => entry.slice(1)),
  };
}

const pick = (tags: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(keys.filter((key) => key in tags).map((key) => [key, tags[key]!]));

/** The tags to set for `wanted` on a subnet that has `there`: the wanted ones, our mark, and the list of keys. */
function marked(there: Tags, wanted: Tags, mark: { readonly key: string; readonly id: string }): Tags {
  const before = caredFor(there, mark.key);
  const isTheirs = (key: string) => before.foundThere.includes(key) || (key in there && !before.added.includes(key));
  const keys = Object.keys(wanted).sort();
  return {
    ...wanted,
    [mark.key]: mark.id,
    [keysTag(mark.key)]: keys.map((key) => (isTheirs(key) ? `=${key}` : key)).join(' '),
  };
}

/** Our marks on a subnet, and those of Terraform. */
const marksOn = (there: Tags, { cluster }: Scope): string[] =>
  [usesTag(cluster), exportedUsesTag(cluster)].flatMap((mark) => [mark, keysTag(mark)]).filter((key) => key in there);

async function tagsOf({ clients, call }: Connection, subnetId: string): Promise<Tags | undefined> {
  const answer = await unlessGone(
    call('ec2:DescribeSubnets', () => clients.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnetId] }))),
  );
  const subnet = answer?.Subnets?.[0];
  return subnet === undefined ? undefined : fromTagList(subnet.Tags);
}

async function apply(
  { clients, call }: Connection,
  subnetId: string,
  { set, remove }: { readonly set: Tags; readonly remove: readonly string[] },
): Promise<void> {
  const Resources = [subnetId];
  if (Object.keys(set).length > 0) {
    await call('ec2:CreateTags', () => clients.ec2.send(new CreateTagsCommand({ Resources, Tags: toTagList(set) })));
  }
  if (remove.length > 0) {
    const Tags = remove.map((Key) => ({ Key }));
    await call('ec2:DeleteTags', () => clients.ec2.send(new DeleteTagsCommand({ Resources, Tags })));
  }
}

async function bringAbout(
  connection: Connection,
  asked: { readonly id: string; readonly subnetId: string; readonly wanted: Tags },
  cluster: string,
): Promise<void> {
  const there = (await tagsOf(connection, asked.subnetId)) ?? {};
  const { set } = tagChanges(there, marked(there, asked.wanted, { key: usesTag(cluster), id: asked.id }));
  const remove = caredFor(there, usesTag(cluster)).added.filter((key) => !(key in asked.wanted));
  await apply(connection, asked.subnetId, { set, remove });
}

const describe = { action: 'ec2:DescribeSubnets', resource: '*' };
const keysLike = (...keys: readonly string[]) => ({ 'ForAllValues:StringLike': { 'aws:TagKeys': keys } });
const set = ['kubernetes.io/*', 'quilla.dev/uses/*'];
// A given subnet carries no tag that a condition could ask for before we set one.
const tag = { action: 'ec2:CreateTags', resource: '${givenSubnets}', condition: keysLike(...set) };
// It may have left the spec: what is untagged carries our mark. All tags go where a request names no keys, so it must name some.
const untag = {
  action: 'ec2:DeleteTags',
  resource: ec2Arn('subnet'),
  condition: {
    ...keysLike(...set, 'quilla.dev/exported-uses/*'),
    Null: { [`aws:ResourceTag/${usesTag('${cluster}')}`]: 'false', 'aws:TagKeys': 'false' },
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html */
export const givenSubnetTags: Adapter<'given-subnet-tags'> = {
  permissions: {
    read: [describeTags, describe],
    create: [describe, tag, untag],
    update: [describe, tag, untag],
    delete: [describe, untag],
  },

  reader: (connection) => ({
    async list(context) {
      const mark = markOf(context.scope);
      const subnets = await ourSubnets(connection, context);
      return subnets.flatMap((subnet): Found<'given-subnet-tags'>[] => {
        const tags = fromTagList(subnet.Tags);
        const id = tags[mark];
        if (id === undefined) return [];
        const { added, foundThere } = caredFor(tags, mark);
        return [
          {
            kind: 'given-subnet-tags',
            id,
            name: subnet.SubnetId!,
            state: 'ready',
            settled: { subnetId: subnet.SubnetId!, tags: pick(tags, [...added, ...foundThere]) },
            observed: { tagged: true },
          },
        ];
      });
    },
  }),

  owner: (connection) => ({
    /** The keys that came with the export are ours from now on, and the export's own marks stay. */
    async own({ found }, { scope }) {
      const subnetId = found.settled.subnetId!;
      const there = (await tagsOf(connection, subnetId)) ?? {};
      const mark = usesTag(scope.cluster);
      const keysThere = there[keysTag(exportedUsesTag(scope.cluster))] ?? '';
      await apply(connection, subnetId, { set: { [mark]: found.id, [keysTag(mark)]: keysThere }, remove: [] });
    },

    /** Load balancers of the cluster look for the tags themselves, which stay. */
    async disown(found, { scope }) {
      const subnetId = found.settled.subnetId!;
      const remove = marksOn((await tagsOf(connection, subnetId)) ?? {}, scope);
      await apply(connection, subnetId, { set: {}, remove });
    },
  }),

  writer: (connection) => ({
    async create({ id, settled }, { scope }) {
      await bringAbout(connection, { id, subnetId: settled.subnetId, wanted: settled.tags }, scope.cluster);
      return { tagged: true };
    },

    async update({ found, settled }, { scope }) {
      await bringAbout(connection, { id: found.id, subnetId: settled.subnetId, wanted: settled.tags }, scope.cluster);
      return { tagged: true };
    },

    async delete(found, { scope }) {
      const subnetId = found.settled.subnetId!;
      const there = await tagsOf(connection, subnetId);
      if (there === undefined || there[usesTag(scope.cluster)] === undefined) return;
      const remove = [...caredFor(there, usesTag(scope.cluster)).added, ...marksOn(there, scope)];
      await apply(connection, subnetId, { set: {}, remove: [...new Set(remove)] });
    },
  }),
};
