import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { Route53Client } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Place } from './inventory-object.ts';

/** A client of each service that an inventory asks. */
export function inventoryClients(place: Place) {
  return {
    autoScaling: new AutoScalingClient(place),
    ec2: new EC2Client(place),
    eks: new EKSClient(place),
    elbv2: new ElasticLoadBalancingV2Client(place),
    events: new EventBridgeClient(place),
    iam: new IAMClient(place),
    kms: new KMSClient(place),
    logs: new CloudWatchLogsClient(place),
    route53: new Route53Client(place),
    s3: new S3Client({ ...place, forcePathStyle: true }),
    sqs: new SQSClient({ ...place, useQueueUrlAsEndpoint: false }),
    ssm: new SSMClient(place),
  };
}

export type InventoryClients = ReturnType<typeof inventoryClients>;
