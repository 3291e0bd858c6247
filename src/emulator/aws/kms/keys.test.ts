import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListAliasesCommand,
  ListResourceTagsCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hours } from '../../../base/duration.ts';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { refusal } from '../eks/eks-trial.ts';

let aws: AwsUnderTest;
let kms: KMSClient;
beforeEach(async () => {
  aws = await startForTest();
  kms = new KMSClient(aws.settings());
});
afterEach(() => aws.stop());

const makeKey = async () =>
  (await kms.send(new CreateKeyCommand({ Description: 'secrets', Tags: [{ TagKey: 'a', TagValue: 'b' }] })))
    .KeyMetadata!;

describe('a KMS key', () => {
  it('is found by id, ARN and alias, with its tags and the policy of the account', async () => {
    const { KeyId, Arn } = await makeKey();
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/keel', TargetKeyId: KeyId! }));
    for (const name of [KeyId!, Arn!, 'alias/keel', Arn!.replace(/key\/.*/, 'alias/keel')]) {
      expect((await kms.send(new DescribeKeyCommand({ KeyId: name }))).KeyMetadata).toMatchObject({
        KeyId,
        KeyState: 'Enabled',
        Enabled: true,
      });
    }
    expect((await kms.send(new ListAliasesCommand({ KeyId: KeyId! }))).Aliases).toMatchObject([
      { AliasName: 'alias/keel', TargetKeyId: KeyId },
    ]);
    expect((await kms.send(new ListResourceTagsCommand({ KeyId: KeyId! }))).Tags).toEqual([
      { TagKey: 'a', TagValue: 'b' },
    ]);
    const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: KeyId! }));
    expect(JSON.parse(Policy!).Statement[0].Principal.AWS).toBe('arn:aws:iam::123456789012:root');
    const twice = kms.send(new CreateAliasCommand({ AliasName: 'alias/keel', TargetKeyId: KeyId! }));
    expect(await refusal(twice)).toMatch(/^AlreadyExistsException: /);
  });

  it('is refused where there is none', async () => {
    const said = await refusal(kms.send(new DescribeKeyCommand({ KeyId: 'alias/none' })));
    expect(said).toBe('NotFoundException: Alias arn:aws:kms:us-east-1:123456789012:alias/none is not found.');
  });

  it('rotates when told', async () => {
    const { KeyId } = await makeKey();
    const status = () => kms.send(new GetKeyRotationStatusCommand({ KeyId: KeyId! }));
    expect((await status()).KeyRotationEnabled).toBe(false);
    await kms.send(new EnableKeyRotationCommand({ KeyId: KeyId! }));
    expect(await status()).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 365 });
  });

  it('decrypts what it encrypted, only with the same context', async () => {
    const { KeyId } = await makeKey();
    const sealed = await kms.send(
      new EncryptCommand({ KeyId: KeyId!, Plaintext: Buffer.from('keel'), EncryptionContext: { cluster: 'a' } }),
    );
    expect(Buffer.from(sealed.CiphertextBlob!).includes('keel')).toBe(false);
    const open = (cluster: string) =>
      kms.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob!, EncryptionContext: { cluster } }));
    expect(Buffer.from((await open('a')).Plaintext!).toString()).toBe('keel');
    expect(await refusal(open('b'))).toMatch(/^InvalidCiphertextException: /);
  });

  it('goes after its window, and cannot be used meanwhile', async () => {
    const { KeyId, Arn } = await makeKey();
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: KeyId!, PendingWindowInDays: 7 }));
    const use = kms.send(new EncryptCommand({ KeyId: KeyId!, Plaintext: Buffer.from('x') }));
    expect(await refusal(use)).toBe(`KMSInvalidStateException: ${Arn} is pending deletion.`);
    expect((await kms.send(new DescribeKeyCommand({ KeyId: KeyId! }))).KeyMetadata?.KeyState).toBe('PendingDeletion');
    await aws.clock.sleep(hours(24 * 7 + 1));
    expect(await refusal(kms.send(new DescribeKeyCommand({ KeyId: KeyId! })))).toMatch(/^NotFoundException: /);
  });
});
