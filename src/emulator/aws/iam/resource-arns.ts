import type { Call } from '../../call.ts';

type Input = Readonly<Record<string, unknown>>;

const own = (service: string, { region, account }: Call, rest: string): string =>
  `arn:aws:${service}:${region}:${account}:${rest}`;

/** ARN patterns of the services whose requests name their resource; EC2's ids say their kind themselves. */
const namers: Readonly<Record<string, (operation: string, input: Input, call: Call) => string | undefined>> = {
  eks: eksArn,
  s3: (_, { Bucket, Key }) =>
    Bucket === undefined ? undefined : `arn:aws:s3:::${Bucket}${Key === undefined ? '' : `/${Key}`}`,
  logs: (_, { logGroupName }, call) =>
    logGroupName === undefined ? undefined : own('logs', call, `log-group:${logGroupName}`),
  ssm: (_, { Name }, call) =>
    Name === undefined ? undefined : own('ssm', call, `parameter/${String(Name).replace(/^\//, '')}`),
  autoscaling: (_, { AutoScalingGroupName: name }, call) =>
    name === undefined ? undefined : own('autoscaling', call, `autoScalingGroup:*:autoScalingGroupName/${name}`),
};

function eksArn(operation: string, input: Input, call: Call): string | undefined {
  const cluster =
    input.clusterName ?? (/Cluster$|ClusterConfig$|ClusterVersion$/.test(operation) ? input.name : undefined);
  if (cluster === undefined) return typeof input.resourceArn === 'string' ? input.resourceArn : undefined;
  // Children have ids of their own in their ARNs, which callers cannot know before: policies end them in `*`.
  if (input.nodegroupName !== undefined) return own('eks', call, `nodegroup/${cluster}/${input.nodegroupName}/*`);
  if (input.addonName !== undefined) return own('eks', call, `addon/${cluster}/${input.addonName}/*`);
  if (input.fargateProfileName !== undefined)
    return own('eks', call, `fargateprofile/${cluster}/${input.fargateProfileName}/*`);
  return own('eks', call, `cluster/${cluster}`);
}

/** The ARN of what a call touches, where its input says so. */
export const resourceArn = (service: string, input: Input, call: Call): string | undefined =>
  namers[service]?.(call.operation, input, call);
