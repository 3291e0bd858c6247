import {
  AddTagsToResource$,
  DeleteParameter$,
  DeleteParameters$,
  DescribeParameters$,
  GetParameter$,
  GetParameters$,
  GetParametersByPath$,
  ListTagsForResource$,
  PutParameter$,
  RemoveTagsFromResource$,
} from '@aws-sdk/client-ssm';
import type { Handlers, Service } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { withRequiredMembers } from '../required-members.ts';
import { describeParameters, getParameter, getParameters, getParametersByPath } from './reading.ts';
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
  DescribeParameters: DescribeParameters$,
  GetParameter: GetParameter$,
  GetParameters: GetParameters$,
  GetParametersByPath: GetParametersByPath$,
  ListTagsForResource: ListTagsForResource$,
  PutParameter: PutParameter$,
  RemoveTagsFromResource: RemoveTagsFromResource$,
};

const handlers: Handlers = {
  AddTagsToResource: addTagsToResource,
  DeleteParameter: deleteParameter,
  DeleteParameters: deleteParameters,
  DescribeParameters: describeParameters,
  GetParameter: getParameter,
  GetParameters: getParameters,
  GetParametersByPath: getParametersByPath,
  ListTagsForResource: listTagsForResource,
  PutParameter: putParameter,
  RemoveTagsFromResource: removeTagsFromResource,
};

/** Systems Manager, its parameters: https://docs.aws.amazon.com/systems-manager/latest/APIReference/ */
export const service: Service = {
  signingName: 'ssm',
  protocol: 'awsJson1.1',
  target: 'AmazonSSM',
  version: '2014-11-06',
  schemas,
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
