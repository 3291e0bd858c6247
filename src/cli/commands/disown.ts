import { type Command, fileOption, isJson, yesOption } from '../command.ts';
import { confirm } from '../confirm.ts';
import { finish } from '../finish.ts';
import { readSpec } from '../spec-file.ts';

export const disown: Command = {
  name: 'disown',
  summary: 'let go of a cluster: the tags of Quilla go, the cluster stays',
  details:
    "Removes every tag quilla.dev/* from what is the cluster's, the lock, and of the store of a self-managed cluster what only Quilla reads. Nothing else changes. Shows what goes and what stays, and asks for the cluster's name, unless --yes. No command of Quilla brings the tags back, and a cluster that nothing else holds can then only be made anew under another name. Where Terraform holds what was exported, its next apply sets quilla.dev/exported and quilla.dev/id again, and `quilla adopt` could take the cluster over.",
  options: [fileOption, yesOption],
  examples: ['quilla disown -f cluster.yaml', 'quilla disown -f cluster.yaml --yes'],
  callsAws: true,
  printsResult: true,
  async run(invocation) {
    const { io } = invocation;
    const [loaded, app, { openAws }] = await Promise.all([
      readSpec(invocation, { anyVersion: true }),
      import('../../app/index.ts'),
      import('../aws.ts'),
    ]);
    const { name } = loaded.cluster.metadata;
    const aws = await openAws(invocation, loaded.cluster.spec.region);
    try {
      const planned = await app.planDisown(name, aws.toOwn);
      const { disownText } = await import('../views/human/owning.ts');
      const text = disownText(planned, isJson(invocation) ? io.errStyle : io.outStyle);
      if (isJson(invocation)) io.err(text);
      else io.out(text);
      const { plan } = planned;
      const nothing = plan.steps.length === 0;
      if (nothing) await app.clearLock(name, aws.toWrite);
      else await confirm(invocation, `Quilla lets go of cluster ${name} for good.`, name);
      const events = nothing ? undefined : app.disown(planned, aws.toOwn);
      return await finish(invocation, { plan, events, clock: aws.clock, again: 'quilla disown' });
    } finally {
      await aws.close();
    }
  },
};
