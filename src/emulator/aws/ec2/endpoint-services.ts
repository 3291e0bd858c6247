import type {
  DescribeVpcEndpointServicesRequest,
  DescribeVpcEndpointServicesResult,
  ServiceDetail,
} from '@aws-sdk/client-ec2';
import { sha256Hex } from '../../../base/hash.ts';
import type { Call, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { applyFilters } from './filter.ts';
import { page } from './page.ts';
import { zonesOf } from './zones.ts';

/** A service that a VPC can reach by endpoints. */
export interface EndpointService {
  /** `com.amazonaws.us-east-1.ecr.api` */
  readonly name: string;
  readonly types: readonly ('Gateway' | 'Interface')[];
  /** The names that private DNS answers inside the VPC; a leading `*.` stands for every name below. */
  readonly privateDnsNames: readonly string[];
}

const interfaceServices = [
  'ec2',
  'ec2messages',
  'ecr.api',
  'ecr.dkr',
  'eks',
  'eks-auth',
  'sts',
  'ssm',
  'ssmmessages',
  'logs',
  'monitoring',
  'kms',
  'elasticloadbalancing',
  'autoscaling',
  'sqs',
  'events',
  'secretsmanager',
  'elasticfilesystem',
  'servicequotas',
  'xray',
  'guardduty-data',
];

const dnsNames: Readonly<Record<string, (region: string) => readonly string[]>> = {
  'ecr.api': (region) => [`api.ecr.${region}.amazonaws.com`, `ecr.${region}.api.aws`],
  'ecr.dkr': (region) => [`*.dkr.ecr.${region}.amazonaws.com`],
  'eks-auth': (region) => [`eks-auth.${region}.api.aws`],
};

const dnsOf = (service: string, region: string): readonly string[] =>
  dnsNames[service]?.(region) ?? [`${service}.${region}.amazonaws.com`];

/** Every endpoint service of a region. */
export const endpointServicesOf = (region: string): readonly EndpointService[] => [
  {
    name: `com.amazonaws.${region}.s3`,
    types: ['Gateway', 'Interface'],
    privateDnsNames: [`s3.${region}.amazonaws.com`, `*.s3.${region}.amazonaws.com`],
  },
  {
    name: `com.amazonaws.${region}.dynamodb`,
    types: ['Gateway'],
    privateDnsNames: [`dynamodb.${region}.amazonaws.com`],
  },
  ...interfaceServices.map(
    (service): EndpointService => ({
      name: `com.amazonaws.${region}.${service}`,
      types: ['Interface'],
      privateDnsNames: dnsOf(service, region),
    }),
  ),
];

/** The service with this name. Throws InvalidServiceName. */
export function endpointService(region: string, name: string): EndpointService {
  const found = endpointServicesOf(region).find((service) => service.name === name);
  if (found === undefined)
    throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${name}' does not exist`);
  return found;
}

interface Row {
  readonly service: EndpointService;
  readonly type: 'Gateway' | 'Interface';
}

function detail(call: Call, { service, type }: Row): ServiceDetail {
  const isInterface = type === 'Interface';
  return {
    ServiceName: service.name,
    ServiceId: `vpce-svc-0${sha256Hex(`${service.name} ${type}`).slice(0, 16)}`,
    ServiceType: [{ ServiceType: type }],
    ServiceRegion: call.region,
    AvailabilityZones: zonesOf(call.region).map((zone) => zone.name),
    Owner: 'amazon',
    BaseEndpointDnsNames: isInterface
      ? [`${service.name.split('.').slice(3).join('.')}.${call.region}.vpce.amazonaws.com`]
      : service.privateDnsNames.slice(0, 1),
    ...(isInterface && {
      PrivateDnsName: service.privateDnsNames[0] ?? '',
      PrivateDnsNames: service.privateDnsNames.map((PrivateDnsName) => ({ PrivateDnsName })),
      PrivateDnsNameVerificationState: 'verified' as const,
    }),
    VpcEndpointPolicySupported: true,
    AcceptanceRequired: false,
    ManagesVpcEndpoints: false,
    SupportedIpAddressTypes: ['ipv4'],
    Tags: [],
  };
}

function describeServices(input: DescribeVpcEndpointServicesRequest, call: Call): DescribeVpcEndpointServicesResult {
  const names = input.ServiceNames ?? [];
  const services =
    names.length > 0 ? names.map((name) => endpointService(call.region, name)) : endpointServicesOf(call.region);
  const rows = services.flatMap((service) => service.types.map((type): Row => ({ service, type })));
  const kept = applyFilters(rows, input.Filters, {
    fields: {
      owner: () => ['amazon'],
      'service-name': ({ service }) => [service.name],
      'service-region': () => [call.region],
      'service-type': ({ type }) => [type],
      'supported-ip-address-types': () => ['ipv4'],
    },
    tagsOf: () => ({}),
  });
  const found = page(kept, input, { min: 1, max: 1000 });
  return {
    ServiceNames: [...new Set(found.items.map(({ service }) => service.name))],
    ServiceDetails: found.items.map((row) => detail(call, row)),
    ...(found.nextToken !== undefined && { NextToken: found.nextToken }),
  };
}

export const endpointServiceHandlers: Handlers = { DescribeVpcEndpointServices: describeServices };
