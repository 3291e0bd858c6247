import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb_target_group */
export const targetGroup: TerraformKind<'target-group'> = {
  blocks: ({ desired }, { tags }) => [
    {
      type: 'aws_lb_target_group',
      body: {
        name: desired.name,
        vpc_id: desired.vpcId,
        protocol: desired.protocol,
        port: desired.port,
        target_type: 'instance',
        preserve_client_ip: String(desired.preserveClientIp),
        deregistration_delay: String(desired.deregistrationSeconds),
        health_check: {
          protocol: 'HTTPS',
          path: desired.healthPath,
          port: 'traffic-port',
          interval: 10,
          healthy_threshold: 2,
          unhealthy_threshold: 2,
        },
        tags: tags(desired.tags),
      },
    },
  ],
  attributes: { arn: 'arn' },
  importIds: ({ observed }) => [observed.arn],
};
