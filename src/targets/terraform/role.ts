import { type Resource, refTo } from '../../model/graph.ts';
import { isRef } from '../../model/value.ts';
import type { Block, EmitContext, TerraformKind } from './terraform-kind.ts';

/** Each policy by its name: what an ARN ends in, or what stands for it in the graph. */
function suffixOf(policyArn: unknown, { nameOf }: EmitContext): string {
  const name = isRef(policyArn) ? nameOf(policyArn.$ref) : String(policyArn).split('/').at(-1)!;
  return `_${name.replaceAll(/[^A-Za-z0-9_-]/g, '-')}`;
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role_policy_attachment */
const attachments = (role: Resource<'role'>, context: EmitContext): Block[] =>
  role.desired.policyArns.map((policyArn) => ({
    type: 'aws_iam_role_policy_attachment',
    suffix: suffixOf(policyArn, context),
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
  importIds: ({ name }, { desired }) => [name, ...desired.policyArns.map((policyArn) => `${name}/${policyArn}`)],
};
