import type { PodNetwork } from '../../../spec/cluster.ts';

/** What a rule opens. */
export interface Ports {
  readonly what: string;
  readonly protocol: string;
  /** Null: all. */
  readonly ports: { readonly from: number; readonly to: number } | null;
  readonly description: string;
}

const one = (what: string, protocol: 'tcp' | 'udp', port: number, description: string): Ports => ({
  what,
  protocol,
  ports: { from: port, to: port },
  description,
});

/** Every packet of a pod may arrive: nothing wraps it. */
const pods: Ports = { what: 'pods', protocol: '-1', ports: null, description: 'Pods' };
const dns = [
  one('dns', 'udp', 53, 'CoreDNS, where it runs on a seat'),
  one('dns', 'tcp', 53, 'CoreDNS, where it runs on a seat'),
];
const typha = one('typha', 'tcp', 5473, 'Calico: Typha');
const calicoVxlan = one('vxlan', 'udp', 4789, 'Calico: VXLAN');

/** What machines open to one another for the pod network. */
export interface PodNetworkPorts {
  /** Of workers, to seats and to workers. */
  readonly workers: readonly Ports[];
  readonly seatsToSeats: readonly Ports[];
  /** Of seats, to workers: never all TCP ports, since etcd listens there. */
  readonly seatsToWorkers: readonly Ports[];
}

const alike = (...ports: readonly Ports[]): PodNetworkPorts => ({
  workers: ports,
  seatsToSeats: ports,
  seatsToWorkers: ports,
});

function calicoPorts(encapsulation: PodNetwork['encapsulation']): PodNetworkPorts {
  if (encapsulation === 'vxlan') return alike(calicoVxlan, typha);
  // Within a subnet packets of pods arrive as they are.
  const open = { workers: [pods], seatsToSeats: [pods] };
  return { ...open, seatsToWorkers: [calicoVxlan, typha, ...dns] };
}

/** Whether packets with addresses of pods leave instances as they are: then EC2's source and destination check must be off. */
export const needsSourceCheckOff = ({ type, encapsulation }: PodNetwork): boolean =>
  type !== 'vpc-cni' && encapsulation !== 'vxlan';

/**
 * The ports of each pod network: https://docs.cilium.io/en/stable/operations/system_requirements/#firewall-rules,
 * https://docs.tigera.io/calico/latest/getting-started/kubernetes/requirements, https://github.com/flannel-io/flannel/blob/master/Documentation/backends.md
 */
export function podNetworkPorts({ type, encapsulation }: PodNetwork): PodNetworkPorts {
  switch (type) {
    case 'cilium':
      return alike(
        one('vxlan', 'udp', 8472, 'Cilium: VXLAN'),
        one('health', 'tcp', 4240, 'Cilium: health checks between nodes'),
      );
    case 'calico':
      return calicoPorts(encapsulation);
    case 'flannel':
      return alike(one('vxlan', 'udp', 8472, 'Flannel: VXLAN'));
    case 'vpc-cni':
      return { workers: [pods], seatsToSeats: [pods], seatsToWorkers: dns };
    case 'none': {
      const overlay: Ports = {
        what: 'overlay',
        protocol: 'udp',
        ports: null,
        description: 'An overlay of whichever port',
      };
      return { workers: [pods], seatsToSeats: [pods], seatsToWorkers: [overlay, dns[1]!] };
    }
    default:
      return type satisfies never;
  }
}
