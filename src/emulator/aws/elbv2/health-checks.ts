import type { CreateTargetGroupInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { validationError } from './errors.ts';
import type { HealthCheck } from './state.ts';

export type HealthCheckInput = Pick<
  CreateTargetGroupInput,
  | 'HealthCheckProtocol'
  | 'HealthCheckPort'
  | 'HealthCheckPath'
  | 'HealthCheckIntervalSeconds'
  | 'HealthCheckTimeoutSeconds'
  | 'HealthyThresholdCount'
  | 'UnhealthyThresholdCount'
  | 'Matcher'
>;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html */
function defaultsOf(protocol: string, groupProtocol: string): HealthCheck {
  const network = !groupProtocol.startsWith('HTTP');
  const http = protocol.startsWith('HTTP');
  return {
    protocol,
    port: 'traffic-port',
    ...(http && { path: '/' }),
    intervalSeconds: 30,
    timeoutSeconds: network ? (protocol === 'HTTP' ? 6 : 10) : 5,
    healthyThreshold: 5,
    unhealthyThreshold: 2,
    ...(http && { matcher: network ? '200-399' : '200' }),
  };
}

const ranges: Readonly<Record<string, readonly [number, number, string]>> = {
  intervalSeconds: [5, 300, 'Health check interval'],
  timeoutSeconds: [2, 120, 'Health check timeout'],
  healthyThreshold: [2, 10, 'Healthy threshold count'],
  unhealthyThreshold: [2, 10, 'Unhealthy threshold count'],
};

function checkRanges(check: HealthCheck): HealthCheck {
  for (const [field, [low, high, what]] of Object.entries(ranges)) {
    const value = check[field as 'intervalSeconds'];
    if (value < low || value > high) throw validationError(`${what} '${value}' must be between ${low} and ${high}`);
  }
  if (check.timeoutSeconds > check.intervalSeconds)
    throw validationError(
      `Health check timeout '${check.timeoutSeconds}' must be smaller than or equal to the interval '${check.intervalSeconds}'`,
    );
  return check;
}

function readCheck(input: HealthCheckInput, before: HealthCheck): HealthCheck {
  const http = before.protocol.startsWith('HTTP');
  if (!http && (input.HealthCheckPath !== undefined || input.Matcher !== undefined))
    throw validationError(`Health check path and matcher are not supported for health checks by ${before.protocol}`);
  if (http && input.HealthCheckPath !== undefined && !/^\/.{0,1023}$/.test(input.HealthCheckPath))
    throw validationError(`Health check path '${input.HealthCheckPath}' must begin with a '/' character`);
  const path = input.HealthCheckPath ?? before.path;
  const matcher = input.Matcher?.HttpCode ?? before.matcher;
  return checkRanges({
    protocol: before.protocol,
    port: input.HealthCheckPort ?? before.port,
    ...(path !== undefined && { path }),
    intervalSeconds: input.HealthCheckIntervalSeconds ?? before.intervalSeconds,
    timeoutSeconds: input.HealthCheckTimeoutSeconds ?? before.timeoutSeconds,
    healthyThreshold: input.HealthyThresholdCount ?? before.healthyThreshold,
    unhealthyThreshold: input.UnhealthyThresholdCount ?? before.unhealthyThreshold,
    ...(matcher !== undefined && { matcher }),
  });
}

/** The health check of a new target group, with AWS's defaults for what the request leaves out. */
export function newHealthCheck(input: HealthCheckInput, groupProtocol: string): HealthCheck {
  const protocol = input.HealthCheckProtocol ?? (groupProtocol.startsWith('HTTP') ? 'HTTP' : 'TCP');
  return readCheck(input, defaultsOf(protocol, groupProtocol));
}

/** A health check after a change; another protocol brings its own path and codes where it has some. */
export function changedHealthCheck(input: HealthCheckInput, before: HealthCheck, groupProtocol: string): HealthCheck {
  const protocol = input.HealthCheckProtocol ?? before.protocol;
  if (protocol === before.protocol) return readCheck(input, before);
  const { path, matcher } = defaultsOf(protocol, groupProtocol);
  const kept: HealthCheck = { ...before, protocol };
  delete kept.path;
  delete kept.matcher;
  return readCheck(input, { ...kept, ...(path !== undefined && { path }), ...(matcher !== undefined && { matcher }) });
}
