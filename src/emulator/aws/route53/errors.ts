import { AwsError, type Turn } from '../../call.ts';
import type { ZoneRecord } from './state.ts';

export const invalidInput = (message: string): AwsError => new AwsError('InvalidInput', message);

/** An id as requests have it: with or without `/hostedzone/`. */
export const bareId = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

/** The zone of a request. Throws NoSuchHostedZone. */
export function zoneOf(turn: Turn, id: string): ZoneRecord {
  const zone = turn.world.route53.zones[bareId(id)];
  if (zone === undefined) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${bareId(id)}`, 404);
  return zone;
}
