import type {
  Action,
  CreateListenerInput,
  CreateListenerOutput,
  DeleteListenerInput,
  DescribeListenersInput,
  DescribeListenersOutput,
  Listener,
  ModifyListenerInput,
  ModifyListenerOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Call, Handler } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { invalidRequest, listenerOf, loadBalancerOf, validationError } from './errors.ts';
import { tlsOf, tlsView } from './listener-tls.ts';
import { sameTags } from './same.ts';
import type { ListenerRecord, LoadBalancerRecord } from './state.ts';
import { newTags } from './tags.ts';
import { balancersOf } from './target-groups.ts';

const view = (record: ListenerRecord): Listener => ({
  ListenerArn: record.arn,
  LoadBalancerArn: record.loadBalancerArn,
  Port: record.port,
  Protocol: record.protocol as NonNullable<Listener['Protocol']>,
  DefaultActions: [
    {
      Type: 'forward',
      TargetGroupArn: record.targetGroupArn,
      ForwardConfig: { TargetGroups: [{ TargetGroupArn: record.targetGroupArn }] },
    },
  ],
  ...tlsView(record.tls),
});

/** The one target group to which an action forwards; what only application load balancers can do is not known here. */
function forwardedTo(actions: readonly Action[]): string {
  const [action, ...more] = actions;
  const groups = action?.ForwardConfig?.TargetGroups ?? [];
  const arn = action?.TargetGroupArn ?? groups[0]?.TargetGroupArn;
  if (action === undefined || arn === undefined) throw validationError('A listener must have a default action');
  if (more.length > 0 || action.Type !== 'forward' || groups.length > 1)
    throw new AwsError('NotImplemented', 'Listeners of the embedded AWS forward to one target group.', 501);
  return arn;
}

/** Protocols of target groups by that of the listener: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html */
const groupProtocols: Readonly<Record<string, readonly string[]>> = {
  TCP: ['TCP', 'TCP_UDP'],
  TLS: ['TCP', 'TLS'],
  UDP: ['UDP', 'TCP_UDP'],
  TCP_UDP: ['TCP_UDP'],
};

interface Forward {
  readonly balancer: LoadBalancerRecord;
  readonly protocol: string;
  readonly actions: readonly Action[];
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html: a target group serves one load balancer. */
function checkedGroup(call: Call, { balancer, protocol, actions }: Forward): string {
  const arn = forwardedTo(actions);
  const group = call.state.elbv2.targetGroups[arn];
  if (group === undefined) throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
  if (group.vpcId !== balancer.vpcId)
    throw invalidRequest(`Target group '${arn}' and load balancer '${balancer.arn}' must be in the same VPC`);
  const fits = (groupProtocols[protocol] ?? [protocol]).includes(group.protocol);
  if (!fits && balancer.type === 'network')
    throw new AwsError(
      'IncompatibleProtocols',
      `The protocol ${group.protocol} of target group '${arn}' does not fit the listener's ${protocol}`,
    );
  if (balancersOf(call, arn).some((own) => own !== balancer.arn)) {
    const why = `The following target groups cannot be associated with more than one load balancer: ${arn}`;
    throw new AwsError('TargetGroupAssociationLimit', why);
  }
  return arn;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html */
const networkProtocols = ['TCP', 'TLS', 'UDP', 'TCP_UDP'];
const webProtocols = ['HTTP', 'HTTPS'];

function checkProtocol(balancer: LoadBalancerRecord, protocol: string | undefined, port: number | undefined): string {
  if (protocol === undefined || port === undefined) throw validationError('A listener must have a protocol and a port');
  if (port < 1 || port > 65_535) throw validationError(`Port '${port}' must be between 1 and 65535`);
  const [known, others] =
    balancer.type === 'network' ? [networkProtocols, webProtocols] : [webProtocols, networkProtocols];
  if (others.includes(protocol))
    throw validationError(`Protocol ${protocol} is not supported for ${balancer.type} load balancers`);
  if (!known.includes(protocol))
    throw new AwsError('NotImplemented', `Listeners of the embedded AWS do not know ${protocol}.`, 501);
  return protocol;
}

const ofBalancer = (call: Call, arn: string): ListenerRecord[] =>
  Object.values(call.state.elbv2.listeners).filter((own) => own.loadBalancerArn === arn);

/** A network load balancer takes 50: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html */
const mostListeners = 50;

export const createListener: Handler<Given<CreateListenerInput>, CreateListenerOutput> = (input, call) => {
  const balancer = loadBalancerOf(call, input.LoadBalancerArn);
  const protocol = checkProtocol(balancer, input.Protocol, input.Port);
  const targetGroupArn = checkedGroup(call, { balancer, protocol, actions: input.DefaultActions });
  const tls = tlsOf(input, { protocol, region: call.region });
  const tags = newTags(input.Tags);
  const others = ofBalancer(call, balancer.arn);
  const same = others.find((own) => own.port === input.Port);
  if (same !== undefined) {
    const isSame = same.protocol === protocol && same.targetGroupArn === targetGroupArn && sameTags(same.tags, tags);
    if (isSame && JSON.stringify(same.tls) === JSON.stringify(tls)) return { Listeners: [view(same)] };
    throw new AwsError(
      'DuplicateListener',
      `A listener already exists on this port for this load balancer '${balancer.arn}'`,
    );
  }
  if (others.length >= mostListeners)
    throw new AwsError(
      'TooManyListeners',
      `The maximum number of listeners of load balancer '${balancer.arn}' has been reached`,
    );
  const record: ListenerRecord = {
    arn: `${balancer.arn.replace(':loadbalancer/', ':listener/')}/${call.newToken(16)}`,
    loadBalancerArn: balancer.arn,
    protocol,
    port: input.Port!,
    targetGroupArn,
    ...(tls !== undefined && { tls }),
    tags,
  };
  call.state.elbv2.listeners[record.arn] = record;
  return { Listeners: [view(record)] };
};

export const describeListeners: Handler<DescribeListenersInput, DescribeListenersOutput> = (input, call) => {
  const { LoadBalancerArn: balancer, ListenerArns: arns = [] } = input;
  if (balancer === undefined && arns.length === 0)
    throw validationError('You must specify either listener ARNs or a load balancer ARN');
  const rows =
    balancer === undefined
      ? arns.map((arn) => listenerOf(call, arn))
      : ofBalancer(call, loadBalancerOf(call, balancer).arn);
  const page = pageOf(rows, {
    token: input.Marker,
    size: input.PageSize,
    usual: 400,
    invalidToken: () => validationError('The marker is not valid.'),
  });
  return { Listeners: page.items.map(view), NextMarker: page.next };
};

export const modifyListener: Handler<Given<ModifyListenerInput>, ModifyListenerOutput> = (input, call) => {
  const record = listenerOf(call, input.ListenerArn);
  const balancer = loadBalancerOf(call, record.loadBalancerArn);
  const protocol = checkProtocol(balancer, input.Protocol ?? record.protocol, input.Port ?? record.port);
  const port = input.Port ?? record.port;
  if (ofBalancer(call, balancer.arn).some((own) => own !== record && own.port === port))
    throw new AwsError(
      'DuplicateListener',
      `A listener already exists on this port for this load balancer '${balancer.arn}'`,
    );
  const tls = tlsOf(input, { protocol, region: call.region, before: record.tls });
  if (input.DefaultActions !== undefined)
    record.targetGroupArn = checkedGroup(call, { balancer, protocol, actions: input.DefaultActions });
  Object.assign(record, { protocol, port });
  if (tls === undefined) delete record.tls;
  else record.tls = tls;
  return { Listeners: [view(record)] };
};

export const deleteListener: Handler<Given<DeleteListenerInput>, object> = (input, call) => {
  listenerOf(call, input.ListenerArn);
  delete call.state.elbv2.listeners[input.ListenerArn];
  return {};
};
