import type { Turn } from '../../call.ts';

/** The log group that EKS writes to; it makes one without retention where there is none. */
export function ensureClusterLogGroup(turn: Turn, cluster: string): void {
  const name = `/aws/eks/${cluster}/cluster`;
  const { groups } = turn.state.logs;
  if (groups[name] !== undefined) return;
  groups[name] = {
    name,
    arn: `arn:${turn.world.partition}:logs:${turn.region}:${turn.account}:log-group:${name}`,
    createdAt: turn.now,
    logGroupClass: 'STANDARD',
    deletionProtection: false,
    tags: {},
  };
}
