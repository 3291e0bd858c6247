import { Failure, reporter } from '../../base/diagnostic.ts';
import { cliCodes } from '../codes.ts';
import { type Command, type ExitCode, fileOption, type Invocation, isJson, textOf, yesOption } from '../command.ts';
import { confirm } from '../confirm.ts';
import { finish } from '../finish.ts';
import { show, tell } from '../outcome.ts';
import { readSpec } from '../spec-file.ts';

export const store: Command = {
  name: 'store',
  summary: 'what the store of a self-managed cluster holds, and whether it is locked down and whole',
  details:
    'show: what it holds, by part; never a content. fill: makes the keys and documents that are missing, also in a cluster that Terraform or CloudFormation made and nobody adopted yet; what lies there is not written again, but with --update documents that say other things than the spec. verify: locked down, nothing missing, keys in their lifetime, backups not older than two intervals; exits with 3 where there are findings, and 1 where one is an error. recover KEY: brings the earlier version of a deleted key back.',
  arguments: [
    { name: 'what', summary: 'default: show', required: false, choices: ['show', 'fill', 'verify', 'recover'] },
    { name: 'key', summary: 'with recover: the name of a key, like ca.key', required: false },
  ],
  options: [
    fileOption,
    yesOption,
    { flags: '--update', summary: 'with fill: write documents anew that differ from the spec' },
  ],
  examples: [
    'quilla store -f cluster.yaml',
    'quilla store fill -f cluster.yaml --yes',
    'quilla store verify -f cluster.yaml -o json',
    'quilla store recover ca.key -f cluster.yaml',
  ],
  callsAws: true,
  printsResult: true,
  async run(invocation) {
    const [what = 'show', key] = invocation.args;
    if ((what === 'recover') !== (key !== undefined))
      throw new Failure(
        reporter(cliCodes)('cli.bad-option', {
          detail: key === undefined ? 'recover needs the name of a key' : `${what} takes no key`,
          fix: 'quilla store recover ca.key -f FILE, for example; quilla store verify names those that can be brought back.',
        }),
      );
    const [loaded, app, { openAws }] = await Promise.all([
      readSpec(invocation, what === 'fill' ? {} : { anyVersion: true }),
      import('../../app/index.ts'),
      import('../aws.ts'),
    ]);
    app.mustBeSelfManaged(loaded.cluster, 'store');
    const aws = await openAws(invocation, loaded.cluster.spec.region);
    try {
      return await verbs[what as keyof typeof verbs](invocation, { app, aws, loaded, cluster: loaded.cluster, key });
    } finally {
      await aws.close();
    }
  },
};

interface Source {
  readonly app: typeof import('../../app/index.ts');
  readonly aws: import('../aws.ts').OpenAws;
  readonly loaded: import('../../app/index.ts').LoadedCluster;
  readonly cluster: import('../../app/index.ts').Cluster;
  readonly key: string | undefined;
}

const verbs = {
  async show(invocation: Invocation, { app, aws, loaded }: Source): Promise<0> {
    const shown = await app.showStore(loaded, aws.toRead);
    const { storeText } = await import('../views/human/store.ts');
    show(invocation, 'Store', {
      data: shown,
      text: isJson(invocation) ? '' : storeText(shown, invocation.io.outStyle),
    });
    return 0;
  },
  async verify(invocation: Invocation, { app, aws, loaded, cluster }: Source): Promise<0 | 1 | 3> {
    const verified = await app.verifyStore(loaded, app.storeWanted(cluster), aws.toRead);
    const { verifiedText } = await import('../views/human/store.ts');
    const text = isJson(invocation) ? '' : verifiedText(verified, invocation.io.outStyle);
    show(invocation, 'StoreVerification', { data: verified, text });
    if (verified.problems.some(app.isError)) return 1;
    return verified.problems.length === 0 ? 0 : 3;
  },
  async fill(invocation: Invocation, { app, aws, loaded }: Source): Promise<ExitCode> {
    const { io, options } = invocation;
    const planned = await app.planStoreFill(loaded, aws.toWrite, { update: options.update === true });
    await tell([...planned.diagnostics, ...planned.plan.notes], invocation);
    const { fillText } = await import('../views/human/owning.ts');
    const { plan } = planned;
    const text = fillText(plan, isJson(invocation) ? io.errStyle : io.outStyle, { verbose: options.verbose === true });
    if (isJson(invocation)) io.err(text);
    else io.out(text);
    const nothing = plan.steps.length === 0;
    if (nothing) await app.clearLock(plan.cluster, aws.toWrite);
    else await confirm(invocation, `Fill the store of cluster ${plan.cluster}?`);
    const events = nothing ? undefined : app.fillStore(loaded, planned, aws.toWrite);
    return finish(invocation, { plan, events, clock: aws.clock, again: 'quilla store fill' });
  },
  async recover(invocation: Invocation, { app, aws, loaded, cluster, key }: Source): Promise<0> {
    const { name } = cluster.metadata;
    app.mustBeKey(key!);
    await confirm(invocation, `This makes the earlier version of ${key} in the store of ${name} the latest again.`);
    const recovered = await app.recoverKey(loaded, key!, aws.toOperate);
    show(invocation, 'StoreRecovery', {
      data: recovered,
      text: `Recovered ${recovered.key} in ${recovered.bucket}. Next: quilla store verify -f ${textOf(invocation, 'file')}`,
    });
    return 0;
  },
} as const;
