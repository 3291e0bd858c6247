import {
  AddTags$,
  CreateLoadBalancer$,
  CreateTargetGroup$,
  DeleteLoadBalancer$,
  DeleteTargetGroup$,
  DescribeLoadBalancers$,
  DescribeTags$,
  DescribeTargetGroups$,
  RemoveTags$,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Handlers, Service } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { withRequiredMembers } from '../required-members.ts';
import { createLoadBalancer, deleteLoadBalancer, describeLoadBalancers, loadBalancerEvents } from './load-balancers.ts';
import { addTags, describeTags, removeTags } from './tags.ts';
import { createTargetGroup, deleteTargetGroup, describeTargetGroups } from './target-groups.ts';
import { touched } from './touched.ts';

const schemas = {
  AddTags: AddTags$,
  CreateLoadBalancer: CreateLoadBalancer$,
  CreateTargetGroup: CreateTargetGroup$,
  DeleteLoadBalancer: DeleteLoadBalancer$,
  DeleteTargetGroup: DeleteTargetGroup$,
  DescribeLoadBalancers: DescribeLoadBalancers$,
  DescribeTags: DescribeTags$,
  DescribeTargetGroups: DescribeTargetGroups$,
  RemoveTags: RemoveTags$,
};

const handlers: Handlers = {
  AddTags: addTags,
  CreateLoadBalancer: createLoadBalancer,
  CreateTargetGroup: createTargetGroup,
  DeleteLoadBalancer: deleteLoadBalancer,
  DeleteTargetGroup: deleteTargetGroup,
  DescribeLoadBalancers: describeLoadBalancers,
  DescribeTags: describeTags,
  DescribeTargetGroups: describeTargetGroups,
  RemoveTags: removeTags,
};

/** Elastic Load Balancing v2: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/ */
export const service: Service = {
  signingName: 'elasticloadbalancing',
  protocol: 'awsQuery',
  version: '2015-12-01',
  schemas,
  touched,
  handlers: withRequiredMembers(
    schemas,
    handlers,
    (member) =>
      new AwsError(
        'ValidationError',
        `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
      ),
  ),
  events: loadBalancerEvents,
};
