import type {
  DescribeListenerAttributesInput,
  DescribeListenerAttributesOutput,
  ModifyListenerAttributesInput,
  ModifyListenerAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Handler } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { attributeList, listenerAttributes, readAttributes } from './attributes.ts';
import { listenerOf } from './errors.ts';

export const describeListenerAttributes: Handler<
  Given<DescribeListenerAttributesInput>,
  DescribeListenerAttributesOutput
> = (input, call) => ({ Attributes: attributeList(listenerAttributes(listenerOf(call, input.ListenerArn))) });

export const modifyListenerAttributes: Handler<Given<ModifyListenerAttributesInput>, ModifyListenerAttributesOutput> = (
  input,
  call,
) => {
  const record = listenerOf(call, input.ListenerArn);
  const given = readAttributes(input.Attributes, listenerAttributes(record), 'Listener');
  record.attributes = { ...record.attributes, ...given };
  return { Attributes: attributeList(given) };
};
