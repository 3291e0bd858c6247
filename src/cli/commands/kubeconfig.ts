import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { Failure, reporter } from '../../base/diagnostic.ts';
import { cliCodes } from '../codes.ts';
import { type Command, fileOption, type Invocation, textOf } from '../command.ts';
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
    'Everything else in the file stays, comments too. The context asks `quilla token` for credentials; the file holds none.',
  options: [
    fileOption,
    { flags: '--alias <name>', summary: "name of the context (default: the cluster's)" },
    { flags: '--kubeconfig <file>', summary: 'the file (default: the first of KUBECONFIG, else ~/.kube/config)' },
  ],
  examples: ['quilla kubeconfig -f cluster.yaml && kubectl get nodes'],
  callsAws: true,
  printsResult: false,
  async run(invocation) {
    const [loaded, app, { openAws }, { mergeKubeconfig }, files] = await Promise.all([
      readSpec(invocation, { anyVersion: true }),
      import('../../app/index.ts'),
      import('../aws.ts'),
      import('../../adapters/kubernetes/kubeconfig.ts'),
      import('../../adapters/kubernetes/kubeconfig-file.ts'),
    ]);
    const { name } = loaded.cluster.metadata;
    const { region } = loaded.cluster.spec;
    const aws = await openAws(invocation, region);
    try {
      const { endpoint, certificateAuthority } = await app.clusterAccess(name, aws.toRead);
      const path = kubeconfigPath(invocation);
      const context = textOf(invocation, 'alias') ?? name;
      const merged = mergeKubeconfig(await files.readKubeconfig(path), {
        context,
        cluster: name,
        region,
        endpoint,
        certificateAuthority,
        command: programItself(),
        env: pluginEnv(invocation),
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
      return 0;
    } finally {
      await aws.close();
    }
  },
};
