import { minutes, seconds } from '../../../base/duration.ts';

/** How long Elastic Load Balancing takes, as it is usually seen. */
export const elbv2Timings = {
  /** CreateLoadBalancer to active. */
  provision: minutes(2),
  /** DeleteLoadBalancer to the end of its interfaces. */
  release: seconds(20),
  /** RegisterTargets to the first health check. */
  register: seconds(10),
} as const;
