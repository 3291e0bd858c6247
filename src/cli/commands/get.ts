import type { Command, Invocation } from '../command.ts';
import { show } from '../outcome.ts';
import type { Style } from '../views/style.ts';

async function table(head: readonly string[], rows: readonly (readonly string[])[], style: Style): Promise<string> {
  const { columns } = await import('../views/layout.ts');
  return columns([head.map((cell) => style.bold(cell)), ...rows], style, 0).join('\n');
}

export const get: Command = {
  name: 'get',
  summary: 'list what is ours in this account and region',
  details:
    'clusters: those that Quilla made. nodes: of all of them, or of --cluster. resources: every AWS resource, by its tags and names.',
  arguments: [{ name: 'what', summary: 'what to list', required: true, choices: ['clusters', 'nodes', 'resources'] }],
  options: [{ flags: '--cluster <name>', summary: 'of this cluster only' }],
  examples: ['quilla get clusters --region us-east-1', 'quilla get resources --cluster demo -o json'],
  callsAws: true,
  printsResult: true,
  async run(invocation) {
    const [app, { openAws, regionFor }] = await Promise.all([import('../../app/index.ts'), import('../aws.ts')]);
    const aws = await openAws(invocation, await regionFor(invocation));
    try {
      const only = invocation.options.cluster as string | undefined;
      await lists[invocation.args[0] as keyof typeof lists](invocation, { app, aws, only });
      return 0;
    } finally {
      await aws.close();
    }
  },
};

interface Source {
  readonly app: typeof import('../../app/index.ts');
  readonly aws: import('../aws.ts').OpenAws;
  readonly only: string | undefined;
}

const lists = {
  async clusters(invocation: Invocation, { app, aws, only }: Source): Promise<void> {
    const { clusters } = await app.getClusters(aws.toRead, only);
    const rows = clusters.map(({ name, controlPlane, version, status, endpoint }) => [
      name,
      controlPlane ?? 'eks',
      version,
      status,
      endpoint ?? '',
    ]);
    show(invocation, 'ClusterList', {
      data: { clusters },
      text:
        clusters.length === 0
          ? `No cluster of ours in ${aws.toRead.identity.region}.`
          : await table(['NAME', 'CONTROL PLANE', 'VERSION', 'STATUS', 'ENDPOINT'], rows, invocation.io.outStyle),
    });
  },
  async nodes(invocation: Invocation, { app, aws, only }: Source): Promise<void> {
    const { nodes } = await app.getNodes(aws.toRead, only);
    const rows = nodes.map(({ cluster, instanceId, state, type, zone, privateDnsName, spot }) => [
      cluster,
      instanceId,
      state,
      type,
      zone,
      spot ? 'spot' : 'on demand',
      privateDnsName,
    ]);
    show(invocation, 'NodeList', {
      data: { nodes },
      text:
        nodes.length === 0
          ? 'No instance of ours.'
          : await table(
              ['CLUSTER', 'INSTANCE', 'STATE', 'TYPE', 'ZONE', 'BOUGHT', 'NAME'],
              rows,
              invocation.io.outStyle,
            ),
    });
  },
  async resources(invocation: Invocation, { app, aws, only }: Source): Promise<void> {
    const { resources } = await app.getResources(aws.toRead, only);
    const rows = resources.map(({ cluster, id, name, state }) => [cluster, id, name, state]);
    show(invocation, 'ResourceList', {
      data: { resources },
      text:
        resources.length === 0
          ? 'Nothing of ours.'
          : await table(['CLUSTER', 'ID', 'NAME', 'STATE'], rows, invocation.io.outStyle),
    });
  },
} as const;
