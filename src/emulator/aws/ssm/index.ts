import {
  AddTagsToResource$,
  DeleteParameter$,
  DeleteParameters$,
  DescribeInstanceInformation$,
  DescribeParameters$,
  GetCommandInvocation$,
  GetParameter$,
  GetParameters$,
  GetParametersByPath$,
  ListCommandInvocations$,
  ListTagsForResource$,
  PutParameter$,
  RemoveTagsFromResource$,
  SendCommand$,
} from '@aws-sdk/client-ssm';
import type { Handlers, Service } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { withRequiredMembers } from '../required-members.ts';
import { getCommandInvocation, listCommandInvocations, sendCommand } from './commands.ts';
import { describeInstanceInformation } from './managed-instances.ts';
import { describeParameters, getParameter, getParameters, getParametersByPath } from './reading.ts';
import { touched } from './touched.ts';
import {
  addTagsToResource,
  deleteParameter,
  deleteParameters,
  listTagsForResource,
  putParameter,
  removeTagsFromResource,
} from './writing.ts';

const schemas = {
  AddTagsToResource: AddTagsToResource$,
  DeleteParameter: DeleteParameter$,
  DeleteParameters: DeleteParameters$,
  DescribeInstanceInformation: DescribeInstanceInformation$,
  DescribeParameters: DescribeParameters$,
  GetCommandInvocation: GetCommandInvocation$,
  GetParameter: GetParameter$,
  GetParameters: GetParameters$,
  GetParametersByPath: GetParametersByPath$,
  ListCommandInvocations: ListCommandInvocations$,
  ListTagsForResource: ListTagsForResource$,
  PutParameter: PutParameter$,
  RemoveTagsFromResource: RemoveTagsFromResource$,
  SendCommand: SendCommand$,
};

const handlers: Handlers = {
  AddTagsToResource: addTagsToResource,
  DeleteParameter: deleteParameter,
  DeleteParameters: deleteParameters,
  DescribeInstanceInformation: describeInstanceInformation,
  DescribeParameters: describeParameters,
  GetCommandInvocation: getCommandInvocation,
  GetParameter: getParameter,
  GetParameters: getParameters,
  GetParametersByPath: getParametersByPath,
  ListCommandInvocations: listCommandInvocations,
  ListTagsForResource: listTagsForResource,
  PutParameter: putParameter,
  RemoveTagsFromResource: removeTagsFromResource,
  SendCommand: sendCommand,
};

/** Systems Manager, its parameters and commands: https://docs.aws.amazon.com/systems-manager/latest/APIReference/ */
export const service: Service = {
  signingName: 'ssm',
  protocol: 'awsJson1.1',
  target: 'AmazonSSM',
  version: '2014-11-06',
  schemas,
  touched,
  handlers: withRequiredMembers(
    schemas,
    handlers,
    (member) =>
      new AwsError(
        'ValidationException',
        `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
      ),
  ),
};
