import type { PolicyVerb } from '../../app/index.ts';
import { type Command, fileOption } from '../command.ts';
import { readSpec } from '../spec-file.ts';

/** As the app knows them; here too, so that help and completion need not load it. */
const verbs = [
  'plan',
  'apply',
  'destroy',
  'adopt',
  'disown',
  'status',
  'store',
  'fill',
  'recover',
  'logs',
  'kubeconfig',
] as const satisfies readonly PolicyVerb[];

export const policy: Command = {
  name: 'policy',
  summary: 'print the least IAM policy that a verb needs for this spec',
  details:
    'From the calls that the adapters declare, narrowed to this account, region and cluster and to our tags where IAM allows it. `store` (its show and verify), `fill` and `recover` (of the store), `logs` and `kubeconfig` (its --admin) are for self-managed control planes. One JSON document, or an array of documents to attach together where one would be larger than IAM allows.',
  arguments: [{ name: 'verb', summary: 'for which verb', required: true, choices: [...verbs] }],
  options: [fileOption],
  examples: ['quilla policy apply -f cluster.yaml > policy.json'],
  callsAws: true,
  printsResult: false,
  async run(invocation) {
    const [loaded, { openAws }, { policyFor }] = await Promise.all([
      readSpec(invocation),
      import('../aws.ts'),
      import('../../app/policy-for.ts'),
    ]);
    const aws = await openAws(invocation, loaded.cluster.spec.region);
    try {
      const documents = await policyFor(invocation.args[0] as PolicyVerb, loaded, {
        aws: aws.toRead,
        permissions: aws.permissions,
        further: aws.verbPermissions,
      });
      if (documents.length > 1)
        invocation.io.err(
          `IAM allows 6,144 characters in a policy, so these are ${documents.length} policies in a JSON array. Attach them all: a user or a role may have ten.`,
        );
      invocation.io.out(JSON.stringify(documents.length === 1 ? documents[0] : documents, null, 2));
      return 0;
    } finally {
      await aws.close();
    }
  },
};
