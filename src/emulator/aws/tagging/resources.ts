import type {
  GetResourcesInput,
  GetResourcesOutput,
  GetTagKeysInput,
  GetTagKeysOutput,
  GetTagValuesInput,
  GetTagValuesOutput,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { seconds } from '../../../base/duration.ts';
import type { Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { taggedResources as eksResources } from '../eks/tags.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';

interface Resource {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt?: number;
}

/** The service gathers tags from all others, so it learns late of what is new; AWS promises no time. */
const lag = seconds(60);

/** The resource type in the ARN of an EC2 id, by what the id begins with. */
const ec2Types: Readonly<Record<string, string>> = {
  acl: 'network-acl',
  dopt: 'dhcp-options',
  eigw: 'egress-only-internet-gateway',
  eipalloc: 'elastic-ip',
  eni: 'network-interface',
  fl: 'vpc-flow-log',
  i: 'instance',
  igw: 'internet-gateway',
  key: 'key-pair',
  lt: 'launch-template',
  nat: 'natgateway',
  pl: 'prefix-list',
  rtb: 'route-table',
  sg: 'security-group',
  sgr: 'security-group-rule',
  sir: 'spot-instances-request',
  snap: 'snapshot',
  subnet: 'subnet',
  tgw: 'transit-gateway',
  vol: 'volume',
  vpc: 'vpc',
  vpce: 'vpc-endpoint',
};

function ec2Resources(turn: Turn): Resource[] {
  return Object.entries(turn.state.ec2.tags).flatMap(([id, tags]) => {
    const type = ec2Types[id.slice(0, id.lastIndexOf('-'))];
    if (type === undefined) return [];
    return [{ arn: `arn:${turn.world.partition}:ec2:${turn.region}:${turn.account}:${type}/${id}`, tags }];
  });
}

/** Roles are global and not among them, as with AWS; other IAM resources show in us-east-1. */
function iamResources(turn: Turn): Resource[] {
  const { iam } = turn.world;
  if (turn.region !== 'us-east-1') return [];
  return [...Object.values(iam.policies), ...Object.values(iam.instanceProfiles), ...Object.values(iam.oidcProviders)];
}

/** Buckets show in their region. */
const bucketResources = ({ region, world }: Turn): Resource[] =>
  Object.values(world.s3.buckets)
    .filter((bucket) => bucket.region === region)
    .map(({ name, tags, creationDate }) => ({
      arn: `arn:${world.partition}:s3:::${name}`,
      tags,
      createdAt: creationDate,
    }));

/** Hosted zones are global and show in us-east-1. */
const zoneResources = ({ region, world }: Turn): Resource[] =>
  region !== 'us-east-1'
    ? []
    : Object.values(world.route53.zones).map(({ id, tags, createdAt }) => ({
        arn: `arn:${world.partition}:route53:::hostedzone/${id}`,
        tags,
        createdAt,
      }));

function allResources(turn: Turn): Resource[] {
  const { events, kms, logs, sqs, ssm, elbv2 } = turn.state;
  return [
    ...ec2Resources(turn),
    ...eksResources(turn),
    ...Object.values(kms.keys),
    ...Object.values(logs.groups),
    ...Object.values(ssm.parameters),
    ...Object.values(elbv2.loadBalancers),
    ...Object.values(elbv2.targetGroups),
    ...Object.values(elbv2.listeners),
    ...Object.values(events.rules),
    ...Object.values(sqs.queues),
    ...bucketResources(turn),
    ...zoneResources(turn),
    ...iamResources(turn),
  ].filter(({ tags, createdAt = 0 }: Resource) => Object.keys(tags).length > 0 && turn.now - createdAt >= lag.ms);
}

/** `ec2:subnet`, `eks:cluster` or just `ec2`. */
function isOfType(resource: Resource, wanted: string): boolean {
  const [, , service, , , ...rest] = resource.arn.split(':');
  const type = rest.join(':').split(/[/:]/)[0];
  const [wantedService, wantedType] = wanted.split(':');
  return service === wantedService && (wantedType === undefined || wantedType === type);
}

const fits = (resource: Resource, filter: { Key?: string | undefined; Values?: string[] | undefined }): boolean => {
  const value = resource.tags[filter.Key ?? ''];
  return value !== undefined && ((filter.Values ?? []).length === 0 || filter.Values!.includes(value));
};

const page = <T>(rows: readonly T[], input: { PaginationToken?: string | undefined }, size: number | undefined) =>
  pageOf(rows, {
    token: input.PaginationToken === '' ? undefined : input.PaginationToken,
    size,
    usual: 50,
    invalidToken: () =>
      new AwsError('PaginationTokenExpiredException', 'The pagination token has expired or is not valid.'),
  });

export const getResources: Handler<GetResourcesInput, GetResourcesOutput> = (input, call) => {
  if (input.TagsPerPage !== undefined || input.IncludeComplianceDetails === true) {
    throw new AwsError(
      'NotImplemented',
      'The embedded AWS does not know TagsPerPage and IncludeComplianceDetails.',
      501,
    );
  }
  const arns = input.ResourceARNList ?? [];
  const types = input.ResourceTypeFilters ?? [];
  const rows = allResources(call)
    .filter((resource) => arns.length === 0 || arns.includes(resource.arn))
    .filter((resource) => types.length === 0 || types.some((type) => isOfType(resource, type)))
    .filter((resource) => (input.TagFilters ?? []).every((filter) => fits(resource, filter)))
    .sort((a, b) => (a.arn < b.arn ? -1 : 1));
  const { items, next } = page(rows, input, input.ResourcesPerPage ?? 100);
  return {
    PaginationToken: next ?? '',
    ResourceTagMappingList: items.map(({ arn, tags }) => ({
      ResourceARN: arn,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  };
};

export const getTagKeys: Handler<GetTagKeysInput, GetTagKeysOutput> = (input, call) => {
  const keys = [...new Set(allResources(call).flatMap(({ tags }) => Object.keys(tags)))].sort();
  const { items, next } = page(keys, input, 100);
  return { PaginationToken: next ?? '', TagKeys: [...items] };
};

export const getTagValues: Handler<Given<GetTagValuesInput>, GetTagValuesOutput> = (input, call) => {
  const values = [...new Set(allResources(call).flatMap(({ tags }) => tags[input.Key] ?? []))].sort();
  const { items, next } = page(values, input, 100);
  return { PaginationToken: next ?? '', TagValues: [...items] };
};
