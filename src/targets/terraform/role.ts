import { type Resource, refTo } from '../../model/graph.ts';
import { oncePerPolicy, policySuffix } from './policy-suffix.ts';
import type { Block, EmitContext, TerraformKind } from './terraform-kind.ts';

/** What is named twice is attached once. */
const policiesOf = ({ desired }: Resource<'role'>) => oncePerPolicy(desired.policyArns, (arn) => arn);

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role_policy_attachment */
const attachments = (role: Resource<'role'>, context: EmitContext): Block[] =>
  policiesOf(role).map((policyArn) => ({
    type: 'aws_iam_role_policy_attachment',
    suffix: policySuffix(policyArn, context),
    body: { role: refTo(role, 'roleName'), policy_arn: policyArn },
  }));

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role */
export const role: TerraformKind<'role'> = {
  blocks: (role, context) => [
    {
      type: 'aws_iam_role',
      body: {
        name: role.desired.name,
        path: role.desired.path,
        description: role.desired.description,
        assume_role_policy: role.desired.trustPolicy,
        permissions_boundary: role.desired.permissionsBoundary,
        tags: context.tags(role.desired.tags),
      },
    },
    ...attachments(role, context),
  ],
  attributes: { arn: 'arn', roleName: 'name' },
  importIds: ({ name }, role) => [name, ...policiesOf(role).map((policyArn) => `${name}/${policyArn}`)],
};
