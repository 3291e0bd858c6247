import { type Command, fileOption } from '../command.ts';
import { readSpec } from '../spec-file.ts';

export const policy: Command = {
  name: 'policy',
  summary: 'print the least IAM policy that a verb needs for this spec',
  details:
    'From the calls that the adapters declare, narrowed to this account, region and cluster and to our tags where IAM allows it.',
  arguments: [{ name: 'verb', summary: 'for which verb', required: true, choices: ['plan', 'apply', 'destroy'] }],
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
      const document = await policyFor(invocation.args[0] as 'plan' | 'apply' | 'destroy', loaded, {
        aws: aws.toRead,
        permissions: aws.permissions,
        further: aws.verbPermissions,
      });
      invocation.io.out(JSON.stringify(document, null, 2));
      return 0;
    } finally {
      await aws.close();
    }
  },
};
