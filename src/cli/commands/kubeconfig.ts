import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { CertificateUser, TokenUser } from '../../adapters/kubernetes/kubeconfig.ts';
import type { ApiAddress } from '../../app/index.ts';
import { Failure, reporter } from '../../base/diagnostic.ts';
import { formatDuration } from '../../base/duration.ts';
import { cliCodes } from '../codes.ts';
import { type Command, fileOption, type Invocation, textOf, yesOption } from '../command.ts';
import { confirm } from '../confirm.ts';
import { loopbackOf } from '../loopback.ts';
import { programItself } from '../program-itself.ts';
import { readSpec } from '../spec-file.ts';
import { stateDir } from '../state-dir.ts';
import { isEmbedded } from '../which-aws.ts';

/** The file that kubectl would change: the first of KUBECONFIG, else the one in the home folder. */
function kubeconfigPath(invocation: Invocation): string {
  const { env, cwd } = invocation.io;
  const named = textOf(invocation, 'kubeconfig') ?? env.KUBECONFIG?.split(delimiter).find((part) => part !== '');
  return named === undefined ? join(env.HOME ?? homedir(), '.kube', 'config') : resolve(cwd, named);
}

/** What the plugin must know again when kubectl calls it from anywhere. */
function pluginEnv(invocation: Invocation): Record<string, string> {
  const { env, cwd } = invocation.io;
  if (isEmbedded(invocation)) return { QUILLA_AWS: 'embedded', QUILLA_HOME: stateDir(cwd, env).path };
  const profile = textOf(invocation, 'profile') ?? env.AWS_PROFILE;
  return {
    ...(profile === undefined ? {} : { AWS_PROFILE: profile }),
    ...(env.AWS_ENDPOINT_URL === undefined ? {} : { AWS_ENDPOINT_URL: env.AWS_ENDPOINT_URL }),
  };
}

export const kubeconfig: Command = {
  name: 'kubeconfig',
  summary: 'merge one context for the cluster into the kubeconfig',
  details:
    'Everything else in the file stays, comments too. The context asks `quilla token` for credentials; the file holds none. With --admin (self-managed only) a second context NAME-admin holds a client certificate that the cluster itself signs, for when IAM or the authenticator is out of order: it lasts an hour or as long as told (10m to 24h), is noted in the store, and cannot be revoked before it ends.',
  options: [
    fileOption,
    { flags: '--admin [duration]', summary: 'a short-lived client certificate instead: 30m, 1h, at most 24h' },
    { flags: '--alias <name>', summary: "name of the context (default: the cluster's)" },
    { flags: '--kubeconfig <file>', summary: 'the file (default: the first of KUBECONFIG, else ~/.kube/config)' },
    { ...yesOption, summary: 'issue a certificate without asking' },
  ],
  examples: [
    'quilla kubeconfig -f cluster.yaml && kubectl get nodes',
    'quilla kubeconfig -f cluster.yaml --admin 1h && kubectl --context demo-admin get nodes',
  ],
  callsAws: true,
  printsResult: false,
  async run(invocation) {
    const { admin } = invocation.options;
    const app = await import('../../app/index.ts');
    const lasts = admin === undefined ? undefined : app.adminDuration(admin === true ? undefined : String(admin));
    const [loaded, { openAws }] = await Promise.all([readSpec(invocation, { anyVersion: true }), import('../aws.ts')]);
    if (lasts !== undefined) app.mustBeSelfManaged(loaded.cluster, 'admin');
    const { name } = loaded.cluster.metadata;
    const aws = await openAws(invocation, loaded.cluster.spec.region);
    try {
      const alias = textOf(invocation, 'alias') ?? name;
      const at = { name, region: loaded.cluster.spec.region, url: aws.url };
      if (lasts === undefined) {
        const user = { type: 'token', command: programItself(), env: pluginEnv(invocation) } as const;
        await merge(invocation, { ...at, api: await app.clusterAccess(loaded, aws.toRead), context: alias, user });
        return 0;
      }
      const there = await app.clusterAccess(loaded, aws.toRead);
      app.mustSign(there, name);
      await wayTo(there, aws.url);
      await confirm(invocation, adminQuestion(name, formatDuration(lasts)));
      const api = await app.issueAdmin(loaded, lasts, aws.toOperate);
      const { certificate, key, serial, notAfter } = api.issued;
      const user = { type: 'certificate', certificate, key } as const;
      await merge(invocation, { ...at, api, context: `${alias}-admin`, user });
      invocation.io.err(
        `Certificate ${serial} for ${api.who} (in the cluster: ${api.user}), until ${notAfter}; noted in the store as ${api.noted}.`,
      );
      return 0;
    } finally {
      await aws.close();
    }
  },
};

const adminQuestion = (name: string, lasts: string): string =>
  `This issues a certificate with all rights in cluster ${name} for ${lasts}. It cannot be revoked before it ends.`;

interface NewContext {
  readonly name: string;
  readonly region: string;
  readonly url: string | undefined;
  readonly api: ApiAddress;
  readonly context: string;
  readonly user: TokenUser | CertificateUser;
}

/** Writes one context into the file that kubectl reads. */
async function merge(invocation: Invocation, { name, region, url, api, context, user }: NewContext): Promise<void> {
  const [{ mergeKubeconfig }, files] = await Promise.all([
    import('../../adapters/kubernetes/kubeconfig.ts'),
    import('../../adapters/kubernetes/kubeconfig-file.ts'),
  ]);
  const path = kubeconfigPath(invocation);
  const way = await wayTo(api, url);
  const merged = mergeKubeconfig(await files.readKubeconfig(path), {
    context,
    cluster: name,
    region,
    endpoint: way?.endpoint ?? api.endpoint,
    tlsServerName: way?.tlsServerName,
    certificateAuthority: api.certificateAuthority,
    user,
  });
  if (!merged.ok)
    throw new Failure(
      reporter(cliCodes)('cli.bad-kubeconfig', {
        detail: `${path}: ${merged.problem}`,
        fix: 'Mend the file or name another with --kubeconfig; it was not touched.',
      }),
    );
  await files.writeKubeconfig(path, merged.text);
  invocation.io.err(
    `${merged.replaced ? 'Replaced' : 'Added'} context ${context} in ${path} and made it the current one.`,
  );
}

/** Where the embedded AWS has the API on this machine; fails where it has none yet, before anything is issued or written. */
async function wayTo({ endpoint }: ApiAddress, url: string | undefined) {
  const way = await loopbackOf(endpoint, url);
  if (way?.reached !== false) return way;
  throw new Failure(
    reporter(cliCodes)('cli.api-away', {
      detail: `${endpoint}: ${way.reason}`,
      fix: 'quilla status shows how far the seats are.',
    }),
  );
}
