import { ListHostedZonesByNameCommand } from '@aws-sdk/client-route-53';
import type { HostedZoneFact } from '../../ports/facts.ts';
import type { Connection } from './connection.ts';
import { bareId, withDot, withoutDot } from './route53-changes.ts';

/** As many zones of one name as nobody has. */
const most = 100;

/** One call: the list begins at the name, so that those of it come first. https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html */
export async function hostedZones({ clients, call }: Connection, name: string): Promise<readonly HostedZoneFact[]> {
  const input = { DNSName: withDot(name), MaxItems: most };
  const answer = await call('route53:ListHostedZonesByName', () =>
    clients.route53.send(new ListHostedZonesByNameCommand(input)),
  );
  return (answer.HostedZones ?? [])
    .filter((zone) => zone.Name?.toLowerCase() === withDot(name).toLowerCase())
    .map((zone) => ({
      id: bareId(zone.Id!),
      name: withoutDot(zone.Name!),
      isPrivate: zone.Config?.PrivateZone ?? false,
    }));
}
