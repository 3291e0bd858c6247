import * as elb from '@aws-sdk/client-elastic-load-balancing';
import type { Handlers, Service } from '../../call.ts';
import { operationSchemas } from '../../protocols/shape.ts';
import { withRequiredMembers } from '../required-members.ts';
import { describeLoadBalancerAttributes, modifyLoadBalancerAttributes } from './attributes.ts';
import { configureHealthCheck } from './health-check.ts';
import { deregisterInstances, describeInstanceHealth, registerInstances } from './instances.ts';
import { createLoadBalancerListeners, deleteLoadBalancerListeners, setListenerCertificate } from './listeners.ts';
import { createLoadBalancer, deleteLoadBalancer, describeLoadBalancers } from './load-balancers.ts';
import { validationError } from './lookup.ts';
import { applySecurityGroups, attachToSubnets, detachFromSubnets } from './places.ts';
import { classicEvents } from './registration.ts';
import { addTags, describeTags, removeTags } from './tags.ts';
import { touched } from './touched.ts';

const schemas = operationSchemas(elb);

const handlers: Handlers = {
  AddTags: addTags,
  ApplySecurityGroupsToLoadBalancer: applySecurityGroups,
  AttachLoadBalancerToSubnets: attachToSubnets,
  ConfigureHealthCheck: configureHealthCheck,
  CreateLoadBalancer: createLoadBalancer,
  CreateLoadBalancerListeners: createLoadBalancerListeners,
  DeleteLoadBalancer: deleteLoadBalancer,
  DeleteLoadBalancerListeners: deleteLoadBalancerListeners,
  DeregisterInstancesFromLoadBalancer: deregisterInstances,
  DescribeInstanceHealth: describeInstanceHealth,
  DescribeLoadBalancerAttributes: describeLoadBalancerAttributes,
  DescribeLoadBalancers: describeLoadBalancers,
  DescribeTags: describeTags,
  DetachLoadBalancerFromSubnets: detachFromSubnets,
  ModifyLoadBalancerAttributes: modifyLoadBalancerAttributes,
  RegisterInstancesWithLoadBalancer: registerInstances,
  RemoveTags: removeTags,
  SetLoadBalancerListenerSSLCertificate: setListenerCertificate,
};

/** Classic Elastic Load Balancing: https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/ */
export const service: Service = {
  signingName: 'elasticloadbalancing',
  protocol: 'awsQuery',
  version: '2012-06-01',
  schemas,
  touched,
  handlers: withRequiredMembers(schemas, handlers, (member) =>
    validationError(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    ),
  ),
  events: classicEvents,
};
