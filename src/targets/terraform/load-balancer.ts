import type { Output, TerraformKind } from './terraform-kind.ts';

const beforeDestroy: Output = {
  description: 'lets terraform destroy come to its end: AWS refuses to delete load balancers that are protected',
  value: 'set spec.controlPlane.selfManaged.deletionProtection to false, export and apply',
};

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb */
export const loadBalancer: TerraformKind<'load-balancer'> = {
  blocks: ({ desired }, { tags }) => [
    {
      type: 'aws_lb',
      body: {
        name: desired.name,
        load_balancer_type: 'network',
        internal: desired.scheme === 'internal',
        subnets: desired.subnetIds,
        security_groups: desired.securityGroupIds,
        enable_cross_zone_load_balancing: desired.crossZone,
        enable_deletion_protection: desired.deletionProtection,
        tags: tags(desired.tags),
      },
    },
  ],
  attributes: { arn: 'arn', dnsName: 'dns_name', hostedZoneId: 'zone_id' },
  importIds: ({ observed }) => [observed.arn],
  outputs: ({ desired }) => (desired.deletionProtection === true ? { before_destroy: beforeDestroy } : {}),
};
