import type { Json } from '../../../src/base/canonical-json.ts';
import type { KindName } from '../../../src/model/kinds/names.ts';
import type { KindByCli, Question } from './question.ts';

const balancingTags: Question = {
  command: 'elbv2 describe-tags --resource-arns {arn}',
  query: '{tags:TagDescriptions[0].Tags}',
};
const attribute = (key: string): string => `(Attributes[?Key=='${key}'].Value | [0])`;

/** Version 1 of the CLI takes the address of SQS from nothing else. */
const sqs = '--endpoint-url {aws}';

/** Kinds of load balancers, buckets, queues and rules. */
export const doorKinds: Partial<Record<KindName, KindByCli>> = {
  'load-balancer': {
    asks: [
      {
        command: 'elbv2 describe-load-balancers --load-balancer-arns {arn}',
        query:
          'LoadBalancers[0].{name:LoadBalancerName,scheme:Scheme,subnetIds:AvailabilityZones[].SubnetId,securityGroupIds:SecurityGroups,arn:LoadBalancerArn,dnsName:DNSName,hostedZoneId:CanonicalHostedZoneId}',
      },
      {
        command: 'elbv2 describe-load-balancer-attributes --load-balancer-arn {arn}',
        query: `{crossZone:${attribute('load_balancing.cross_zone.enabled')}=='true',deletionProtection:${attribute('deletion_protection.enabled')}=='true'}`,
      },
      balancingTags,
    ],
  },
  'target-group': {
    asks: [
      {
        command: 'elbv2 describe-target-groups --target-group-arns {arn}',
        query:
          'TargetGroups[0].{name:TargetGroupName,vpcId:VpcId,protocol:Protocol,port:Port,healthPath:HealthCheckPath,arn:TargetGroupArn}',
      },
      {
        command: 'elbv2 describe-target-group-attributes --target-group-arn {arn}',
        query: `{preserveClientIp:${attribute('preserve_client_ip.enabled')}=='true',deregistrationSeconds:to_number(${attribute('deregistration_delay.timeout_seconds')})}`,
      },
      balancingTags,
    ],
  },
  listener: {
    asks: [
      {
        command: 'elbv2 describe-listeners --listener-arns {arn}',
        query:
          'Listeners[0].{port:Port,loadBalancerArn:LoadBalancerArn,targetGroupArn:DefaultActions[0].TargetGroupArn,arn:ListenerArn}',
      },
      balancingTags,
    ],
  },
  bucket: {
    asks: [
      { command: 's3api list-buckets', query: "Buckets[?Name=='{name}'] | [0].{name:Name,bucketName:Name}" },
      { command: 's3api get-bucket-versioning --bucket {name}', query: "{versioning:Status=='Enabled'}" },
      { command: 's3api get-bucket-policy --bucket {name}', query: '{policy:Policy}' },
      { command: 's3api get-bucket-policy-status --bucket {name}', query: '{publicRead:PolicyStatus.IsPublic}' },
      { command: 's3api get-bucket-tagging --bucket {name}', query: '{tags:TagSet}' },
      {
        command: 's3api get-bucket-lifecycle-configuration --bucket {name}',
        query:
          '{noncurrentDays:Rules[].NoncurrentVersionExpiration.NoncurrentDays | [0],expiry:Rules[?Expiration.Days].{prefix:Filter.Prefix,days:Expiration.Days}}',
        none: 'NoSuchLifecycleConfiguration',
      },
    ],
    silent: { arn: 'S3 tells none: it follows from the name' },
  },
  'cluster-keys': {
    asks: [
      {
        command: 's3api list-objects-v2 --bucket {bucket} --prefix {prefix}',
        query: '{objects:Contents[].Key}',
        read: ({ objects }, { prefix }) => ({
          objects: (objects as readonly string[]).map((key) => key.slice(String(prefix).length)),
        }),
      },
      async ({ bucket, prefix }, cli) => {
        const told = JSON.parse(await cli.raw(`s3 cp s3://${bucket}/${prefix}public.json -`)) as Record<string, Json>;
        const { caCertificate = null, serviceAccountJwks = null } = told;
        return { caCertificate, serviceAccountJwks: JSON.stringify(serviceAccountJwks) };
      },
    ],
    silent: {
      bucket: 'it is what is asked',
      prefix: 'it is what is asked',
      expires: 'it stands in a certificate',
    },
  },
  'bucket-object': {
    asks: [
      { command: 's3api head-object --bucket {bucket} --key {key}', query: '{contentType:ContentType}' },
      async ({ bucket, key }, cli) => ({ content: await cli.raw(`s3 cp s3://${bucket}/${key} -`) }),
    ],
    silent: { bucket: 'it is what is asked', key: 'it is what is asked', location: 'bucket and key' },
  },
  queue: {
    asks: [
      {
        command: `sqs get-queue-attributes ${sqs} --queue-url {url} --attribute-names All`,
        query: 'Attributes.{policy:Policy,retentionSeconds:to_number(MessageRetentionPeriod),arn:QueueArn}',
      },
      { command: `sqs get-queue-url ${sqs} --queue-name {name}`, query: '{url:QueueUrl}' },
      { command: `sqs list-queue-tags ${sqs} --queue-url {url}`, query: '{tags:Tags}' },
    ],
    silent: { name: 'it is what is asked' },
  },
  'event-rule': {
    asks: [
      { command: 'events describe-rule --name {name}', query: '{name:Name,pattern:EventPattern,arn:Arn}' },
      { command: 'events list-targets-by-rule --rule {name}', query: '{queueArn:Targets[0].Arn}' },
      { command: 'events list-tags-for-resource --resource-arn {arn}', query: '{tags:Tags}' },
    ],
  },
};
