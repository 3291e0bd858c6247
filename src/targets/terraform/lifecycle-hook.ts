import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/autoscaling_lifecycle_hook */
export const lifecycleHook: TerraformKind<'lifecycle-hook'> = {
  blocks: ({ desired }) => [
    {
      type: 'aws_autoscaling_lifecycle_hook',
      body: {
        autoscaling_group_name: desired.groupName,
        name: desired.name,
        lifecycle_transition: desired.transition,
        heartbeat_timeout: desired.heartbeatSeconds,
        default_result: desired.defaultResult,
      },
    },
  ],
  attributes: { hookName: 'name' },
  importIds: ({ settled, observed }) => [`${settled.groupName}/${observed.hookName}`],
};
