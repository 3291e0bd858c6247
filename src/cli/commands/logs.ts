import { Failure, reporter } from '../../base/diagnostic.ts';
import { type Duration, parseDuration } from '../../base/duration.ts';
import { cliCodes } from '../codes.ts';
import { type Command, fileOption, type Invocation, textOf } from '../command.ts';
import { show } from '../outcome.ts';
import { readSpec } from '../spec-file.ts';

/** As the app knows them; here too, so that help and completion need not load it. */
const units = [
  'boot',
  'kubelet',
  'containerd',
  'authenticator',
  'snapshot',
  'state',
  'renew',
  'etcd',
  'apiserver',
  'controller-manager',
  'scheduler',
] as const satisfies readonly import('../../app/index.ts').LogSource[];

function sinceOf(invocation: Invocation): Duration | undefined {
  const text = textOf(invocation, 'since');
  const since = text === undefined ? undefined : parseDuration(text);
  if (text !== undefined && since === undefined)
    throw new Failure(
      reporter(cliCodes)('cli.bad-option', { detail: `--since ${text}: a duration like 30m or 2h is wanted` }),
    );
  return since;
}

export const logs: Command = {
  name: 'logs',
  summary: 'print what a seat of a self-managed control plane says',
  details:
    'Through Systems Manager: no port is open and no key is needed. The last 500 lines, or what was said since a while ago; at most 23,000 characters.',
  arguments: [{ name: 'seat', summary: 'name of the seat, as `quilla status` shows it: a', required: true }],
  options: [
    fileOption,
    { flags: '--unit <unit>', summary: 'whose log', choices: [...units], default: 'boot' },
    { flags: '--since <duration>', summary: 'from so long ago on: 30m, 2h' },
  ],
  examples: ['quilla logs a -f cluster.yaml', 'quilla logs a -f cluster.yaml --unit etcd --since 30m'],
  callsAws: true,
  printsResult: true,
  async run(invocation) {
    const since = sinceOf(invocation);
    const [loaded, app, { openAws }] = await Promise.all([
      readSpec(invocation, { anyVersion: true }),
      import('../../app/index.ts'),
      import('../aws.ts'),
    ]);
    app.mustBeSelfManaged(loaded.cluster, 'logs');
    const aws = await openAws(invocation, loaded.cluster.spec.region);
    try {
      const seat = invocation.args[0]!;
      const source = textOf(invocation, 'unit') as (typeof units)[number];
      const cluster = loaded.cluster.metadata.name;
      const { instanceId, text } = await app.seatLogs({ cluster: loaded, seat, source, since }, aws.toOperate);
      show(invocation, 'SeatLog', { data: { cluster, seat, instanceId, unit: source, text }, text: text.trimEnd() });
      return 0;
    } finally {
      await aws.close();
    }
  },
};
