import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { Route53Client } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';

/** Where calls go and as whom. */
export interface Endpoint {
  readonly region: string;
  readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** Instead of AWS's own addresses: the embedded AWS, or what AWS_ENDPOINT_URL says. */
  readonly url?: string | undefined;
}

const makers = {
  autoScaling: AutoScalingClient,
  ec2: EC2Client,
  eks: EKSClient,
  events: EventBridgeClient,
  elbv2: ElasticLoadBalancingV2Client,
  iam: IAMClient,
  kms: KMSClient,
  logs: CloudWatchLogsClient,
  route53: Route53Client,
  s3: S3Client,
  sqs: SQSClient,
  quotas: ServiceQuotasClient,
  ssm: SSMClient,
  sts: STSClient,
  tagging: ResourceGroupsTaggingAPIClient,
  taggingOfGlobal: ResourceGroupsTaggingAPIClient,
} as const;

/** The SDK's clients, each made when it is first asked for. Their own retries are off: ours run on the Clock. */
export type Clients = { readonly [N in keyof typeof makers]: InstanceType<(typeof makers)[N]> };

/** The region of its partition in which AWS tells of what is of no region. */
export const regionOfGlobal = (region: string): string =>
  region.startsWith('cn-') ? 'cn-north-1' : region.startsWith('us-gov-') ? 'us-gov-west-1' : 'us-east-1';

export function makeClients({ region, credentials, url }: Endpoint): Clients {
  const made = new Map<string, unknown>();
  const config = {
    region,
    credentials,
    maxAttempts: 1,
    // Names of buckets are hosts of AWS only; elsewhere they are the first part of the path.
    ...(url === undefined ? {} : { endpoint: url, forcePathStyle: true }),
  };
  return new Proxy({} as Clients, {
    get(_, name: keyof typeof makers) {
      if (!made.has(name)) {
        const own = name === 'taggingOfGlobal' ? { ...config, region: regionOfGlobal(region) } : config;
        made.set(name, new makers[name](own));
      }
      return made.get(name);
    },
  });
}
