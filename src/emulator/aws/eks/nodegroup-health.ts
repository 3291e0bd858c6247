import type { Turn } from '../../call.ts';
import { membersOf, nodeOf } from './group-nodes.ts';
import type { EksCluster, EksIssue, EksNodegroup } from './state.ts';

/** The code of a launch that Auto Scaling could not carry out: https://docs.aws.amazon.com/eks/latest/APIReference/API_Issue.html */
function codeOf(message: string): string {
  if (/free addresses|InsufficientFreeAddresses/i.test(message)) return 'InsufficientFreeAddresses';
  if (/launch template/i.test(message)) return 'Ec2LaunchTemplateNotFound';
  if (/instance profile/i.test(message)) return 'IamInstanceProfileNotFound';
  if (/vCPU capacity|limit exceeded|instance count exceeded/i.test(message)) return 'InstanceLimitExceeded';
  return 'AsgInstanceLaunchFailures';
}

/** What keeps a group from having its nodes: launches that failed, instances that did not join. */
export function nodegroupIssues(turn: Turn, cluster: EksCluster, group: EksNodegroup): EksIssue[] {
  const real = turn.state.autoscaling.groups[group.autoScalingGroupName];
  if (real === undefined) {
    return [
      {
        code: 'AutoScalingGroupNotFound',
        message: `The Auto Scaling group ${group.autoScalingGroupName} does not exist.`,
        resourceIds: [group.autoScalingGroupName],
      },
    ];
  }
  const issues: EksIssue[] = [];
  const members = membersOf(turn, group);
  const failed = turn.state.autoscaling.activities.findLast(
    (own) => own.groupArn === real.arn && own.statusCode === 'Failed',
  );
  if (members.length < real.desiredCapacity && failed?.statusMessage !== undefined) {
    const code = codeOf(failed.statusMessage);
    const kind = group.capacityType === 'SPOT' ? 'Spot' : 'On-Demand';
    issues.push({
      code,
      message: `Could not launch ${kind} Instances. ${failed.statusMessage}`,
      resourceIds: [real.name],
    });
  }
  const unjoined = members
    .filter((own) => nodeOf(turn, cluster, own.instanceId) === undefined)
    .map((own) => own.instanceId);
  if (unjoined.length > 0) {
    issues.push({
      code: 'NodeCreationFailure',
      message: 'Instances failed to join the kubernetes cluster',
      resourceIds: unjoined,
    });
  }
  const joined = members.filter((own) => !unjoined.includes(own.instanceId)).map((own) => own.instanceId);
  if (issues.length === 0 && joined.length > 0) {
    issues.push({
      code: 'NodeCreationFailure',
      message: 'Unhealthy nodes in the kubernetes cluster',
      resourceIds: joined,
    });
  }
  return issues;
}
