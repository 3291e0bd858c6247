import type {
  CreateLoadBalancerListenerInput,
  DeleteLoadBalancerListenerInput,
  Listener,
  SetLoadBalancerListenerSSLCertificateInput,
} from '@aws-sdk/client-elastic-load-balancing';
import type { Handler } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { balancerNamed, validationError } from './lookup.ts';
import type { ClassicListener } from './state.ts';

/** The other side of each protocol: what the load balancer speaks with instances where nothing is said, and what it may. */
const layers: Readonly<Record<string, { readonly usual: string; readonly possible: readonly string[] }>> = {
  HTTP: { usual: 'HTTP', possible: ['HTTP', 'HTTPS'] },
  HTTPS: { usual: 'HTTP', possible: ['HTTP', 'HTTPS'] },
  TCP: { usual: 'TCP', possible: ['TCP', 'SSL'] },
  SSL: { usual: 'TCP', possible: ['TCP', 'SSL'] },
};

const isEncrypted = (protocol: string): boolean => protocol === 'HTTPS' || protocol === 'SSL';

function checkPort(port: number, what: string): number {
  if (port < 1 || port > 65_535) throw validationError(`${what} '${port}' must be between 1 and 65535`);
  return port;
}

/** Certificates live in ACM, which is not part of this AWS: one of the right form is taken to be there. */
export function checkedCertificate(arn: string, region: string): string {
  if (!new RegExp(`^arn:aws:acm:${region}:\\d{12}:certificate/[\\w-]+$`).test(arn))
    throw new AwsError('CertificateNotFound', `Server Certificate not found for the key: ${arn}`);
  return arn;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-listener-config.html */
function readListener(given: Listener, region: string): ClassicListener {
  const protocol = (given.Protocol ?? '').toUpperCase();
  const layer = layers[protocol];
  if (layer === undefined) throw new AwsError('UnsupportedProtocol', `Unsupported protocol '${given.Protocol}'`);
  const instanceProtocol = (given.InstanceProtocol ?? layer.usual).toUpperCase();
  if (!layer.possible.includes(instanceProtocol))
    throw validationError(
      `Listener protocol ${protocol} and instance protocol ${instanceProtocol} must be at the same layer`,
    );
  // Terraform names an empty one for listeners that have none.
  const certificate = given.SSLCertificateId === '' ? undefined : given.SSLCertificateId;
  if (isEncrypted(protocol) !== (certificate !== undefined))
    throw validationError(
      isEncrypted(protocol)
        ? 'Secure Listeners need to specify a SSLCertificateId'
        : 'SSLCertificateId can be specified for HTTPS and SSL listeners only',
    );
  return {
    protocol,
    port: checkPort(given.LoadBalancerPort ?? 0, 'LoadBalancerPort'),
    instanceProtocol,
    instancePort: checkPort(given.InstancePort ?? 0, 'InstancePort'),
    ...(certificate !== undefined && { certificate: checkedCertificate(certificate, region) }),
  };
}

const same = (a: ClassicListener, b: ClassicListener): boolean =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());

/** Listeners of a request beside those that are there. Throws DuplicateListener where a port has another one. */
export function addedListeners(
  before: readonly ClassicListener[],
  given: readonly Listener[],
  of: { readonly name: string; readonly region: string },
): ClassicListener[] {
  const all = [...before];
  for (const listener of given.map((one) => readListener(one, of.region))) {
    const there = all.find((own) => own.port === listener.port);
    if (there === undefined) all.push(listener);
    else if (!same(there, listener))
      throw new AwsError(
        'DuplicateListener',
        `A listener already exists for ${of.name} with LoadBalancerPort ${listener.port}, but with a different InstancePort, Protocol, or SSLCertificateId`,
      );
  }
  return all;
}

export const createLoadBalancerListeners: Handler<Given<CreateLoadBalancerListenerInput>, object> = (input, call) => {
  const balancer = balancerNamed(call, input.LoadBalancerName);
  balancer.listeners = addedListeners(balancer.listeners, input.Listeners, {
    name: balancer.name,
    region: call.region,
  });
  return {};
};

export const deleteLoadBalancerListeners: Handler<Given<DeleteLoadBalancerListenerInput>, object> = (input, call) => {
  const balancer = balancerNamed(call, input.LoadBalancerName);
  balancer.listeners = balancer.listeners.filter(({ port }) => !input.LoadBalancerPorts.includes(port));
  return {};
};

export const setListenerCertificate: Handler<Given<SetLoadBalancerListenerSSLCertificateInput>, object> = (
  input,
  call,
) => {
  const balancer = balancerNamed(call, input.LoadBalancerName);
  const listener = balancer.listeners.find(({ port }) => port === input.LoadBalancerPort);
  if (listener === undefined)
    throw new AwsError('ListenerNotFound', `LoadBalancer does not have a listener on port ${input.LoadBalancerPort}`);
  if (!isEncrypted(listener.protocol))
    throw validationError(`The listener on port ${listener.port} has no certificate: it speaks ${listener.protocol}`);
  listener.certificate = checkedCertificate(input.SSLCertificateId, call.region);
  return {};
};
