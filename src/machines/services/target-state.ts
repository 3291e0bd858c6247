/** What checks have told of a target so far. */
export interface TargetState {
  readonly health: 'initial' | 'healthy' | 'unhealthy';
  /** Whether it counts as answering: from its first good check on, until it is taken for unhealthy, or a check fails before it is healthy. */
  readonly answering: boolean;
  /** Good or bad checks in a row; the sign says which. */
  readonly row: number;
}

export interface Thresholds {
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export const newTargetState: TargetState = { health: 'initial', answering: false, row: 0 };

/**
 * A target's state after one more check. A new target is taken at its first good check; one that was unhealthy after as many in a row as
 * the group asks. https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
 */
export function afterCheck(before: TargetState, isGood: boolean, thresholds: Thresholds): TargetState {
  const row = isGood ? Math.max(before.row, 0) + 1 : Math.min(before.row, 0) - 1;
  if (isGood) {
    const isHealthy = before.health !== 'unhealthy' || row >= thresholds.healthyThreshold;
    return { health: isHealthy ? 'healthy' : 'unhealthy', answering: true, row };
  }
  const isUnhealthy = before.health === 'unhealthy' || -row >= thresholds.unhealthyThreshold;
  const health = isUnhealthy ? 'unhealthy' : before.health;
  return { health, answering: health === 'healthy', row };
}
