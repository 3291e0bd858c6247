import type {
  ConfigureHealthCheckInput,
  ConfigureHealthCheckOutput,
  HealthCheck,
} from '@aws-sdk/client-elastic-load-balancing';
import type { Handler } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { balancerNamed, validationError } from './lookup.ts';
import type { ClassicHealthCheck } from './state.ts';

/** What a load balancer checks until it is told otherwise: the port of its first listener. */
export const usualHealthCheck = (instancePort: number): ClassicHealthCheck => ({
  target: `TCP:${instancePort}`,
  interval: 30,
  timeout: 5,
  unhealthyThreshold: 2,
  healthyThreshold: 10,
});

export const healthCheckView = (check: ClassicHealthCheck): HealthCheck => ({
  Target: check.target,
  Interval: check.interval,
  Timeout: check.timeout,
  UnhealthyThreshold: check.unhealthyThreshold,
  HealthyThreshold: check.healthyThreshold,
});

/** The port that a health check asks. */
export const checkedPort = ({ target }: ClassicHealthCheck): number => Number(/:(\d+)/.exec(target)?.[1]);

function checkTarget(target: string): string {
  const [, protocol = '', port = '', path = ''] = /^([A-Za-z]+):(\d+)(.*)$/.exec(target) ?? [];
  const isHttp = /^https?$/i.test(protocol);
  if (!isHttp && !/^(tcp|ssl)$/i.test(protocol))
    throw validationError('HealthCheck Target must begin with one of HTTP, TCP, HTTPS, SSL');
  if (Number(port) < 1 || Number(port) > 65_535 || (!isHttp && path !== ''))
    throw validationError(`HealthCheck ${protocol.toUpperCase()} Target must specify a port from 1 to 65535`);
  if (isHttp && !path.startsWith('/'))
    throw validationError(
      'HealthCheck HTTP Target must specify a port followed by a path that begins with a slash. e.g. HTTP:80/ping/this/path',
    );
  return target;
}

const ranges = {
  Interval: [5, 300],
  Timeout: [2, 60],
  UnhealthyThreshold: [2, 10],
  HealthyThreshold: [2, 10],
} as const;

function readCheck(given: HealthCheck): ClassicHealthCheck {
  const number = (name: keyof typeof ranges): number => {
    const value = given[name] ?? 0;
    const [low, high] = ranges[name];
    if (value < low || value > high) throw validationError(`HealthCheck ${name} must be between ${low} and ${high}`);
    return value;
  };
  const check = {
    target: checkTarget(given.Target ?? ''),
    interval: number('Interval'),
    timeout: number('Timeout'),
    unhealthyThreshold: number('UnhealthyThreshold'),
    healthyThreshold: number('HealthyThreshold'),
  };
  if (check.timeout >= check.interval) throw validationError('HealthCheck timeout must be less than interval');
  return check;
}

export const configureHealthCheck: Handler<Given<ConfigureHealthCheckInput>, ConfigureHealthCheckOutput> = (
  input,
  call,
) => {
  const balancer = balancerNamed(call, input.LoadBalancerName);
  balancer.healthCheck = readCheck(input.HealthCheck);
  return { HealthCheck: healthCheckView(balancer.healthCheck) };
};
