import type { Call, Touched } from '../../call.ts';

/** What SendCommand touches: its document and each instance, by its tags. Parameters are named elsewhere. */
export function touched(
  operation: string,
  input: Readonly<Record<string, unknown>>,
  call: Call,
): readonly Touched[] | undefined {
  if (operation !== 'SendCommand') return undefined;
  const { partition } = call.world;
  const ids = ((input.InstanceIds ?? []) as readonly unknown[]).map(String);
  const name = String(input.DocumentName).replace(/^.*document\//, '');
  return [
    { resource: `arn:${partition}:ssm:${call.region}::document/${name}` },
    ...ids.map((id) => ({
      resource: `arn:${partition}:ec2:${call.region}:${call.account}:instance/${id}`,
      tags: call.state.ec2.tags[id] ?? {},
    })),
  ];
}
