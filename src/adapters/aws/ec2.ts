import { CreateTagsCommand, DeleteTagsCommand, type ResourceType } from '@aws-sdk/client-ec2';
import type { Tags } from '../../model/field.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Connection } from './connection.ts';
import { tagChanges, toTagList } from './found.ts';

/** Tags in the call that creates: a resource of EC2 is never without them, so a cut after the call leaves nothing nameless. */
export const tagSpecification = (
  type: ResourceType,
  tags: Tags,
): { TagSpecifications: { ResourceType: ResourceType; Tags: { Key: string; Value: string }[] }[] } => ({
  TagSpecifications: [{ ResourceType: type, Tags: toTagList(tags) }],
});

/** Makes the tags of an EC2 resource what they should be. */
export async function retag(
  { clients, call }: Connection,
  resourceId: string,
  tags: { readonly before: Tags; readonly after: Tags },
): Promise<void> {
  const { set, remove } = tagChanges(tags.before, tags.after);
  if (Object.keys(set).length > 0) {
    await call('ec2:CreateTags', () =>
      clients.ec2.send(new CreateTagsCommand({ Resources: [resourceId], Tags: toTagList(set) })),
    );
  }
  if (remove.length > 0) {
    await call('ec2:DeleteTags', () =>
      clients.ec2.send(new DeleteTagsCommand({ Resources: [resourceId], Tags: remove.map((Key) => ({ Key })) })),
    );
  }
}

/** The ARN pattern of an EC2 resource type: `ec2Arn('vpc')`. */
export const ec2Arn = (type: string): string => `arn:\${partition}:ec2:\${region}:\${account}:${type}/*`;

/** What tagging at creation and `retag` need. */
export const tagOnCreate = (type: string, createAction: string): Permission => ({
  action: 'ec2:CreateTags',
  resource: ec2Arn(type),
  condition: { StringEquals: { 'ec2:CreateAction': createAction } },
});
/**
 * Whoever names a launch template must be able to launch from it himself, as Auto Scaling and EKS try in his name. Every resource
 * of a launch must be allowed, so that the template must carry our tag; the rest may come only from a template.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
 */
export const launchPermissions: readonly Permission[] = [
  { action: 'ec2:RunInstances', resource: ec2Arn('launch-template'), condition: 'our-tag-on-resource' },
  ...[
    ...['instance', 'volume', 'network-interface', 'subnet', 'security-group', 'key-pair', 'placement-group'].map(
      ec2Arn,
    ),
    // Images belong to others, and AWS's own to no account.
    `arn:\${partition}:ec2:\${region}::image/*`,
  ].map((resource) => ({
    action: 'ec2:RunInstances',
    resource,
    condition: { ArnLike: { 'ec2:LaunchTemplate': ec2Arn('launch-template') } },
  })),
  ...['instance', 'volume', 'network-interface'].map((type) => tagOnCreate(type, 'RunInstances')),
];
export const retagPermissions = (type: string): Permission[] => [
  { action: 'ec2:CreateTags', resource: ec2Arn(type), condition: 'our-tag-on-resource' },
  { action: 'ec2:DeleteTags', resource: ec2Arn(type), condition: 'our-tag-on-resource' },
];
