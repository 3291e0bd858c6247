import { validationError } from './errors.ts';
import type { ListenerRecord, LoadBalancerRecord, TargetGroupRecord } from './state.ts';

type Attributes = Readonly<Record<string, string>>;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#load-balancer-attributes */
const ofNetworkLoadBalancers: Attributes = {
  'access_logs.s3.enabled': 'false',
  'access_logs.s3.bucket': '',
  'access_logs.s3.prefix': '',
  'deletion_protection.enabled': 'false',
  'dns_record.client_routing_policy': 'any_availability_zone',
  'ipv6.deny_all_igw_traffic': 'false',
  'load_balancing.cross_zone.enabled': 'false',
  'secondary_ips.auto_assigned.per_subnet': '0',
  'zonal_shift.config.enabled': 'false',
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html */
const ofApplicationLoadBalancers: Attributes = {
  'access_logs.s3.enabled': 'false',
  'access_logs.s3.bucket': '',
  'access_logs.s3.prefix': '',
  'client_keep_alive.seconds': '3600',
  'connection_logs.s3.enabled': 'false',
  'connection_logs.s3.bucket': '',
  'connection_logs.s3.prefix': '',
  'deletion_protection.enabled': 'false',
  'idle_timeout.timeout_seconds': '60',
  'ipv6.deny_all_igw_traffic': 'false',
  'load_balancing.cross_zone.enabled': 'true',
  'routing.http.desync_mitigation_mode': 'defensive',
  'routing.http.drop_invalid_header_fields.enabled': 'false',
  'routing.http.preserve_host_header.enabled': 'false',
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': 'false',
  'routing.http.xff_client_port.enabled': 'false',
  'routing.http.xff_header_processing.mode': 'append',
  'routing.http2.enabled': 'true',
  'waf.fail_open.enabled': 'false',
  'zonal_shift.config.enabled': 'false',
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html */
const ofTargetGroups: Attributes = {
  'deregistration_delay.connection_termination.enabled': 'false',
  'deregistration_delay.timeout_seconds': '300',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
  'preserve_client_ip.enabled': 'true',
  'proxy_protocol_v2.enabled': 'false',
  'stickiness.enabled': 'false',
  'stickiness.type': 'source_ip',
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
  'target_health_state.unhealthy.connection_termination.enabled': 'true',
  'target_health_state.unhealthy.draining_interval_seconds': '0',
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ListenerAttribute.html */
const ofTcpListeners: Attributes = { 'tcp.idle_timeout.seconds': '350' };
const ofHttpListeners: Attributes = {
  'routing.http.response.access_control_allow_credentials.header_value': '',
  'routing.http.response.access_control_allow_headers.header_value': '',
  'routing.http.response.access_control_allow_methods.header_value': '',
  'routing.http.response.access_control_allow_origin.header_value': '',
  'routing.http.response.access_control_expose_headers.header_value': '',
  'routing.http.response.access_control_max_age.header_value': '',
  'routing.http.response.content_security_policy.header_value': '',
  'routing.http.response.server.enabled': 'true',
  'routing.http.response.strict_transport_security.header_value': '',
  'routing.http.response.x_content_type_options.header_value': '',
  'routing.http.response.x_frame_options.header_value': '',
};

const integers: Readonly<Record<string, readonly [number, number]>> = {
  'deregistration_delay.timeout_seconds': [0, 3600],
  'idle_timeout.timeout_seconds': [1, 4000],
  'secondary_ips.auto_assigned.per_subnet': [0, 7],
  'client_keep_alive.seconds': [60, 604_800],
  'target_health_state.unhealthy.draining_interval_seconds': [0, 360_000],
  'tcp.idle_timeout.seconds': [60, 6000],
};

/** The attributes of a load balancer with AWS's defaults. */
export const loadBalancerAttributes = ({ type, attributes }: LoadBalancerRecord): Attributes => ({
  ...(type === 'network' ? ofNetworkLoadBalancers : ofApplicationLoadBalancers),
  ...attributes,
});

/** The attributes of a target group with AWS's defaults: addresses of clients are kept for instances, not for addresses as targets. */
export const targetGroupAttributes = ({ targetType, protocol, attributes }: TargetGroupRecord): Attributes => ({
  ...ofTargetGroups,
  ...(targetType === 'ip' && ['TCP', 'TLS'].includes(protocol) && { 'preserve_client_ip.enabled': 'false' }),
  ...attributes,
});

/** The attributes of a listener with AWS's defaults; those by TLS and UDP have none that can be changed. */
export const listenerAttributes = ({ protocol, attributes }: ListenerRecord): Attributes => ({
  ...(protocol.startsWith('TCP') && ofTcpListeners),
  ...(protocol.startsWith('HTTP') && ofHttpListeners),
  ...attributes,
});

function checkValue(key: string, value: string): void {
  const range = integers[key];
  const isSwitch = key.endsWith('.enabled');
  if (isSwitch && !['true', 'false'].includes(value) && key !== 'load_balancing.cross_zone.enabled')
    throw validationError(`The value '${value}' is not valid for the attribute '${key}': it must be true or false`);
  if (range === undefined) return;
  const number = Number(value);
  if (!Number.isInteger(number) || number < range[0] || number > range[1])
    throw validationError(`The value '${value}' is not valid for the attribute '${key}': ${range[0]} to ${range[1]}`);
}

type Given = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];

/** Attributes of a request, each of which must be one that the resource has. */
export function readAttributes(given: Given, known: Attributes, of: string): Record<string, string> {
  return Object.fromEntries(
    given.map(({ Key = '', Value = '' }) => {
      if (!Object.hasOwn(known, Key)) throw validationError(`${of} attribute key '${Key}' is not recognized`);
      checkValue(Key, Value);
      return [Key, Value];
    }),
  );
}

export const attributeList = (attributes: Attributes): { Key: string; Value: string }[] =>
  Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
