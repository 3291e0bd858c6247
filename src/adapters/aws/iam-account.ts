import {
  GetAccountAuthorizationDetailsCommand,
  type GetAccountAuthorizationDetailsResponse,
  type ManagedPolicyDetail,
  type RoleDetail,
} from '@aws-sdk/client-iam';
import { isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import { pathPrefix } from './iam.ts';

/** Roles and customer managed policies under the cluster's path, with all that is attached to them. */
export interface IamDetails {
  readonly roles: readonly RoleDetail[];
  readonly policies: readonly ManagedPolicyDetail[];
}

const pages = ({ clients, call }: Connection): Promise<GetAccountAuthorizationDetailsResponse[]> =>
  allPages(
    (Marker) =>
      call('iam:GetAccountAuthorizationDetails', () =>
        clients.iam.send(
          new GetAccountAuthorizationDetailsCommand({ Filter: ['Role', 'LocalManagedPolicy'], MaxItems: 1000, Marker }),
        ),
      ),
    (page) => (page.IsTruncated ? page.Marker : undefined),
  );

/**
 * What IAM tells of roles and policies in one question, whoever asks: one call for a thousand of the account instead of two
 * for each role and one for each policy. Undefined where the caller may not ask for it, since it shows the whole account's
 * roles: then whoever asks reads by path. Descriptions of roles and instance profiles without a role are not in it.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 */
export const iamDetails = (connection: Connection, context: ReadContext): Promise<IamDetails | undefined> =>
  context.once('iam:GetAccountAuthorizationDetails', async () => {
    const prefix = pathPrefix(context.scope);
    const isUnderPath = ({ Path }: { readonly Path?: string | undefined }) => Path?.startsWith(prefix) === true;
    try {
      const all = await pages(connection);
      return {
        roles: all.flatMap((page) => page.RoleDetailList ?? []).filter(isUnderPath),
        policies: all.flatMap((page) => page.Policies ?? []).filter(isUnderPath),
      };
    } catch (error) {
      if (isAwsFailure(error, 'denied')) return undefined;
      throw error;
    }
  });

/** What `iamDetails` needs; without it, plans work and take more calls. */
export const iamDetailsPermission = { action: 'iam:GetAccountAuthorizationDetails', resource: '*' } as const;
