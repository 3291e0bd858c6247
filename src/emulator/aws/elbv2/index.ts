import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Handlers, Service } from '../../call.ts';
import { operationSchemas } from '../../protocols/shape.ts';
import { withRequiredMembers } from '../required-members.ts';
import { validationError } from './errors.ts';
import { describeListenerAttributes, modifyListenerAttributes } from './listener-attributes.ts';
import { createListener, deleteListener, describeListeners, modifyListener } from './listeners.ts';
import {
  describeCapacityReservation,
  describeLoadBalancerAttributes,
  modifyLoadBalancerAttributes,
  setIpAddressType,
  setSecurityGroups,
  setSubnets,
} from './load-balancer-changes.ts';
import { createLoadBalancer, deleteLoadBalancer, describeLoadBalancers, loadBalancerEvents } from './load-balancers.ts';
import { registrationEvents } from './registration.ts';
import { addTags, describeTags, removeTags } from './tags.ts';
import {
  describeTargetGroupAttributes,
  modifyTargetGroup,
  modifyTargetGroupAttributes,
} from './target-group-changes.ts';
import { createTargetGroup, deleteTargetGroup, describeTargetGroups } from './target-groups.ts';
import { deregisterTargets, describeTargetHealth, registerTargets } from './targets.ts';
import { touched } from './touched.ts';

const schemas = operationSchemas(elbv2);

const handlers: Handlers = {
  AddTags: addTags,
  CreateListener: createListener,
  CreateLoadBalancer: createLoadBalancer,
  CreateTargetGroup: createTargetGroup,
  DeleteListener: deleteListener,
  DeleteLoadBalancer: deleteLoadBalancer,
  DeleteTargetGroup: deleteTargetGroup,
  DeregisterTargets: deregisterTargets,
  DescribeCapacityReservation: describeCapacityReservation,
  DescribeListenerAttributes: describeListenerAttributes,
  DescribeListeners: describeListeners,
  DescribeLoadBalancerAttributes: describeLoadBalancerAttributes,
  DescribeLoadBalancers: describeLoadBalancers,
  DescribeTags: describeTags,
  DescribeTargetGroupAttributes: describeTargetGroupAttributes,
  DescribeTargetGroups: describeTargetGroups,
  DescribeTargetHealth: describeTargetHealth,
  ModifyListener: modifyListener,
  ModifyListenerAttributes: modifyListenerAttributes,
  ModifyLoadBalancerAttributes: modifyLoadBalancerAttributes,
  ModifyTargetGroup: modifyTargetGroup,
  ModifyTargetGroupAttributes: modifyTargetGroupAttributes,
  RegisterTargets: registerTargets,
  RemoveTags: removeTags,
  SetIpAddressType: setIpAddressType,
  SetSecurityGroups: setSecurityGroups,
  SetSubnets: setSubnets,
};

/** Elastic Load Balancing v2: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/ */
export const service: Service = {
  signingName: 'elasticloadbalancing',
  protocol: 'awsQuery',
  version: '2015-12-01',
  schemas,
  touched,
  handlers: withRequiredMembers(schemas, handlers, (member) =>
    validationError(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    ),
  ),
  events: { ...loadBalancerEvents, ...registrationEvents },
};
