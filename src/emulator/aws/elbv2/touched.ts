import type { Call, Touched } from '../../call.ts';

type Input = Readonly<Record<string, unknown>>;

/** The tags of whatever has that ARN; none where it is gone. */
function tagsOf(call: Call, arn: string): Readonly<Record<string, string>> {
  const { loadBalancers, targetGroups, listeners } = call.state.elbv2;
  return (loadBalancers[arn] ?? targetGroups[arn] ?? listeners[arn])?.tags ?? {};
}

/** What a creation makes: its ARN up to the id, which nobody knows before. */
function created(operation: string, input: Input, call: Call): string | undefined {
  const prefix = `arn:${call.world.partition}:elasticloadbalancing:${call.region}:${call.account}`;
  const type = input.Type === 'network' ? 'net' : 'app';
  if (operation === 'CreateLoadBalancer') return `${prefix}:loadbalancer/${type}/${String(input.Name)}/*`;
  if (operation === 'CreateTargetGroup') return `${prefix}:targetgroup/${String(input.Name)}/*`;
  return undefined;
}

/** The load balancers, target groups and listeners that a request names, with their tags. */
export function touched(operation: string, input: Input, call: Call): readonly Touched[] | undefined {
  if (operation.startsWith('Describe')) return undefined;
  const made = created(operation, input, call);
  if (made !== undefined) return [{ resource: made }];
  const arns = operation.endsWith('Tags') ? ((input.ResourceArns ?? []) as readonly unknown[]) : [];
  const named = [...arns, input.ListenerArn ?? input.LoadBalancerArn ?? input.TargetGroupArn];
  const known = named.filter((arn) => typeof arn === 'string');
  return known.length === 0 ? undefined : known.map((resource) => ({ resource, tags: tagsOf(call, resource) }));
}
