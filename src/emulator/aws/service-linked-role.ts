import type { Turn } from '../call.ts';

export interface LinkedRole {
  /** `eks.amazonaws.com`. */
  readonly service: string;
  readonly name: string;
  readonly policy: string;
}

/** A service-linked role, which a service brings into being at its first use in an account; returns its ARN. */
export function ensureServiceLinkedRole(turn: Turn, { service, name, policy }: LinkedRole): string {
  const path = `/aws-service-role/${service}/`;
  const arn = `arn:${turn.world.partition}:iam::${turn.account}:role${path}${name}`;
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  };
  turn.world.iam.roles[name] ??= {
    roleName: name,
    roleId: `AROA${turn.newToken(17).toUpperCase()}`,
    arn,
    path,
    createDate: turn.now,
    tags: {},
    inlinePolicies: {},
    attachedPolicies: [`arn:aws:iam::aws:policy/aws-service-role/${policy}`],
    assumeRolePolicyDocument: JSON.stringify(trust),
    maxSessionDuration: 3600,
  };
  return arn;
}
