import { addressAt, cidr } from '../../base/cidr.ts';
import { sha256Hex } from '../../base/hash.ts';

/** Where AWS's endpoints, the mirror and S3 answer: https://www.rfc-editor.org/rfc/rfc2544 keeps 198.18.0.0/15 for tests. */
export const servicePlaces = { aws: '198.18.0.1', mirror: '198.18.0.2', s3: '198.18.0.3' } as const;

/** https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html */
export const linkLocal = { metadata: '169.254.169.254', resolver: '169.254.169.253' } as const;

/** Next hops of a router on its way to the internet: routes are told apart by them, and no packet ever carries them. */
export const hops = { internetGateway: '198.19.255.254', gatewayEndpoint: '198.19.255.253' } as const;

const number = (text: string): number => Number.parseInt(sha256Hex(text).slice(0, 8), 16);

/** As which address each of these ids is seen in the internet namespace: one in 198.19.0.0/17 that no other has. */
export function linkAddresses(ids: readonly string[]): ReadonlyMap<string, string> {
  const size = 2 ** 15;
  const taken = new Map<number, string>();
  for (const id of [...ids].sort()) {
    let at = number(id) % size;
    while (taken.has(at)) at = (at + 1) % size;
    taken.set(at, id);
  }
  return new Map([...taken].map(([at, id]) => [id, addressAt(cidr('198.19.0.0/17'), at)]));
}

/**
 * The public address of a load balancer's node, which the embedded AWS does not record: out of 18.192.0.0/12, where no address of its
 * pool lies.
 */
export const publicAddressOfNode = (interfaceId: string): string =>
  addressAt(cidr('18.192.0.0/12'), number(interfaceId) % 2 ** 20);

/** A locally administered MAC address that follows from a text. */
export const macOf = (text: string): string => ['06', ...sha256Hex(text).slice(0, 10).match(/../g)!].join(':');

/** Number of a route table in the kernel; the first thousand are left to others. */
export const tableNumber = (routeTableId: string): number => 1000 + (number(routeTableId) % 2 ** 24);
