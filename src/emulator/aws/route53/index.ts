import * as route53 from '@aws-sdk/client-route-53';
import type { Call, Service, Touched } from '../../call.ts';
import { operationSchemas } from '../../protocols/shape.ts';
import { getChange } from './changes.ts';
import { bareId } from './errors.ts';
import { recordHandlers } from './records.ts';
import { tagHandlers } from './tags.ts';
import { zoneReadHandlers } from './zone-view.ts';
import { zoneHandlers } from './zones.ts';

/** The hosted zone or change that a request names. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53.html */
function touched(
  operation: string,
  input: Readonly<Record<string, unknown>>,
  call: Call,
): readonly Touched[] | undefined {
  const id = input.HostedZoneId ?? input.Id ?? input.ResourceId;
  if (typeof id !== 'string' || operation.startsWith('ListHostedZones')) return undefined;
  const { partition } = call.world;
  if (operation === 'GetChange') return [{ resource: `arn:${partition}:route53:::change/${bareId(id)}` }];
  return [{ resource: `arn:${partition}:route53:::hostedzone/${bareId(id)}` }];
}

/** Hosted zones and their records; nobody answers DNS. https://docs.aws.amazon.com/Route53/latest/APIReference/ */
export const service: Service = {
  signingName: 'route53',
  protocol: 'restXml',
  version: '2013-04-01',
  global: true,
  schemas: operationSchemas(route53),
  handlers: { ...zoneHandlers, ...zoneReadHandlers, ...recordHandlers, ...tagHandlers, GetChange: getChange },
  touched,
};
