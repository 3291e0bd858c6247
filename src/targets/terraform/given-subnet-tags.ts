import { exportedSubnetTags } from '../../model/exported-tags.ts';
import type { Tags } from '../../model/field.ts';
import type { Resource } from '../../model/graph.ts';
import type { EmitContext, TerraformKind } from './terraform-kind.ts';

type SubnetTags = Resource<'given-subnet-tags'>;

/** What is imported keeps the marks by which Quilla knows it, and Terraform says nothing of them. */
const tagsOf = ({ id, desired }: SubnetTags, { cluster, imports }: EmitContext): Record<string, unknown> =>
  imports ? { ...desired.tags } : exportedSubnetTags(desired.tags as Tags, { cluster, id });

const suffixOf = (key: string): string => `_${key.replaceAll(/[^A-Za-z0-9]+/g, '_')}`;

/** Single tags, since the subnet and its other tags are somebody's: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ec2_tag */
export const givenSubnetTags: TerraformKind<'given-subnet-tags'> = {
  blocks: (resource, context) =>
    Object.entries(tagsOf(resource, context)).map(([key, value]) => ({
      type: 'aws_ec2_tag',
      suffix: suffixOf(key),
      body: { resource_id: resource.desired.subnetId, key, value },
    })),
  attributes: { tagged: null },
  importIds: ({ settled }, { desired }) => Object.keys(desired.tags).map((key) => `${settled.subnetId},${key}`),
};
