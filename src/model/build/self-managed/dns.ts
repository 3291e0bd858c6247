import type { Diagnostic } from '../../../base/diagnostic.ts';
import { report } from '../../codes.ts';
import { type Resource, refTo } from '../../graph.ts';
import { resource, type Text, tagsOf } from '../context.ts';
import type { NetworkHandles } from '../network/network-handles.ts';
import type { Doors } from './doors.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

export interface DnsHandles {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
  /** The name of the API in the spec's zone; undefined where it has none. */
  readonly name: string | undefined;
}

const from = 'spec.controlPlane.selfManaged.dns';
const nothing: DnsHandles = { resources: [], diagnostics: [], name: undefined };

function privateZone(
  context: SelfManagedContext,
  { vpcId }: NetworkHandles,
  { zone, mark }: { zone: string; mark: string },
): Resource<'hosted-zone'> {
  return resource('hosted-zone', {
    id: 'hosted-zone',
    from,
    needs: [mark],
    desired: {
      name: zone,
      vpcId,
      comment: `Kubernetes cluster ${context.name} in ${context.spec.region}, by quilla`,
      tags: tagsOf(context, 'hosted-zone'),
    },
  });
}

function record(hostedZoneId: Text, name: string, doors: Pick<Doors, 'internal' | 'public'>): Resource<'dns-record'> {
  const { loadBalancer } = doors.public ?? doors.internal;
  return resource('dns-record', {
    id: 'dns-record/api',
    from,
    desired: {
      hostedZoneId,
      name,
      target: refTo(loadBalancer, 'dnsName'),
      targetZoneId: refTo(loadBalancer, 'hostedZoneId'),
    },
  });
}

/** The name of the API in a zone that is made for the VPC, in a public zone that is there, or none. */
export function dns(
  context: SelfManagedContext,
  { network, doors, mark }: { network: NetworkHandles; doors: Pick<Doors, 'internal' | 'public'>; mark: string },
): DnsHandles {
  const wanted = context.spec.controlPlane.dns;
  switch (wanted.type) {
    case 'none':
      return nothing;
    case 'private': {
      const zone = privateZone(context, network, { zone: wanted.zone, mark });
      const resources = [zone, record(refTo(zone, 'hostedZoneId'), wanted.name, doors)];
      return { resources, diagnostics: [], name: wanted.name };
    }
    case 'public': {
      const { hostedZone } = context.facts;
      if (hostedZone !== null && hostedZone !== undefined) {
        return { resources: [record(hostedZone.id, wanted.name, doors)], diagnostics: [], name: wanted.name };
      }
      const unknown = report('graph.hosted-zone-unknown', {
        detail: `this account has no public hosted zone ${wanted.zone}`,
        fix: 'Make the zone and delegate it, correct its name, or say `dns: none`.',
        at: { path: `${from}.zone` },
      });
      return { ...nothing, diagnostics: [unknown] };
    }
    default:
      return wanted satisfies never;
  }
}
