import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type {
  DecryptRequest,
  DecryptResponse,
  EncryptRequest,
  EncryptResponse,
  GenerateDataKeyRequest,
  GenerateDataKeyResponse,
} from '@aws-sdk/client-kms';
import { canonicalJson } from '../../../base/canonical-json.ts';
import type { Call, Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { requiredKey } from './lookup.ts';
import type { KmsKey } from './state.ts';

const idLength = 36;
const ivLength = 12;
const tagLength = 16;

/** A key that may be used; KMS tells a disabled one from one that will go. */
function usableKey(turn: Turn, reference: string): KmsKey {
  const key = requiredKey(turn, reference);
  if (key.state === 'Disabled') throw new AwsError('DisabledException', `${key.arn} is disabled.`);
  if (key.state === 'PendingDeletion')
    throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
  return key;
}

/** Bound to what is encrypted, so that a context must be given again for decryption. */
const contextOf = (context: Readonly<Record<string, string>> | undefined): Buffer =>
  Buffer.from(canonicalJson(context ?? {}));

function seal(key: KmsKey, plain: Uint8Array, context: Buffer): Buffer {
  // The same text gives the same blob: worlds replay, and nothing here is worth hiding.
  const iv = createHash('sha256').update(key.material).update(plain).update(context).digest().subarray(0, ivLength);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key.material, 'hex'), iv);
  cipher.setAAD(context);
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.from(key.id), iv, cipher.getAuthTag(), body]);
}

const invalidCiphertext = (): AwsError =>
  new AwsError('InvalidCiphertextException', 'The ciphertext is not one of this key and encryption context.');

function open(key: KmsKey, blob: Buffer, context: Buffer): Buffer {
  const ivEnd = idLength + ivLength;
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key.material, 'hex'), blob.subarray(idLength, ivEnd));
  try {
    decipher.setAAD(context);
    decipher.setAuthTag(blob.subarray(ivEnd, ivEnd + tagLength));
    return Buffer.concat([decipher.update(blob.subarray(ivEnd + tagLength)), decipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
}

export const encrypt: Handler<Given<EncryptRequest>, EncryptResponse> = (input, call) => {
  const key = usableKey(call, input.KeyId);
  if (input.Plaintext.length > 4096) {
    throw new AwsError(
      'ValidationException',
      "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
    );
  }
  return {
    CiphertextBlob: seal(key, input.Plaintext, contextOf(input.EncryptionContext)),
    KeyId: key.arn,
    EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
  };
};

export const decrypt: Handler<Given<DecryptRequest>, DecryptResponse> = (input, call) => {
  const blob = Buffer.from(input.CiphertextBlob ?? new Uint8Array());
  const own = call.state.kms.keys[blob.subarray(0, idLength).toString('latin1')];
  if (own === undefined || blob.length < idLength + ivLength + tagLength) throw invalidCiphertext();
  const key = usableKey(call, own.id);
  if (input.KeyId !== undefined && requiredKey(call, input.KeyId).id !== key.id) {
    throw new AwsError(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    );
  }
  return {
    KeyId: key.arn,
    Plaintext: open(key, blob, contextOf(input.EncryptionContext)),
    EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
  };
};

const sizeOf = (call: Call, input: Given<GenerateDataKeyRequest>): number => {
  if (input.NumberOfBytes !== undefined && input.KeySpec === undefined) return input.NumberOfBytes;
  if (input.KeySpec === 'AES_128') return 16;
  if (input.KeySpec === 'AES_256') return 32;
  throw new AwsError('ValidationException', `${call.operation}: please specify either number of bytes or key spec.`);
};

export const generateDataKey: Handler<Given<GenerateDataKeyRequest>, GenerateDataKeyResponse> = (input, call) => {
  const key = usableKey(call, input.KeyId);
  const plain = Buffer.from(call.newToken(2 * sizeOf(call, input)), 'hex');
  return { KeyId: key.arn, Plaintext: plain, CiphertextBlob: seal(key, plain, contextOf(input.EncryptionContext)) };
};
