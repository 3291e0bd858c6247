import type {
  DeleteObjectTaggingOutput,
  DeleteObjectTaggingRequest,
  GetObjectTaggingOutput,
  GetObjectTaggingRequest,
  PutObjectTaggingOutput,
  PutObjectTaggingRequest,
} from '@aws-sdk/client-s3';
import type { Call, Handlers } from '../../call.ts';
import { tagSet, tagsFrom } from './bucket-configurations.ts';
import { bucketNamed } from './buckets.ts';
import { findVersion, versionMember } from './versions.ts';

function getTags({ Bucket: name, Key, VersionId }: GetObjectTaggingRequest, call: Call): GetObjectTaggingOutput {
  const bucket = bucketNamed(call, name!);
  const version = findVersion(bucket, Key!, VersionId);
  return { TagSet: [...tagSet(version.tags)], ...versionMember(bucket, version.versionId) };
}

function putTags(
  { Bucket: name, Key, VersionId, Tagging }: PutObjectTaggingRequest,
  call: Call,
): PutObjectTaggingOutput {
  const bucket = bucketNamed(call, name!);
  const version = findVersion(bucket, Key!, VersionId);
  version.tags = tagsFrom(Tagging);
  return versionMember(bucket, version.versionId);
}

function deleteTags(
  { Bucket: name, Key, VersionId }: DeleteObjectTaggingRequest,
  call: Call,
): DeleteObjectTaggingOutput {
  const bucket = bucketNamed(call, name!);
  const version = findVersion(bucket, Key!, VersionId);
  version.tags = {};
  return versionMember(bucket, version.versionId);
}

export const objectTagHandlers: Handlers = {
  GetObjectTagging: getTags,
  PutObjectTagging: putTags,
  DeleteObjectTagging: deleteTags,
};
