import type { Turn } from '../../call.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'autoscaling.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/** AWSServiceRoleForAutoScaling, which the first group of an account brings into being. */
export function ensureServiceLinkedRole(turn: Turn): string {
  const name = 'AWSServiceRoleForAutoScaling';
  const path = '/aws-service-role/autoscaling.amazonaws.com/';
  const arn = `arn:${turn.world.partition}:iam::${turn.account}:role${path}${name}`;
  turn.world.iam.roles[name] ??= {
    roleName: name,
    roleId: `AROA${turn.newToken(17).toUpperCase()}`,
    arn,
    path,
    createDate: turn.now,
    tags: {},
    inlinePolicies: {},
    attachedPolicies: ['arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy'],
    assumeRolePolicyDocument: trust,
    description: 'Default Service-Linked Role enables access to AWS Services and Resources used or managed by Auto Scaling',
    maxSessionDuration: 3600,
  };
  return arn;
}
