import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type {
  CreateKeyPairRequest,
  DeleteKeyPairRequest,
  DeleteKeyPairResult,
  DescribeKeyPairsRequest,
  DescribeKeyPairsResult,
  ImportKeyPairRequest,
  ImportKeyPairResult,
  KeyPair,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { KeyPairRecord } from './compute-records.ts';
import { listing } from './listing.ts';
import { required } from './lookup.ts';
import { openSshLine, parseOpenSsh } from './open-ssh.ts';
import { forget, setTags, tagList, tagsFor } from './tags.ts';

const colons = (hex: string): string => hex.match(/../g)?.join(':') ?? '';

function keep(call: Call, name: string, key: Pick<KeyPairRecord, 'type' | 'publicKey' | 'fingerprint'>): KeyPairRecord {
  if (Object.values(call.state.ec2.keyPairs).some((pair) => pair.name === name)) {
    throw new AwsError('InvalidKeyPair.Duplicate', 'The keypair already exists');
  }
  const made: KeyPairRecord = { id: call.newId('key-'), name, ...key, createdAt: call.now };
  call.state.ec2.keyPairs[made.id] = made;
  return made;
}

/**
 * Imported RSA keys have the MD5 of their public key in DER, ED25519 keys the SHA-256 in base64.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-keys.html
 */
function importKeyPair(input: ImportKeyPairRequest, call: Call): ImportKeyPairResult {
  const name = required(input.KeyName, 'KeyName');
  const tags = tagsFor(input.TagSpecifications, 'key-pair');
  const text = Buffer.from(required(input.PublicKeyMaterial, 'PublicKeyMaterial')).toString('utf8');
  const key = parseOpenSsh(text);
  if (key === undefined) throw new AwsError('InvalidKey.Format', 'Key is not in valid OpenSSH public key format');
  const fingerprint =
    key.type === 'rsa'
      ? colons(createHash('md5').update(key.der).digest('hex'))
      : createHash('sha256').update(key.blob).digest('base64');
  const pair = keep(call, name, { type: key.type, publicKey: text.trim(), fingerprint });
  setTags(call.state.ec2, pair.id, tags);
  return { KeyName: name, KeyPairId: pair.id, KeyFingerprint: fingerprint, Tags: tagList(call.state.ec2, pair.id) };
}

/** The one thing here that differs from run to run: a private key is made once and given once. */
function createKeyPair(input: CreateKeyPairRequest, call: Call): KeyPair {
  const name = required(input.KeyName, 'KeyName');
  const tags = tagsFor(input.TagSpecifications, 'key-pair');
  if (input.KeyFormat === 'ppk' || input.KeyType === 'ed25519') {
    throw new AwsError(
      'NotImplemented',
      'CreateKeyPair makes RSA keys in PEM form here; import a key of your own instead.',
      501,
    );
  }
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const der = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({
    type: 'spki',
    format: 'der',
  });
  const fingerprint = colons(
    createHash('sha1')
      .update(privateKey.export({ type: 'pkcs8', format: 'der' }))
      .digest('hex'),
  );
  const pair = keep(call, name, { type: 'rsa', publicKey: openSshLine(der, name), fingerprint });
  setTags(call.state.ec2, pair.id, tags);
  return {
    KeyName: name,
    KeyPairId: pair.id,
    KeyFingerprint: fingerprint,
    KeyMaterial: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    Tags: tagList(call.state.ec2, pair.id),
  };
}

function deleteKeyPair(input: DeleteKeyPairRequest, call: Call): DeleteKeyPairResult {
  const { ec2 } = call.state;
  if (input.KeyName === undefined) required(input.KeyPairId, 'KeyName');
  // An unknown key is answered with success, as AWS does.
  const pair = Object.values(ec2.keyPairs).find((one) => one.name === input.KeyName || one.id === input.KeyPairId);
  if (pair === undefined) return { Return: true };
  forget(ec2, 'keyPairs', pair.id);
  return { Return: true, KeyPairId: pair.id };
}

function idOf(call: Call, name: string): string {
  const found = Object.values(call.state.ec2.keyPairs).find((pair) => pair.name === name);
  if (found === undefined) throw new AwsError('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`);
  return found.id;
}

function describeKeyPairs(input: DescribeKeyPairsRequest, call: Call): DescribeKeyPairsResult {
  const ids = [...(input.KeyPairIds ?? []), ...(input.KeyNames ?? []).map((name) => idOf(call, name))];
  const found = listing(call, 'keyPairs', {
    question: { ids, Filters: input.Filters },
    fields: {
      fingerprint: (pair) => [pair.fingerprint],
      'key-name': (pair) => [pair.name],
      'key-pair-id': (pair) => [pair.id],
    },
  });
  return {
    KeyPairs: found.items.map((pair) => ({
      KeyPairId: pair.id,
      KeyName: pair.name,
      KeyType: pair.type,
      KeyFingerprint: pair.fingerprint,
      CreateTime: new Date(pair.createdAt),
      ...(input.IncludePublicKey === true && { PublicKey: pair.publicKey }),
      Tags: tagList(call.state.ec2, pair.id),
    })),
  };
}

export const keyPairHandlers: Handlers = {
  ImportKeyPair: importKeyPair,
  CreateKeyPair: createKeyPair,
  DeleteKeyPair: deleteKeyPair,
  DescribeKeyPairs: describeKeyPairs,
};
