import {
  CreatePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListPoliciesCommand,
  SetDefaultPolicyVersionCommand,
} from '@aws-sdk/client-iam';
import type { Trial } from './trial.ts';

interface Statement {
  readonly Action: string | readonly string[];
}

/** A policy of the cluster's own, by the beginning of its name. */
async function policyNamed({ ports }: Trial, name: string): Promise<string> {
  const { Policies = [] } = await ports.connection.clients.iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
  const arn = Policies.find(({ PolicyName }) => PolicyName?.startsWith(name))?.Arn;
  if (arn === undefined) throw new Error(`there is no policy ${name}…`);
  return arn;
}

/** Makes a version of a policy without some actions the one in use. Returns what makes the former one it again. */
export async function withoutActions(
  trial: Trial,
  name: string,
  actions: readonly string[],
): Promise<() => Promise<void>> {
  const { iam } = trial.ports.connection.clients;
  const PolicyArn = await policyNamed(trial, name);
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  const VersionId = Policy?.DefaultVersionId;
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  const document = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? '')) as { Statement: Statement[] };
  const kept = document.Statement.flatMap((statement) => {
    const Action = [statement.Action].flat().filter((action) => !actions.includes(action));
    return Action.length === 0 ? [] : [{ ...statement, Action }];
  });
  const PolicyDocument = JSON.stringify({ ...document, Statement: kept });
  if (PolicyDocument.length === JSON.stringify(document).length)
    throw new Error(`the policy ${name} allows none of ${actions.join(', ')}`);
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
  return async () => void (await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId })));
}
