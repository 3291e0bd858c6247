import { isIPv4, isIPv6 } from 'node:net';
import type { Turn } from '../../call.ts';
import { isZoneOfLoadBalancers } from '../elbv2/zone-ids.ts';
import { storedName } from './names.ts';
import type { RecordSet, ZoneRecord } from './state.ts';

/** Whether an alias leads to something: a load balancer by its name and zone, or a record of the same zone. */
function aliasFault(turn: Turn, zone: ZoneRecord, set: RecordSet): string | undefined {
  const { zoneId, dnsName } = set.alias!;
  const tried = `Tried to create an alias that targets ${dnsName}, type ${set.type} in zone ${zoneId}`;
  if (zoneId === zone.id) {
    const found = zone.records.some((own) => own.name === dnsName && own.type === set.type);
    return found ? undefined : `${tried}, but that target was not found`;
  }
  if (!isZoneOfLoadBalancers(zoneId)) return `${tried}, but the alias target name does not lie within the target zone`;
  // Network load balancers have NAME.elb.REGION.amazonaws.com, the others NAME.REGION.elb.amazonaws.com.
  if (!/\.(elb\.[a-z0-9-]+|[a-z0-9-]+\.elb)\.amazonaws\.com\.$/.test(dnsName))
    return `${tried}, but the alias target name does not lie within the target zone`;
  const bare = dnsName.replace(/^dualstack\./, '');
  const balancers = Object.values(turn.world.regions).flatMap(({ elb, elbv2 }) => [
    ...Object.values(elbv2.loadBalancers),
    ...Object.values(elb?.loadBalancers ?? {}),
  ]);
  const found = balancers.some((own) => storedName(own.dnsName) === bare);
  return found ? undefined : `${tried}, but that target was not found`;
}

function valueFault(type: string, value: string): string | undefined {
  const fatal = (problem: string, why: string): string =>
    `Invalid Resource Record: 'FATAL problem: ${problem} (${why}) encountered with '${value}''`;
  if (type === 'A' && !isIPv4(value)) return fatal('ARRDATAIllegalIPv4Address', 'Value is not a valid IPv4 address');
  if (type === 'AAAA' && !isIPv6(value))
    return fatal('AAAARRDATAIllegalIPv6Address', 'Value is not a valid IPv6 address');
  if (type === 'TXT' && !/^(?:"(?:[^"\\]|\\.)*"\s*)+$/.test(value))
    return fatal('InvalidCharacterString', 'Value should be enclosed in quotation marks');
  return undefined;
}

/** What is wrong with a record; undefined where nothing is. */
export function recordFault(turn: Turn, zone: ZoneRecord, set: RecordSet): string | undefined {
  if (set.alias !== undefined) {
    if (set.ttl !== undefined || set.values !== undefined)
      return `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found more than one in Change with [Action=CREATE, Name=${set.name}, Type=${set.type}, SetIdentifier=null]`;
    return aliasFault(turn, zone, set);
  }
  if (set.ttl === undefined || set.values === undefined || set.values.length === 0)
    return `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found none in Change with [Action=CREATE, Name=${set.name}, Type=${set.type}, SetIdentifier=null]`;
  return set.values.map((value) => valueFault(set.type, value)).find((fault) => fault !== undefined);
}
