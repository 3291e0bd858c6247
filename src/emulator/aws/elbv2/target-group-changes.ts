import type {
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupAttributesOutput,
  ModifyTargetGroupAttributesInput,
  ModifyTargetGroupAttributesOutput,
  ModifyTargetGroupInput,
  ModifyTargetGroupOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Handler } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { attributeList, readAttributes, targetGroupAttributes } from './attributes.ts';
import { targetGroupOf } from './errors.ts';
import { changedHealthCheck } from './health-checks.ts';
import { targetGroupView } from './target-groups.ts';

export const modifyTargetGroup: Handler<Given<ModifyTargetGroupInput>, ModifyTargetGroupOutput> = (input, call) => {
  const record = targetGroupOf(call, input.TargetGroupArn);
  record.healthCheck = changedHealthCheck(input, record.healthCheck, record.protocol);
  return { TargetGroups: [targetGroupView(call, record)] };
};

export const describeTargetGroupAttributes: Handler<
  Given<DescribeTargetGroupAttributesInput>,
  DescribeTargetGroupAttributesOutput
> = (input, call) => ({
  Attributes: attributeList(targetGroupAttributes(targetGroupOf(call, input.TargetGroupArn))),
});

export const modifyTargetGroupAttributes: Handler<
  Given<ModifyTargetGroupAttributesInput>,
  ModifyTargetGroupAttributesOutput
> = (input, call) => {
  const record = targetGroupOf(call, input.TargetGroupArn);
  const given = readAttributes(input.Attributes, targetGroupAttributes(record), 'Target group');
  record.attributes = { ...record.attributes, ...given };
  return { Attributes: attributeList(targetGroupAttributes(record)) };
};
