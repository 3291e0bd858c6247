import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  type LaunchTemplate,
  type LaunchTemplateVersion,
  ModifyLaunchTemplateCommand,
  type ValidationWarning,
} from '@aws-sdk/client-ec2';
import type { Found } from '../../model/snapshot.ts';
import type { Observed, Settled } from '../../model/types.ts';
import type { CallContext, ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import { allItems } from './all-items.ts';
import { madeOrGone, withClientToken } from './client-token.ts';
import type { Connection } from './connection.ts';
import { ec2Arn, retag, retagPermissions, tagOnCreate, tagSpecification } from './ec2.ts';
import { describeTags, ofOurType } from './ec2-types.ts';
import { fromTagList, idOf, ourFilter } from './found.ts';
import { unlessGone } from './gone.ts';
import { fromTemplateData, toTemplateData } from './launch-template-data.ts';
import { whenKnown } from './retry.ts';

type Kind = 'launch-template';

export const ourLaunchTemplates = (connection: Connection, context: ReadContext) =>
  ofOurType(connection, context, {
    type: 'launch-template',
    ask: () =>
      allItems(
        (NextToken) =>
          connection.call('ec2:DescribeLaunchTemplates', () =>
            connection.clients.ec2.send(
              new DescribeLaunchTemplatesCommand({ Filters: ourFilter(context.scope), NextToken }),
            ),
          ),
        (page) => page.LaunchTemplates,
      ),
  });

/** The newest version of every template of the account, by template id: AWS has no filter on tags here, and one call per template would not scale. */
export const newestVersions = ({ clients, call }: Connection, context: ReadContext) =>
  context.once('ec2:DescribeLaunchTemplateVersions', async () => {
    const versions = await allItems(
      (NextToken) =>
        call('ec2:DescribeLaunchTemplateVersions', () =>
          clients.ec2.send(
            new DescribeLaunchTemplateVersionsCommand({ Versions: ['$Latest'], MaxResults: 200, NextToken }),
          ),
        ),
      (page) => page.LaunchTemplateVersions,
    );
    return new Map(versions.map((version) => [version.LaunchTemplateId!, version]));
  });

function toFound(
  template: LaunchTemplate,
  newest: ReadonlyMap<string, LaunchTemplateVersion>,
  context: ReadContext,
): Found<Kind>[] {
  const tags = fromTagList(template.Tags);
  const id = idOf(tags, context.scope);
  if (id === undefined) return [];
  const launchTemplateId = template.LaunchTemplateId!;
  const version = newest.get(launchTemplateId);
  const data = version?.LaunchTemplateData;
  return [
    {
      kind: 'launch-template',
      id,
      name: launchTemplateId,
      state: data === undefined ? 'pending' : 'ready',
      settled: { name: template.LaunchTemplateName!, ...(data === undefined ? {} : fromTemplateData(data)), tags },
      observed: {
        launchTemplateId,
        latestVersion: String(version?.VersionNumber ?? template.LatestVersionNumber ?? 1),
      },
    },
  ];
}

/** AWS makes a template that cannot work and says so beside it: told as what was last seen, since an instance profile made just now is one. */
function tellWarning(warning: ValidationWarning | undefined, name: string, context: CallContext): void {
  for (const { Code, Message } of warning?.Errors ?? []) context.onWait(`AWS warns of ${name}: ${Code}: ${Message}`);
}

const visible = ({ clients, call }: Connection, launchTemplateId: string, context: CallContext) =>
  madeOrGone<LaunchTemplate, Observed<Kind>>(`launch template ${launchTemplateId} to be visible`, context, {
    describe: async () => {
      const answer = await call('ec2:DescribeLaunchTemplates', () =>
        clients.ec2.send(new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [launchTemplateId] })),
      );
      return answer.LaunchTemplates?.[0];
    },
    judge: (template) => ({ done: { launchTemplateId, latestVersion: String(template.LatestVersionNumber ?? 1) } }),
  });

/** A further version, and the default one: the id of the version before is in the token, so that going back to an earlier content is a new version. */
function addVersion(connection: Connection, found: Found<Kind>, settled: Settled<Kind>, context: CallContext) {
  const { clients, call } = connection;
  const operation = 'ec2:CreateLaunchTemplateVersion';
  const LaunchTemplateId = found.observed.launchTemplateId;
  const content = { settled, launchTemplate: LaunchTemplateId, after: found.observed.latestVersion };
  return withClientToken({ operation, id: found.id, content }, context, async (ClientToken) => {
    const input = { LaunchTemplateId, ClientToken, LaunchTemplateData: toTemplateData(settled) };
    const answer = await call(operation, () => clients.ec2.send(new CreateLaunchTemplateVersionCommand(input)));
    tellWarning(answer.Warning, settled.name, context);
    return { latestVersion: String(answer.LaunchTemplateVersion!.VersionNumber!) };
  });
}

async function makeDefault(
  { clients, call }: Connection,
  LaunchTemplateId: string,
  to: { version: string; context: CallContext },
) {
  await whenKnown(`version ${to.version} of launch template ${LaunchTemplateId}`, to.context, () =>
    call('ec2:ModifyLaunchTemplate', () =>
      clients.ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion: to.version })),
    ),
  );
}

const read = { action: 'ec2:DescribeLaunchTemplates', resource: '*' };
const ours = (action: string) =>
  ({ action, resource: ec2Arn('launch-template'), condition: 'our-tag-on-resource' }) as const;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html */
export const launchTemplate: Adapter<Kind> = {
  permissions: {
    read: [describeTags, read, { action: 'ec2:DescribeLaunchTemplateVersions', resource: '*' }],
    create: [
      { action: 'ec2:CreateLaunchTemplate', resource: ec2Arn('launch-template'), condition: 'our-tag-in-request' },
      tagOnCreate('launch-template', 'CreateLaunchTemplate'),
      // A template that names an image by an SSM parameter is checked against it.
      read,
    ],
    update: [
      ours('ec2:CreateLaunchTemplateVersion'),
      ours('ec2:ModifyLaunchTemplate'),
      ...retagPermissions('launch-template'),
    ],
    delete: [ours('ec2:DeleteLaunchTemplate')],
  },

  reader: (connection) => ({
    async list(context) {
      const templates = await ourLaunchTemplates(connection, context);
      if (templates.length === 0) return [];
      const newest = await newestVersions(connection, context);
      return templates.flatMap((template) => toFound(template, newest, context));
    },
  }),

  writer: (connection) => ({
    create({ id, settled }, context) {
      const { clients, call } = connection;
      const operation = 'ec2:CreateLaunchTemplate';
      return withClientToken({ operation, id, content: settled }, context, async (ClientToken) => {
        const input = {
          LaunchTemplateName: settled.name,
          LaunchTemplateData: toTemplateData(settled),
          ClientToken,
          ...tagSpecification('launch-template', settled.tags),
        };
        const answer = await call(operation, () => clients.ec2.send(new CreateLaunchTemplateCommand(input)));
        tellWarning(answer.Warning, settled.name, context);
        return visible(connection, answer.LaunchTemplate!.LaunchTemplateId!, context);
      });
    },

    async update({ found, settled, changed }, context) {
      const { launchTemplateId } = found.observed;
      let { latestVersion } = found.observed;
      if (changed.some((field) => field !== 'tags')) {
        ({ latestVersion } = await addVersion(connection, found, settled, context));
        await makeDefault(connection, launchTemplateId, { version: latestVersion, context });
      }
      if (changed.includes('tags'))
        await retag(connection, launchTemplateId, { before: found.settled.tags ?? {}, after: settled.tags });
      return { launchTemplateId, latestVersion };
    },

    async delete(found) {
      const { clients, call } = connection;
      const LaunchTemplateId = found.observed.launchTemplateId;
      await unlessGone(
        call('ec2:DeleteLaunchTemplate', () => clients.ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId }))),
      );
    },
  }),
};
