import { type Cidr, cidr, containsCidr, overlaps } from '../../base/cidr.ts';
import type { Finding } from '../problem.ts';
import type { Check } from './check.ts';

interface Range {
  readonly range: Cidr;
  readonly path: string;
  readonly what: string;
}

/** The ranges of the new VPC in the order in which they are written. */
function rangesOf({ input, cluster }: Parameters<Check>[0]): Range[] {
  const { vpc, podSubnets } = cluster.spec.network;
  if (vpc.type === 'given') return [];
  const pods =
    podSubnets?.type === 'new'
      ? [{ range: cidr(podSubnets.cidr), path: 'spec.network.podSubnets.cidr', what: 'the range of pod subnets' }]
      : [];
  const first = input.spec.network?.cidr === undefined ? 'the range of the VPC (by default)' : 'the range of the VPC';
  return [
    { range: cidr(vpc.cidr), path: 'spec.network.cidr', what: first },
    ...vpc.furtherCidrs.map((text, i) => ({
      range: cidr(text),
      path: `spec.network.furtherCidrs[${i}]`,
      what: `further range ${i + 1}`,
    })),
    ...pods,
  ];
}

const servicesOf = ({ input, cluster }: Parameters<Check>[0]): Range[] => {
  const text = cluster.spec.network.serviceCidr;
  const what = `the range of services${input.spec.network?.serviceCidr === undefined ? ' (by default)' : ''}`;
  return text === undefined ? [] : [{ range: cidr(text), path: 'spec.network.serviceCidr', what }];
};

/** The range of pods, where the pod network has one of its own. */
const podsOf = ({ input, cluster }: Parameters<Check>[0]): Range[] => {
  const text = cluster.spec.network.podNetwork.cidr;
  const said = input.spec.network?.podNetwork;
  const isSaid = typeof said === 'object' && said.cidr !== undefined;
  const what = `the range of pods${isSaid ? '' : ' (by default)'}`;
  return text === undefined ? [] : [{ range: cidr(text), path: 'spec.network.podNetwork.cidr', what }];
};

/** Whether a range was written: what overlaps is reported at one that was. */
const isWritten = ({ what }: Range): boolean => !what.endsWith('(by default)');

export const overlapping: Check = (context) => {
  const ranges = [...rangesOf(context), ...servicesOf(context), ...podsOf(context)];
  return ranges.flatMap((second, i) =>
    ranges
      .slice(0, i)
      .filter((first) => overlaps(first.range, second.range))
      .map((first): Finding => {
        const [later, earlier] = isWritten(first) && !isWritten(second) ? [first, second] : [second, first];
        return {
          code: 'spec.overlapping-cidrs',
          path: later.path,
          detail: `${later.range.text} overlaps ${earlier.range.text}, ${earlier.what} (${earlier.path})`,
          fix: 'Choose a range that shares no address with it.',
        };
      }),
  );
};

/** The smallest subnet that AWS makes is a /28. */
const smallestSubnet = 28;

/** The longest prefix with which a range still divides into so many subnets. */
export const longestPrefix = (subnets: number): number => smallestSubnet - Math.ceil(Math.log2(Math.max(1, subnets)));

export const bigEnough: Check = (context) => {
  const { vpc } = context.cluster.spec.network;
  if (vpc.type === 'given') return [];
  const zones = vpc.zones.length;
  return rangesOf(context).flatMap(({ range, path }, i): Finding[] => {
    const subnets = i === 0 ? 2 * zones : zones;
    const longest = longestPrefix(subnets);
    if (range.prefix < 16)
      return [
        {
          code: 'spec.cidr-too-large',
          path,
          detail: `${range.text} is larger than a /16, the largest range that a VPC takes`,
        },
      ];
    if (range.prefix <= longest) return [];
    const each = i === 0 ? 'a private and a public subnet in each' : 'a subnet in each';
    return [
      {
        code: 'spec.cidr-too-small',
        path,
        detail: `${range.text} has ${range.last - range.first + 1n} addresses; ${zones} zones with ${each} need at least a /${longest}, as AWS makes no subnet smaller than a /28`,
        fix: `Use a /${longest} or larger; a /16 leaves room for pods.`,
      },
    ];
  });
};

const rfc1918 = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];
const notOfTheInternet = [...rfc1918, '100.64.0.0/10', '198.19.0.0/16'].map(cidr);

export const privateRanges: Check = (context) =>
  rangesOf(context)
    .filter(({ range }) => range.prefix >= 16 && !notOfTheInternet.some((outer) => containsCidr(outer, range)))
    .map(({ range, path }) => ({
      code: 'spec.cidr-not-private',
      path,
      detail: `${range.text} belongs to others on the internet`,
    }));

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html */
export const serviceRange: Check = (context) =>
  servicesOf(context).flatMap(({ range, path }): Finding[] => {
    if (range.prefix < 12)
      return [{ code: 'spec.cidr-too-large', path, detail: `${range.text}: EKS takes a /12 to a /24 for services` }];
    if (range.prefix > 24)
      return [
        {
          code: 'spec.cidr-too-small',
          path,
          detail: `${range.text}: EKS takes a /12 to a /24 for services`,
          fix: 'Use a /24 or larger.',
        },
      ];
    if (rfc1918.map(cidr).some((outer) => containsCidr(outer, range))) return [];
    return [
      { code: 'spec.bad-cidr', path, detail: `${range.text}: EKS takes ranges in ${rfc1918.join(', ')} for services` },
    ];
  });
