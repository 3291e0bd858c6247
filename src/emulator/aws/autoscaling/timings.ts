import { milliseconds, minutes, seconds } from '../../../base/duration.ts';

/** How long Auto Scaling takes, as it is usually seen. Read by the handlers and by measures of an apply. */
export const autoScalingTimings = {
  /** From a changed desired capacity to the launch. */
  react: seconds(5),
  /** Between two looks at instances that come or go. */
  watch: seconds(5),
  /** From an instance that ended to its replacement. */
  healthCheck: seconds(20),
  /** Between two attempts where there was no capacity. */
  retry: seconds(60),
  /** A group that is deleted goes this long after its last instance. */
  deleteGroup: seconds(5),
  /** A lifecycle hook without a timeout of its own. */
  hookHeartbeat: minutes(60),
  now: milliseconds(0),
} as const;
