import { type ChangeInfo, GetChangeCommand } from '@aws-sdk/client-route-53';
import { minutes, seconds } from '../../base/duration.ts';
import type { CallContext } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Connection } from './connection.ts';
import { waitFor } from './wait.ts';

/** Ids as other calls take them: without `/hostedzone/` or `/change/`. */
export const bareId = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

/** Names of Route 53 end in a dot; ours do not. */
export const withDot = (name: string): string => (name.endsWith('.') ? name : `${name}.`);
export const withoutDot = (name: string): string => (name.endsWith('.') ? name.slice(0, -1) : name);

/** Waits until all name servers of Route 53 have a change. https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html */
export async function inSync(
  { clients, call }: Connection,
  what: string,
  change: ChangeInfo | undefined,
  context: CallContext,
): Promise<void> {
  if (change?.Id === undefined || change.Status === 'INSYNC') return;
  const Id = bareId(change.Id);
  await waitFor(
    `${what} to be known to all name servers`,
    context,
    async () => {
      const answer = await call('route53:GetChange', () => clients.route53.send(new GetChangeCommand({ Id })));
      const status = answer.ChangeInfo?.Status ?? 'PENDING';
      return status === 'INSYNC' ? { done: undefined } : { waiting: status };
    },
    { every: seconds(5), deadline: minutes(10) },
  );
}

/** Route 53 is global: its ARNs hold no region and no account. */
export const zoneArn = 'arn:${partition}:route53:::hostedzone/*';
export const changePermission: Permission = {
  action: 'route53:GetChange',
  resource: 'arn:${partition}:route53:::change/*',
};
