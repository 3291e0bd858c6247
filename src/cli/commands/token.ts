import { type Command, textOf } from '../command.ts';

export const token: Command = {
  name: 'token',
  summary: 'print a credential for kubectl (ExecCredential)',
  details:
    'What the kubeconfig that `quilla kubeconfig` writes calls. A presigned STS request, valid for 15 minutes; the AWS CLI is not needed.',
  options: [{ flags: '--cluster <name>', summary: 'name of the cluster', required: true }],
  examples: ['quilla token --cluster demo --region us-east-1'],
  callsAws: true,
  printsResult: false,
  async run(invocation) {
    const [{ credentialsFor, regionFor }, { eksToken, execCredential }] = await Promise.all([
      import('../aws.ts'),
      import('../../adapters/aws/token.ts'),
    ]);
    const region = await regionFor(invocation);
    const { credentials } = await credentialsFor(invocation, region);
    const cluster = textOf(invocation, 'cluster')!;
    const made = await eksToken({
      credentials,
      region,
      cluster,
      now: Date.now(),
    });
    invocation.io.out(JSON.stringify(execCredential(made)));
    return 0;
  },
};
