import { Failure, reporter } from '../../base/diagnostic.ts';
import { parseDuration } from '../../base/duration.ts';
import { cliCodes } from '../codes.ts';
import { type Command, fileOption, isJson, textOf } from '../command.ts';
import { show } from '../outcome.ts';
import { readSpec } from '../spec-file.ts';

export const status: Command = {
  name: 'status',
  summary: 'show control plane, nodes and system pods; what is not ready and why',
  details:
    'Exits with 0 where all is ready and 1 where not. With --wait it looks again until all is ready or the time is over.',
  options: [fileOption, { flags: '--wait <duration>', summary: 'wait until all is ready: 90s, 20m' }],
  examples: ['quilla status -f cluster.yaml', 'quilla status -f cluster.yaml --wait 20m'],
  callsAws: true,
  printsResult: true,
  async run(invocation) {
    const { io } = invocation;
    const text = textOf(invocation, 'wait');
    const wait = text === undefined ? undefined : parseDuration(text);
    if (text !== undefined && wait === undefined) {
      throw new Failure(
        reporter(cliCodes)('cli.bad-option', { detail: `--wait ${text}: a duration like 90s or 20m is wanted` }),
      );
    }
    const [loaded, app, { openAws }] = await Promise.all([
      readSpec(invocation, { anyVersion: true }),
      import('../../app/index.ts'),
      import('../aws.ts'),
    ]);
    const aws = await openAws(invocation, loaded.cluster.spec.region);
    try {
      const look = () => app.clusterStatus(loaded, aws.toStatus);
      const seen =
        wait === undefined
          ? await look()
          : await app.waitUntilReady(look, {
              wait,
              clock: aws.clock,
              signal: io.signal,
              onLook: (what) => io.err(io.errStyle.dim(what)),
            });
      const { statusText } = await import('../views/human/status.ts');
      show(invocation, 'Status', { data: seen, text: isJson(invocation) ? '' : statusText(seen, io.outStyle) });
      return seen.ready ? 0 : 1;
    } finally {
      await aws.close();
    }
  },
};
