import type { InventoryObject } from '../inventory.ts';
import { asSet, at, byProperty, byTag, key, member, said, type TypeTable, tags } from './type-table.ts';

const withoutScheme = (value: unknown): string => String(value).replace('https://', '');

/** Type and key; the comment is nobody's. */
const asKey = (value: unknown): unknown => String(value).trim().split(/\s+/).slice(0, 2).join(' ');

export const identityTypes: Readonly<Record<string, TypeTable>> = {
  'AWS::IAM::Role': {
    find: byProperty('AWS::IAM::Role', 'RoleName'),
    ref: key,
    attributes: { Arn: at('Arn') },
    properties: {
      RoleName: said('RoleName'),
      Path: said('Path', { byDefault: '/' }),
      Description: said('Description'),
      AssumeRolePolicyDocument: said('AssumeRolePolicyDocument'),
      ManagedPolicyArns: said('AttachedPolicies', { byDefault: [], form: asSet }),
      PermissionsBoundary: said('PermissionsBoundary.PermissionsBoundaryArn'),
      MaxSessionDuration: said('MaxSessionDuration', { byDefault: 3600 }),
      Policies: said('Policies', { byDefault: {} }),
      Tags: tags,
    },
  },
  'AWS::IAM::ManagedPolicy': {
    find: ({ ManagedPolicyName, Path }, stock) =>
      stock
        .of('AWS::IAM::ManagedPolicy')
        .find((one) => member(one, 'PolicyName') === ManagedPolicyName && member(one, 'Path') === Path),
    ref: key,
    properties: {
      ManagedPolicyName: said('PolicyName'),
      Path: said('Path', { byDefault: '/' }),
      Description: said('Description'),
      PolicyDocument: said('Document'),
      Tags: tags,
    },
  },
  'AWS::IAM::InstanceProfile': {
    find: byProperty('AWS::IAM::InstanceProfile', 'InstanceProfileName'),
    ref: key,
    attributes: { Arn: at('Arn') },
    properties: {
      InstanceProfileName: said('InstanceProfileName'),
      Path: said('Path', { byDefault: '/' }),
      Roles: { told: (object) => (member(object, 'Roles') as string[]).map((arn) => arn.split('/').at(-1)) },
      Tags: tags,
    },
  },
  'AWS::IAM::OIDCProvider': {
    find: ({ Url }, stock) =>
      stock.of('AWS::IAM::OIDCProvider').find((one) => withoutScheme(member(one, 'Url')) === withoutScheme(Url)),
    ref: key,
    attributes: { Arn: key },
    properties: {
      Url: { told: at('Url'), form: withoutScheme },
      ClientIdList: said('ClientIDList', { form: asSet }),
      ThumbprintList: said('ThumbprintList', { onlyIfSaid: true }),
      Tags: tags,
    },
  },
  'AWS::EC2::KeyPair': {
    find: byProperty('AWS::EC2::KeyPair', 'KeyName'),
    ref: key,
    attributes: { KeyPairId: at('KeyPairId') },
    properties: {
      KeyName: said('KeyName'),
      PublicKeyMaterial: { told: at('PublicKey'), form: asKey },
      Tags: tags,
    },
  },
  'AWS::KMS::Key': {
    find: byTag('AWS::KMS::Key'),
    ref: key,
    attributes: { Arn: at('Arn') },
    properties: {
      Description: said('Description', { byDefault: '' }),
      KeyPolicy: said('KeyPolicy'),
      EnableKeyRotation: said('Rotation.KeyRotationEnabled', { byDefault: false }),
      Enabled: said('Enabled', { byDefault: true }),
      KeySpec: said('KeySpec', { byDefault: 'SYMMETRIC_DEFAULT' }),
      KeyUsage: said('KeyUsage', { byDefault: 'ENCRYPT_DECRYPT' }),
      MultiRegion: said('MultiRegion', { byDefault: false }),
      Origin: said('Origin', { byDefault: 'AWS_KMS' }),
      Tags: tags,
    },
    untold: { PendingWindowInDays: 'counts when the key is deleted' },
  },
  'AWS::KMS::Alias': {
    find: byProperty('AWS::KMS::Alias', 'AliasName'),
    ref: key,
    properties: { AliasName: said('AliasName'), TargetKeyId: said('TargetKeyId') },
  },
  'AWS::Logs::LogGroup': {
    find: byProperty('AWS::Logs::LogGroup', 'LogGroupName'),
    ref: key,
    attributes: { Arn: at('arn') },
    properties: {
      LogGroupName: said('logGroupName'),
      RetentionInDays: said('retentionInDays'),
      KmsKeyId: said('kmsKeyId'),
      LogGroupClass: said('logGroupClass', { byDefault: 'STANDARD' }),
      Tags: tags,
    },
  },
  'AWS::S3::Bucket': {
    find: byProperty('AWS::S3::Bucket', 'BucketName'),
    ref: key,
    attributes: { Arn: ({ key: name }) => `arn:aws:s3:::${name}` },
    properties: {
      BucketName: said('Name'),
      PublicAccessBlockConfiguration: said('PublicAccessBlock.PublicAccessBlockConfiguration'),
      VersioningConfiguration: { told: (object) => versioning(object) },
      LifecycleConfiguration: { told: (object) => lifecycle(object) },
      BucketEncryption: { told: (object) => encryption(object), byDefault: 'AES256' },
      Tags: tags,
    },
  },
  'AWS::S3::BucketPolicy': {
    find: byProperty('AWS::S3::Bucket', 'Bucket'),
    ref: key,
    properties: { Bucket: said('Name'), PolicyDocument: said('Policy') },
  },
};

function versioning(object: InventoryObject): unknown {
  const Status = member(object, 'Versioning.Status');
  return Status === undefined ? undefined : { Status };
}

interface Rule {
  readonly ID: string;
  readonly Status: string;
  readonly Filter: { readonly Prefix: string };
  readonly Expiration: { readonly Days: number };
  readonly AbortIncompleteMultipartUpload?: unknown;
  readonly NoncurrentVersionExpiration?: unknown;
}

/** A template writes identifier, prefix and days without levels. */
function lifecycle(object: InventoryObject): unknown {
  const rules = member(object, 'Lifecycle.Rules') as readonly Rule[] | undefined;
  if (rules === undefined) return undefined;
  return {
    Rules: rules.map(({ ID, Filter, Expiration, ...rest }) => ({
      Id: ID,
      Prefix: Filter.Prefix,
      ExpirationInDays: Expiration.Days,
      ...rest,
    })),
  };
}

const encryption = (object: InventoryObject): unknown =>
  (
    member(object, 'Encryption.ServerSideEncryptionConfiguration.Rules') as
      | readonly { readonly ApplyServerSideEncryptionByDefault: { readonly SSEAlgorithm: string } }[]
      | undefined
  )?.[0]?.ApplyServerSideEncryptionByDefault.SSEAlgorithm;
