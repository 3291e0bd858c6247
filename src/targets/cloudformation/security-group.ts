import { inlineEgress } from './closed-egress.ts';
import type { CloudFormationKind } from './cloudformation-kind.ts';
import { ruleProperties } from './rule-properties.ts';

/** Lets nothing out, and takes the place of the rule that lets everything out: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html */
const toNowhere = { IpProtocol: '-1', CidrIp: '127.0.0.1/32', Description: 'Nothing leaves' };

export const securityGroup: CloudFormationKind<'security-group'> = {
  lacks: (group, context) =>
    group.desired.openEgress === true || inlineEgress(group, context).length > 0
      ? []
      : [
          'no outgoing rule at all: CloudFormation takes the rule that lets everything out from a group only for another one, so that it has one to 127.0.0.1/32, which leads nowhere',
        ],
  blocks: (group, context) => {
    const own = inlineEgress(group, context).map(ruleProperties);
    return [
      {
        type: 'AWS::EC2::SecurityGroup',
        body: {
          VpcId: group.desired.vpcId,
          GroupName: group.desired.name,
          GroupDescription: group.desired.description,
          SecurityGroupEgress: group.desired.openEgress === true ? undefined : own.length === 0 ? [toNowhere] : own,
          Tags: context.tagList(group.desired.tags),
        },
      },
    ];
  },
  attributes: { groupId: 'GroupId' },
};
