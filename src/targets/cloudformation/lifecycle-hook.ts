import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-lifecyclehook.html */
export const lifecycleHook: CloudFormationKind<'lifecycle-hook'> = {
  blocks: ({ desired }) => [
    {
      type: 'AWS::AutoScaling::LifecycleHook',
      body: {
        AutoScalingGroupName: desired.groupName,
        LifecycleHookName: desired.name,
        LifecycleTransition: desired.transition,
        HeartbeatTimeout: desired.heartbeatSeconds,
        DefaultResult: desired.defaultResult,
      },
    },
  ],
  attributes: { hookName: 'Ref' },
};
