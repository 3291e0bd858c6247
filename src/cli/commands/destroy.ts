import { type Command, fileOption, isJson, yesOption } from '../command.ts';
import { confirm } from '../confirm.ts';
import { readSpec } from '../spec-file.ts';

export const destroy: Command = {
  name: 'destroy',
  summary: 'remove everything of the cluster, and what its controllers made',
  details:
    "Removes only what carries the cluster's tags; refuses where the cluster was exported and not adopted. Shows what goes and asks for the cluster's name, unless --yes. Ends by looking again and says what is left: nothing, or by name.",
  options: [
    fileOption,
    yesOption,
    {
      flags: '--keep-volumes',
      summary: "leave the EBS volumes of the cluster's claims alone and name them at the end",
    },
  ],
  examples: ['quilla destroy -f cluster.yaml', 'quilla destroy -f cluster.yaml --yes'],
  callsAws: true,
  printsResult: true,
  async run(invocation) {
    const { io, options } = invocation;
    const [loaded, app, { openAws }] = await Promise.all([
      readSpec(invocation, { anyVersion: true }),
      import('../../app/index.ts'),
      import('../aws.ts'),
    ]);
    const { name } = loaded.cluster.metadata;
    const aws = await openAws(invocation, loaded.cluster.spec.region);
    try {
      const keepVolumes = options.keepVolumes === true;
      const graph = await app.graphIfAny(loaded, aws.toRead);
      const { plan, leftovers, snapshot } = await app.planDestroy(name, graph, aws.toWrite);
      const losses = await app.lostForGood(snapshot, aws.toRead);
      const { planText } = await import('../views/human/plan.ts');
      const { leftoversText } = await import('../views/human/leftovers.ts');
      const style = isJson(invocation) ? io.errStyle : io.outStyle;
      const text = [
        planText({ ...plan, notes: [...plan.notes, ...losses] }, style, { verbose: options.verbose === true }),
        leftoversText(leftovers, style, { keepVolumes }),
      ]
        .filter(Boolean)
        .join('\n\n');
      if (isJson(invocation)) io.err(text);
      else io.out(text);
      const nothing = plan.steps.length === 0 && leftovers.every(({ belongsToCluster }) => !belongsToCluster);
      const what = keepVolumes ? 'with all its data but the volumes named above' : 'with all its data';
      if (nothing) await app.clearLock(name, aws.toWrite);
      else await confirm(invocation, `This removes cluster ${name} ${what}.`, name);
      const { finishDestroy } = await import('../finish-destroy.ts');
      return await finishDestroy(invocation, {
        plan,
        clock: aws.clock,
        events: nothing ? undefined : app.destroy({ plan, graph, keepVolumes }, aws.toWrite),
      });
    } finally {
      await aws.close();
    }
  },
};
