import type { Resource } from '../../model/graph.ts';
import { besides } from './expression.ts';
import type { EmitContext, TerraformKind } from './terraform-kind.ts';

type Template = Resource<'launch-template'>['desired'];

/** What the tags of instances go onto. */
const taggedTypes = ['instance', 'volume', 'network-interface'] as const;

/** In these blocks the provider takes truth values as texts, so that one that is left out is none. */
const maybe = (value: boolean | null): string | undefined => (value === null ? undefined : String(value));

const volumes = (template: Template) =>
  template.volumes.map((volume) => ({
    device_name: volume.deviceName,
    ebs: {
      volume_size: volume.size,
      volume_type: volume.volumeType,
      iops: volume.iops,
      throughput: volume.throughput,
      encrypted: String(volume.encrypted),
      kms_key_id: volume.kmsKeyArn,
      delete_on_termination: 'true',
    },
  }));

/** Groups stand on the interface where the template has one: AWS refuses both. */
function network({ publicIp, securityGroupIds }: Template) {
  const groups = securityGroupIds.length === 0 ? undefined : securityGroupIds;
  if (publicIp === null) return { vpc_security_group_ids: groups };
  return {
    network_interfaces: {
      device_index: 0,
      associate_public_ip_address: String(publicIp),
      delete_on_termination: 'true',
      security_groups: groups,
    },
  };
}

function content(template: Template, name: string) {
  const { userData, instanceProfileArn, instanceTags } = template;
  return {
    image_id: template.imageId,
    instance_type: template.instanceType,
    user_data: userData === null ? undefined : besides(`user-data/${name}`, userData, { base64: true }),
    key_name: template.keyName,
    iam_instance_profile: instanceProfileArn === null ? undefined : { arn: instanceProfileArn },
    block_device_mappings: volumes(template),
    metadata_options: {
      http_endpoint: 'enabled',
      http_tokens: 'required',
      http_put_response_hop_limit: template.metadataHopLimit,
    },
    monitoring: { enabled: template.monitoring },
    ebs_optimized: maybe(template.ebsOptimized),
    // As they stand in the graph: they are part of the version, and other ones would make the instances stale on adoption.
    tag_specifications:
      Object.keys(instanceTags).length === 0
        ? undefined
        : taggedTypes.map((type) => ({ resource_type: type, tags: instanceTags })),
    ...network(template),
  };
}

const body = ({ id, desired }: Resource<'launch-template'>, { nameOf, tags }: EmitContext) => ({
  name: desired.name,
  ...content(desired, nameOf(id)),
  update_default_version: true,
  tags: tags(desired.tags),
});

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/launch_template */
export const launchTemplate: TerraformKind<'launch-template'> = {
  blocks: (resource, context) => [
    { type: 'aws_launch_template', body: body(resource, context), notImported: ['update_default_version'] },
  ],
  attributes: { launchTemplateId: 'id', latestVersion: 'latest_version' },
  importIds: ({ observed }) => [observed.launchTemplateId],
};
