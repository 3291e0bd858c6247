/** A difference between what direct apply makes and what Terraform makes that is as it should be. Patterns: `*` stands for any text. */
export interface AcceptedDifference {
  readonly type: string;
  readonly name?: string;
  /** Path of the member; empty for an object that is in one world only. */
  readonly member: string;
  readonly reason: string;
}

/** Every accepted difference; one that meets nothing any more is a failure. */
export const acceptedDifferences: readonly AcceptedDifference[] = [
  {
    type: '*',
    member: 'tags.quilla.dev/cluster',
    reason: 'By this tag Quilla owns: `quilla adopt` sets it.',
  },
  {
    type: '*',
    member: 'tags.quilla.dev/exported',
    reason: 'In the place of the tag by which Quilla owns, so that `quilla adopt` finds what was made for the cluster.',
  },
  {
    type: 'AWS::AutoScaling::AutoScalingGroup',
    member: 'PropagatedTags.quilla.dev/*',
    reason: 'The same tags as Auto Scaling tells them a second time.',
  },
  {
    type: 'AWS::AutoScaling::AutoScalingGroup',
    member: 'tags.quilla.dev/applied-desired-size',
    reason: 'Terraform remembers in its state which size the configuration asked for last.',
  },
  {
    type: 'AWS::EKS::Cluster',
    member: 'deletionProtection',
    reason:
      'Version 5 of the AWS provider has no argument for it; the export says so, and the first apply after adoption sets it.',
  },
  {
    type: 'AWS::EC2::LaunchTemplate',
    member: 'Versions.*.LaunchTemplateData.NetworkInterfaces.*.NetworkCardIndex',
    reason: 'The provider always names the first network card, which is the one that AWS takes where none is named.',
  },
];
