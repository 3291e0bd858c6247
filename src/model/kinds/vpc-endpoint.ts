import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** A way to an AWS service that does not cross the internet: https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html */
export const vpcEndpoint = kind({
  concern: 'network',
  label: 'VPC endpoint',
  headline: ['endpointType'],
  found: 'tag',
  replace: 'delete-first',
  usually: { create: seconds(65), update: seconds(10), delete: seconds(30) },
  fields: {
    vpcId: fixed<string>()({ doc: 'the VPC', refersTo: 'vpc' }),
    endpointService: fixed<string>()({ doc: 'service name, `com.amazonaws.us-east-1.s3`' }),
    endpointType: fixed<'Gateway' | 'Interface'>()({ doc: 'gateway (S3, DynamoDB) or interface' }),
    subnetIds: mutable<readonly string[]>()({
      doc: 'subnets of an interface endpoint; empty for a gateway',
      refersTo: 'subnet',
      compare: 'set',
    }),
    routeTableIds: mutable<readonly string[]>()({
      doc: 'tables of a gateway endpoint; empty for an interface',
      refersTo: 'route-table',
      compare: 'set',
    }),
    securityGroupIds: mutable<readonly string[]>()({
      doc: 'groups of an interface endpoint',
      refersTo: 'security-group',
      compare: 'set',
    }),
    privateDns: mutable<boolean>()({
      doc: "whether the service's own name resolves to the endpoint; false for a gateway",
    }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    vpcEndpointId: observed<string>()({ doc: 'id, `vpce-...`' }),
  },
});
