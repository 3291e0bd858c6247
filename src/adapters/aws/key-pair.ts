import {
  DeleteKeyPairCommand,
  DescribeKeyPairsCommand,
  ImportKeyPairCommand,
  type KeyPairInfo,
} from '@aws-sdk/client-ec2';
import type { Found } from '../../model/snapshot.ts';
import type { ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import type { Connection } from './connection.ts';
import { ec2Arn, retag, retagPermissions, tagOnCreate, tagSpecification } from './ec2.ts';
import { describeTags, ofOurType } from './ec2-types.ts';
import { fromTagList, idOf, ourFilter } from './found.ts';
import { unlessGone } from './gone.ts';

export const ourKeyPairs = (connection: Connection, context: ReadContext): Promise<readonly KeyPairInfo[]> =>
  ofOurType(connection, context, {
    type: 'key-pair',
    ask: async () => {
      const input = { Filters: ourFilter(context.scope), IncludePublicKey: true };
      const answer = await connection.call('ec2:DescribeKeyPairs', () =>
        connection.clients.ec2.send(new DescribeKeyPairsCommand(input)),
      );
      return answer.KeyPairs ?? [];
    },
  });

/** Type and key, without the comment: AWS puts one of its own there. */
const withoutComment = (publicKey: string): string => publicKey.trim().split(/\s+/).slice(0, 2).join(' ');

function toFound(key: KeyPairInfo, context: ReadContext): Found<'key-pair'>[] {
  const tags = fromTagList(key.Tags);
  const id = idOf(tags, context.scope);
  if (id === undefined) return [];
  const publicKey = key.PublicKey === undefined ? {} : { publicKey: withoutComment(key.PublicKey) };
  return [
    {
      kind: 'key-pair',
      id,
      name: key.KeyPairId!,
      state: 'ready',
      settled: { name: key.KeyName!, ...publicKey, tags },
      observed: { keyPairId: key.KeyPairId!, keyName: key.KeyName! },
    },
  ];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportKeyPair.html */
export const keyPair: Adapter<'key-pair'> = {
  permissions: {
    read: [describeTags, { action: 'ec2:DescribeKeyPairs', resource: '*' }],
    create: [
      { action: 'ec2:ImportKeyPair', resource: ec2Arn('key-pair'), condition: 'our-tag-in-request' },
      tagOnCreate('key-pair', 'ImportKeyPair'),
    ],
    update: retagPermissions('key-pair'),
    delete: [{ action: 'ec2:DeleteKeyPair', resource: ec2Arn('key-pair'), condition: 'our-tag-on-resource' }],
  },

  reader: (connection) => ({
    async list(context) {
      return (await ourKeyPairs(connection, context)).flatMap((key) => toFound(key, context));
    },
  }),

  writer: (connection) => ({
    async create({ settled }) {
      const { clients, call } = connection;
      const input = {
        KeyName: settled.name,
        PublicKeyMaterial: new TextEncoder().encode(settled.publicKey),
        ...tagSpecification('key-pair', settled.tags),
      };
      const answer = await call('ec2:ImportKeyPair', () => clients.ec2.send(new ImportKeyPairCommand(input)), {
        once: true,
      });
      return { keyPairId: answer.KeyPairId!, keyName: answer.KeyName! };
    },

    async update({ found, settled, changed }) {
      if (changed.includes('tags'))
        await retag(connection, found.observed.keyPairId, { before: found.settled.tags ?? {}, after: settled.tags });
      return found.observed;
    },

    async delete(found) {
      const { clients, call } = connection;
      const KeyPairId = found.observed.keyPairId;
      await unlessGone(call('ec2:DeleteKeyPair', () => clients.ec2.send(new DeleteKeyPairCommand({ KeyPairId }))));
    },
  }),
};
