import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
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
  elbv2: ElasticLoadBalancingV2Client,
  iam: IAMClient,
  kms: KMSClient,
  logs: CloudWatchLogsClient,
  quotas: ServiceQuotasClient,
  ssm: SSMClient,
  sts: STSClient,
  tagging: ResourceGroupsTaggingAPIClient,
} as const;

/** The SDK's clients, each made when it is first asked for. Their own retries are off: ours run on the Clock. */
export type Clients = { readonly [N in keyof typeof makers]: InstanceType<(typeof makers)[N]> };

export function makeClients({ region, credentials, url }: Endpoint): Clients {
  const made = new Map<string, unknown>();
  const config = { region, credentials, maxAttempts: 1, ...(url === undefined ? {} : { endpoint: url }) };
  return new Proxy({} as Clients, {
    get(_, name: keyof typeof makers) {
      if (!made.has(name)) made.set(name, new makers[name](config));
      return made.get(name);
    },
  });
}
