import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb_listener */
export const listener: TerraformKind<'listener'> = {
  blocks: ({ desired }, { tags }) => [
    {
      type: 'aws_lb_listener',
      body: {
        load_balancer_arn: desired.loadBalancerArn,
        protocol: 'TCP',
        port: desired.port,
        default_action: { type: 'forward', target_group_arn: desired.targetGroupArn },
        tags: tags(desired.tags),
      },
      // An import reads the target group twice, alone and as a list of one.
      notImported: ['default_action'],
    },
  ],
  attributes: { arn: 'arn' },
  importIds: ({ observed }) => [observed.arn],
};
