import type { Json } from '../../src/base/canonical-json.ts';

/** A difference between what direct apply makes and what Terraform makes that is as it should be. Patterns: `*` stands for any text. */
export interface AcceptedDifference {
  readonly type: string;
  readonly name?: string;
  /** Path of the member; empty for an object that is in one world only. */
  readonly member: string;
  /** What stands there after direct apply, or after Terraform; null for nothing. Anything where it is left out. */
  readonly direct?: Json | null;
  readonly terraform?: Json | null;
  readonly reason: string;
}

/** Every accepted difference; one that meets nothing any more is a failure. */
export const acceptedDifferences: readonly AcceptedDifference[] = [
  {
    type: '*',
    member: 'tags.quilla.dev/cluster',
    terraform: null,
    reason: 'By this tag Quilla owns: `quilla adopt` sets it.',
  },
  {
    type: '*',
    member: 'tags.quilla.dev/exported',
    direct: null,
    reason: 'In the place of the tag by which Quilla owns, so that `quilla adopt` finds what was made for the cluster.',
  },
  {
    type: 'AWS::AutoScaling::AutoScalingGroup',
    member: 'PropagatedTags.quilla.dev/*',
    reason: 'The same tags as Auto Scaling tells them a second time.',
  },
  {
    type: '*',
    member: 'tags.quilla.dev/applied-desired-size',
    terraform: null,
    reason: 'Terraform remembers in its state which size the configuration asked for last.',
  },
  {
    type: '*',
    member: 'tags.quilla.dev/kept/*',
    terraform: null,
    reason: 'Notes of what no list of AWS finds by tag: `quilla adopt` writes them.',
  },
  {
    type: 'AWS::EKS::Cluster',
    member: 'deletionProtection',
    terraform: false,
    reason:
      'Version 5 of the AWS provider has no argument for it; the export says so, and the first apply after adoption sets it.',
  },
  {
    type: 'AWS::EC2::LaunchTemplate',
    member: 'Versions.*.LaunchTemplateData.NetworkInterfaces.*.NetworkCardIndex',
    direct: null,
    terraform: 0,
    reason: 'The provider always names the first network card, which is the one that AWS takes where none is named.',
  },
  {
    type: 'AWS::EC2::LaunchTemplate',
    member: 'Versions.*.LaunchTemplateData.UserData',
    direct: null,
    terraform: '',
    reason: 'The provider sends empty user data where there is none; both give instances nothing to read.',
  },
  {
    type: 'AWS::S3::Object',
    name: '*/cluster/keys/*',
    member: 'Content',
    reason:
      'Keys are made anew for each cluster, and Terraform does not see them: `quilla store fill` puts them there.',
  },
  {
    type: 'AWS::S3::Object',
    name: '*/openid/v1/jwks',
    member: 'Content',
    reason: 'The public half of those keys.',
  },
  {
    type: 'AWS::SQS::Queue',
    member: 'MaximumMessageSize',
    terraform: '262144',
    reason:
      'Version 5 of the AWS provider knows the 256 KiB that SQS took before 2025 and sets them; notices of EC2 are a few KiB.',
  },
];
