import type { InventoryObject } from '../inventory.ts';
import { asName, asSet, asText, at, byProperty, byTag, key, member, said, type TypeTable, tags } from './type-table.ts';

interface Attribute {
  readonly Key: string;
  readonly Value: string;
}

/** Attributes that a template says; AWS tells many more, all at their defaults. */
const attributes = (object: InventoryObject, said: unknown): unknown => {
  const told = member(object, 'Attributes') as Readonly<Record<string, string>>;
  return ((said as readonly Attribute[] | undefined) ?? []).map(({ Key }) => ({ Key, Value: told[Key] }));
};

const loadBalancer: TypeTable = {
  find: byTag('AWS::ElasticLoadBalancingV2::LoadBalancer'),
  ref: key,
  attributes: { DNSName: at('DNSName'), CanonicalHostedZoneID: at('CanonicalHostedZoneId') },
  properties: {
    Name: said('LoadBalancerName'),
    Type: said('Type', { byDefault: 'application' }),
    Scheme: said('Scheme', { byDefault: 'internet-facing' }),
    IpAddressType: said('IpAddressType', { byDefault: 'ipv4' }),
    Subnets: {
      told: (object) =>
        (member(object, 'AvailabilityZones') as readonly { SubnetId: string }[]).map((one) => one.SubnetId),
      form: asSet,
    },
    SecurityGroups: said('SecurityGroups', { byDefault: [], form: asSet }),
    LoadBalancerAttributes: {
      told: (object, _, { LoadBalancerAttributes }) => attributes(object, LoadBalancerAttributes),
      form: asSet,
    },
    Tags: tags,
  },
};

const targetGroup: TypeTable = {
  find: byTag('AWS::ElasticLoadBalancingV2::TargetGroup'),
  ref: key,
  properties: {
    Name: said('TargetGroupName'),
    VpcId: said('VpcId'),
    Protocol: said('Protocol'),
    Port: said('Port'),
    TargetType: said('TargetType', { byDefault: 'instance' }),
    HealthCheckEnabled: said('HealthCheckEnabled', { byDefault: true }),
    HealthCheckProtocol: said('HealthCheckProtocol', { byDefault: 'TCP' }),
    HealthCheckPath: said('HealthCheckPath'),
    HealthCheckPort: said('HealthCheckPort', { byDefault: 'traffic-port' }),
    HealthCheckIntervalSeconds: said('HealthCheckIntervalSeconds', { byDefault: 30 }),
    HealthyThresholdCount: said('HealthyThresholdCount', { byDefault: 5 }),
    UnhealthyThresholdCount: said('UnhealthyThresholdCount', { byDefault: 2 }),
    TargetGroupAttributes: {
      told: (object, _, { TargetGroupAttributes }) => attributes(object, TargetGroupAttributes),
      form: asSet,
    },
    Tags: tags,
  },
};

interface Action {
  readonly Type: string;
  readonly TargetGroupArn?: string;
}

const listener: TypeTable = {
  find: ({ LoadBalancerArn, Port }, stock) =>
    stock
      .of('AWS::ElasticLoadBalancingV2::Listener')
      .find((one) => member(one, 'LoadBalancerArn') === LoadBalancerArn && member(one, 'Port') === Port),
  ref: key,
  properties: {
    LoadBalancerArn: said('LoadBalancerArn'),
    Port: said('Port'),
    Protocol: said('Protocol'),
    // AWS tells the same target once more as a list of one.
    DefaultActions: {
      told: (object) =>
        (member(object, 'DefaultActions') as readonly Action[]).map(({ Type, TargetGroupArn }) => ({
          Type,
          TargetGroupArn,
        })),
    },
    Tags: tags,
  },
};

const queue: TypeTable = {
  find: ({ QueueName }, stock) => stock.of('AWS::SQS::Queue').find((one) => one.key.endsWith(`/${QueueName}`)),
  ref: key,
  attributes: { Arn: at('QueueArn') },
  properties: {
    QueueName: { told: (object) => object.key.split('/').at(-1) },
    MessageRetentionPeriod: said('MessageRetentionPeriod', { byDefault: '345600', form: asText }),
    SqsManagedSseEnabled: said('SqsManagedSseEnabled', { byDefault: 'true', form: asText }),
    VisibilityTimeout: said('VisibilityTimeout', { byDefault: '30', form: asText }),
    DelaySeconds: said('DelaySeconds', { byDefault: '0', form: asText }),
    ReceiveMessageWaitTimeSeconds: said('ReceiveMessageWaitTimeSeconds', { byDefault: '0', form: asText }),
    KmsMasterKeyId: said('KmsMasterKeyId'),
    RedrivePolicy: said('RedrivePolicy'),
    Tags: tags,
  },
};

const queuePolicy: TypeTable = {
  find: ({ Queues }, stock) => stock.byKey('AWS::SQS::Queue', (Queues as readonly string[])[0]),
  ref: key,
  properties: { Queues: { told: (object) => [object.key] }, PolicyDocument: said('Policy') },
};

const rule: TypeTable = {
  find: byProperty('AWS::Events::Rule', 'Name'),
  ref: key,
  attributes: { Arn: at('Arn') },
  properties: {
    Name: said('Name'),
    EventPattern: said('EventPattern'),
    State: said('State', { byDefault: 'ENABLED' }),
    Targets: said('Targets', { byDefault: [] }),
    EventBusName: said('EventBusName', { byDefault: 'default' }),
    Description: said('Description'),
    ScheduleExpression: said('ScheduleExpression'),
    RoleArn: said('RoleArn'),
    Tags: tags,
  },
};

interface Vpc {
  readonly VPCId: string;
  readonly VPCRegion: string;
}

const hostedZone: TypeTable = {
  find: byTag('AWS::Route53::HostedZone', 'HostedZoneTags'),
  ref: key,
  properties: {
    Name: { told: at('HostedZone.Name'), form: asName },
    HostedZoneConfig: { told: (object) => ({ Comment: member(object, 'HostedZone.Config.Comment') }) },
    VPCs: {
      told: (object) =>
        (member(object, 'VPCs') as readonly Vpc[]).map(({ VPCId, VPCRegion }) => ({ VPCId, VPCRegion })),
    },
    HostedZoneTags: tags,
  },
};

interface Alias {
  readonly DNSName: string;
}

const recordSet: TypeTable = {
  find: ({ HostedZoneId, Name, Type }, stock) =>
    stock.byKey('AWS::Route53::RecordSet', `${HostedZoneId}|${asName(Name)}.|${Type}`),
  ref: at('Name'),
  properties: {
    HostedZoneId: said('HostedZoneId'),
    Name: { told: at('Name'), form: asName },
    Type: said('Type'),
    AliasTarget: {
      told: at('AliasTarget'),
      form: (value) => ({ ...(value as Alias), DNSName: asName((value as Alias).DNSName) }),
    },
    TTL: said('TTL'),
    ResourceRecords: said('ResourceRecords'),
  },
};

export const doorTypes: Readonly<Record<string, TypeTable>> = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': loadBalancer,
  'AWS::ElasticLoadBalancingV2::TargetGroup': targetGroup,
  'AWS::ElasticLoadBalancingV2::Listener': listener,
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
  'AWS::Events::Rule': rule,
  'AWS::Route53::HostedZone': hostedZone,
  'AWS::Route53::RecordSet': recordSet,
};
