import { type Command, fileOption, isJson, yesOption } from '../command.ts';
import { confirm } from '../confirm.ts';
import { finish } from '../finish.ts';
import { tell } from '../outcome.ts';
import { readSpec } from '../spec-file.ts';

export const adopt: Command = {
  name: 'adopt',
  summary: 'take over a cluster that Terraform or CloudFormation made from an export: tags only',
  details:
    "Looks whether all that the spec was exported as stands there, shows what gets tags and what the next plan would change, and asks, unless --yes. Terraform and CloudFormation may keep what they made: their next plan stays empty. Fails, and tags nothing, where a part is missing, stands there twice, or is another cluster's.",
  options: [fileOption, yesOption],
  examples: ['quilla adopt -f cluster.yaml', 'quilla adopt -f cluster.yaml --yes -o json'],
  callsAws: true,
  printsResult: true,
  async run(invocation) {
    const { io, options } = invocation;
    const [loaded, app, { openAws }] = await Promise.all([
      readSpec(invocation),
      import('../../app/index.ts'),
      import('../aws.ts'),
    ]);
    const { name } = loaded.cluster.metadata;
    const aws = await openAws(invocation, loaded.cluster.spec.region);
    try {
      const planned = await app.planAdopt(loaded, aws.toOwn);
      await tell(planned.diagnostics, invocation);
      const { adoptText } = await import('../views/human/owning.ts');
      const text = adoptText(planned, isJson(invocation) ? io.errStyle : io.outStyle, {
        verbose: options.verbose === true,
      });
      if (isJson(invocation)) io.err(text);
      else io.out(text);
      const { plan } = planned;
      const nothing = plan.steps.length === 0;
      if (nothing) await app.clearLock(name, aws.toWrite);
      else await confirm(invocation, `Adopt cluster ${name}?`);
      const events = nothing ? undefined : app.adopt(loaded, planned, aws.toOwn);
      return await finish(invocation, { plan, events, clock: aws.clock, again: 'quilla adopt' });
    } finally {
      await aws.close();
    }
  },
};
