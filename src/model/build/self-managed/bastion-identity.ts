import { type Resource, refTo } from '../../graph.ts';
import { policy, role, trustOfInstances } from '../iam.ts';
import { instanceProfile } from '../node-groups/instance-profile.ts';
import type { MachineIdentity } from './handles.ts';
import { agentStatement } from './permissions.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

export interface BastionIdentity {
  readonly resources: readonly Resource[];
  readonly identity: MachineIdentity | undefined;
}

const from = 'spec.access.bastion';

/** The bastion's role: Systems Manager and nothing else. */
export function bastionIdentity(context: SelfManagedContext): BastionIdentity {
  if (context.spec.access.bastion === undefined) return { resources: [], identity: undefined };
  const own = policy(context, {
    what: 'bastion',
    description: 'Lets the bastion be reached by Systems Manager',
    statements: [agentStatement],
    from,
  });
  const made = role(context, {
    what: 'bastion',
    description: `Bastion of Kubernetes cluster ${context.name}`,
    trust: trustOfInstances(context),
    policyArns: [refTo(own, 'arn')],
    from,
  });
  const profile = instanceProfile(context, { what: 'bastion', from, role: made });
  return {
    resources: [own, made, profile],
    identity: { roleArn: refTo(made, 'arn'), profileArn: refTo(profile, 'arn') },
  };
}
