import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, rolled, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** A volume of an instance: sizes in GiB, throughput in MiB/s. */
export interface Volume {
  readonly deviceName: string;
  readonly size: number;
  readonly volumeType: string;
  readonly iops: number | null;
  readonly throughput: number | null;
  readonly encrypted: boolean;
  readonly kmsKeyArn: string | null;
}

/** How instances of a group are made: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-launch-templates.html */
export const launchTemplate = kind({
  concern: 'nodes',
  label: 'launch template',
  headline: ['imageId'],
  rolling: 'instances made from an older version stay as they are until they are replaced',
  found: 'tag',
  replace: 'create-first',
  usually: { create: seconds(1), update: seconds(1), delete: seconds(1) },
  fields: {
    name: fixed<string>()({ doc: 'unique in the region' }),
    imageId: rolled<string | null>()({ doc: 'AMI; null where EKS chooses it' }),
    instanceType: rolled<string | null>()({ doc: 'instance type; null where the group says it' }),
    userData: rolled<string | null>()({
      doc: 'what the instance reads at boot, plain text',
      refersTo: ['cluster', 'load-balancer', 'dns-record', 'network-interface', 'volume', 'bucket', 'role', 'queue'],
      opaque: true,
    }),
    keyName: rolled<string | null>()({ doc: 'key pair for SSH', refersTo: 'key-pair' }),
    securityGroupIds: rolled<readonly string[]>()({
      doc: 'groups of the instances',
      refersTo: ['security-group', 'cluster'],
      compare: 'set',
    }),
    instanceProfileArn: rolled<string | null>()({
      doc: 'profile of the instances; null where EKS sets it',
      refersTo: 'instance-profile',
    }),
    publicIp: rolled<boolean | null>()({ doc: 'whether instances get a public address; null leaves it to the subnet' }),
    volumes: rolled<readonly Volume[]>()({ doc: 'volumes, the root volume first', refersTo: 'kms-key' }),
    metadataHopLimit: rolled<number>()({
      doc: 'how many network hops the metadata service answers; version 2 is always required',
    }),
    monitoring: rolled<boolean>()({ doc: 'detailed monitoring' }),
    ebsOptimized: rolled<boolean | null>()({ doc: "EBS optimisation; null leaves the type's default" }),
    instanceTags: rolled<Tags>()({ doc: 'tags of instances, volumes and interfaces' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    launchTemplateId: observed<string>()({ doc: 'id, `lt-...`' }),
    latestVersion: observed<string>()({ doc: 'number of the newest version', moves: true }),
  },
});
