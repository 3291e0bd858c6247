import { isInline } from './closed-egress.ts';
import type { CloudFormationKind } from './cloudformation-kind.ts';
import { ruleProperties } from './rule-properties.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupingress.html */
export const securityGroupRule: CloudFormationKind<'security-group-rule'> = {
  lacks: () => ['its tags: CloudFormation gives none to rules'],
  blocks: (rule, context) =>
    isInline(rule, context)
      ? []
      : [
          {
            type:
              rule.desired.direction === 'egress' ? 'AWS::EC2::SecurityGroupEgress' : 'AWS::EC2::SecurityGroupIngress',
            body: { GroupId: rule.desired.groupId, ...ruleProperties(rule) },
          },
        ],
  attributes: { securityGroupRuleId: 'Id' },
};
