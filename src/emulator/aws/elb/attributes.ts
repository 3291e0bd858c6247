import type {
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput,
  LoadBalancerAttributes,
  ModifyLoadBalancerAttributesInput,
  ModifyLoadBalancerAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing';
import type { Handler } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { balancerNamed, validationError } from './lookup.ts';
import type { ClassicAttributes } from './state.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_LoadBalancerAttributes.html */
export const usualAttributes = (): ClassicAttributes => ({
  crossZone: false,
  accessLog: { enabled: false },
  draining: { enabled: false, timeout: 300 },
  idleTimeout: 60,
  desyncMitigation: 'defensive',
});

const desyncKey = 'elb.http.desyncmitigationmode';

const view = (own: ClassicAttributes): LoadBalancerAttributes => ({
  CrossZoneLoadBalancing: { Enabled: own.crossZone },
  AccessLog: {
    Enabled: own.accessLog.enabled,
    S3BucketName: own.accessLog.bucket,
    S3BucketPrefix: own.accessLog.prefix,
    EmitInterval: own.accessLog.emitInterval,
  },
  ConnectionDraining: { Enabled: own.draining.enabled, Timeout: own.draining.timeout },
  ConnectionSettings: { IdleTimeout: own.idleTimeout },
  AdditionalAttributes: [{ Key: desyncKey, Value: own.desyncMitigation }],
});

function accessLogOf(given: NonNullable<LoadBalancerAttributes['AccessLog']>): ClassicAttributes['accessLog'] {
  if (given.Enabled !== true) return { enabled: false };
  if (given.S3BucketName === undefined) throw validationError('S3BucketName must be specified to enable access logs');
  const emitInterval = given.EmitInterval ?? 60;
  if (emitInterval !== 5 && emitInterval !== 60) throw validationError('EmitInterval must be 5 or 60 minutes');
  const prefix = given.S3BucketPrefix;
  return { enabled: true, bucket: given.S3BucketName, ...(prefix !== undefined && { prefix }), emitInterval };
}

function within(value: number | undefined, [low, high]: readonly [number, number], what: string): number {
  if (value === undefined || value < low || value > high)
    throw validationError(`${what} must be between ${low} and ${high}`);
  return value;
}

function desyncOf(given: LoadBalancerAttributes, before: string): string {
  const attributes = given.AdditionalAttributes ?? [];
  const unknown = attributes.find(({ Key }) => Key !== desyncKey);
  if (unknown !== undefined)
    throw new AwsError('LoadBalancerAttributeNotFound', `The attribute ${unknown.Key} is not known`);
  const mode = attributes[0]?.Value ?? before;
  if (!['monitor', 'defensive', 'strictest'].includes(mode))
    throw validationError(`The value '${mode}' of ${desyncKey} must be monitor, defensive or strictest`);
  return mode;
}

function changed(before: ClassicAttributes, given: LoadBalancerAttributes): ClassicAttributes {
  const { AccessLog, ConnectionDraining: draining, ConnectionSettings: settings } = given;
  return {
    crossZone: given.CrossZoneLoadBalancing?.Enabled ?? before.crossZone,
    accessLog: AccessLog === undefined ? before.accessLog : accessLogOf(AccessLog),
    draining:
      draining === undefined
        ? before.draining
        : {
            enabled: draining.Enabled === true,
            timeout: within(draining.Timeout ?? before.draining.timeout, [1, 3600], 'Connection draining timeout'),
          },
    idleTimeout: settings === undefined ? before.idleTimeout : within(settings.IdleTimeout, [1, 4000], 'Idle timeout'),
    desyncMitigation: desyncOf(given, before.desyncMitigation),
  };
}

export const describeLoadBalancerAttributes: Handler<
  Given<DescribeLoadBalancerAttributesInput>,
  DescribeLoadBalancerAttributesOutput
> = (input, call) => ({ LoadBalancerAttributes: view(balancerNamed(call, input.LoadBalancerName).attributes) });

export const modifyLoadBalancerAttributes: Handler<
  Given<ModifyLoadBalancerAttributesInput>,
  ModifyLoadBalancerAttributesOutput
> = (input, call) => {
  const balancer = balancerNamed(call, input.LoadBalancerName);
  balancer.attributes = changed(balancer.attributes, input.LoadBalancerAttributes);
  return { LoadBalancerName: balancer.name, LoadBalancerAttributes: view(balancer.attributes) };
};
