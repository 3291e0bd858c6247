import { cidr, containsAddress } from '../base/cidr.ts';
import { type CodeTable, type Diagnostic, reporter } from '../base/diagnostic.ts';
import { formatDuration, milliseconds, minutes } from '../base/duration.ts';
import type { Settled } from '../model/types.ts';

export const readinessCodes = {
  'node.instance-not-running': {
    severity: 'error',
    summary: 'An instance does not run',
    explanation:
      'EC2 has an instance of this group that does not run. Its state reason says why: no capacity, a volume key that the service may not use, a failed status check, a spot interruption.',
  },
  'node.still-booting': {
    severity: 'note',
    summary: 'An instance is still booting',
    explanation: 'An instance needs about a minute or two from its launch until its node is there.',
  },
  'node.no-route': {
    severity: 'error',
    summary: 'A node has no way to AWS',
    explanation:
      'The route table of its subnet leads neither to an internet gateway, a NAT gateway nor elsewhere, and the VPC endpoints that a node needs without the internet are not all there (ec2, ecr.api, ecr.dkr, s3, sts, and the private API endpoint).',
  },
  'node.no-public-address': {
    severity: 'error',
    summary: 'A node in a public subnet has no public address',
    explanation:
      'Its subnet leads to an internet gateway, which serves only instances with a public address. Let the subnet or the launch template give one, or use private subnets with NAT.',
  },
  'node.api-closed': {
    severity: 'error',
    summary: 'A node may not reach the API',
    explanation:
      'The private endpoint is off and the public access list does not hold the address from which this node leaves. Switch the private endpoint on, or put the NAT addresses on the list.',
  },
  'node.security-group': {
    severity: 'error',
    summary: 'Security groups keep a node from the control plane',
    explanation:
      'Nodes and control plane talk through the cluster security group: nodes to port 443, the control plane to port 10250. The instance must carry that group, or a group with rules for both.',
  },
  'node.role-unmapped': {
    severity: 'error',
    summary: 'The role of a node has no access entry',
    explanation:
      'The API server lets a node in by the role of its instance: an access entry of type EC2_LINUX for that role must exist. The kubelet says Unauthorized until then.',
  },
  'node.no-role': {
    severity: 'error',
    summary: 'An instance has no role',
    explanation:
      'Without an instance profile an instance can neither ask AWS for its own data nor show the API server who it is.',
  },
  'node.user-data': {
    severity: 'error',
    summary: 'The user data of a node is for another cluster',
    explanation:
      "The launch template holds the API endpoint and the certificate authority of the cluster. Those in use are not the cluster's: the kubelet says that a certificate is signed by an unknown authority, or finds nobody. Apply again and replace the instance.",
  },
  'node.console': {
    severity: 'error',
    summary: 'A node says why it did not join',
    explanation:
      'The console output of the instance holds what nodeadm and the kubelet say while they start; the last telling lines are shown.',
  },
  'node.unknown': {
    severity: 'error',
    summary: 'An instance is no node and nothing shows why',
    explanation:
      'Routes, security groups, role and access entry are as they should be, and the console output says nothing. Look at the instance itself through Systems Manager or its serial console.',
  },
  'node.not-ready': {
    severity: 'error',
    summary: 'A node is not ready',
    explanation:
      'The kubelet reached the API and says that it cannot run pods yet. Its reason names the part: most often the pod network (the vpc-cni add-on) or pressure on disk or memory.',
  },
  'pod.not-ready': {
    severity: 'error',
    summary: 'A system pod is not ready',
    explanation: 'A pod in kube-system does not run. Its reason says whether it waits for a node, an image or itself.',
  },
  'cluster.not-ready': {
    severity: 'error',
    summary: 'The control plane is not ready',
    explanation:
      'EKS reports another state than ACTIVE. While it is CREATING or UPDATING there is nothing to do but wait; FAILED does not mend itself.',
  },
  'api.unreachable': {
    severity: 'warning',
    summary: 'The API cannot be reached from here',
    explanation:
      "Nodes and pods are seen through the Kubernetes API. It is private, or this machine's address is not on the access list, or the caller has no access entry. What AWS shows is reported all the same.",
  },
} as const satisfies CodeTable;

const report = reporter(readinessCodes);

/** How a subnet leaves: the kind of its default route, and the addresses from which its NAT leaves. */
export interface WayOutSeen {
  readonly type: 'internet-gateway' | 'nat-gateway' | 'other' | 'none';
  readonly publicAddresses: readonly string[];
}

/** One rule of a security group; `-1` is every protocol, absent ports every port. */
export interface RuleSeen {
  readonly protocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly peers: readonly string[];
}

/** An instance that should be a node and is none, with all that AWS shows about it. */
export interface StrandedInstance {
  readonly instanceId: string;
  readonly group: string;
  readonly state: string;
  readonly stateReason?: string;
  /** Since its launch. */
  readonly age: { readonly ms: number };
  readonly subnetId: string;
  readonly publicAddress?: string;
  readonly wayOut: WayOutSeen | undefined;
  readonly securityGroupIds: readonly string[];
  /** ARN of the role in its profile; undefined without one. */
  readonly roleArn: string | undefined;
  /** User data of its launch template, where that holds the cluster's address. */
  readonly userData: string | null;
  readonly console: string | undefined;
}

/** What an instance meets. */
export interface Surroundings {
  readonly cluster: Settled<'cluster'>;
  readonly endpoint: string;
  readonly certificateAuthority: string;
  readonly clusterSecurityGroupId: string;
  readonly ingress: readonly RuleSeen[];
  readonly egress: ReadonlyMap<string, readonly RuleSeen[]>;
  /** ARNs of roles with an access entry for nodes. */
  readonly mappedRoles: ReadonlySet<string>;
  /** Services with an endpoint in the VPC, last part of their names. */
  readonly endpoints: ReadonlySet<string>;
}

const bootTime = minutes(3);
const neededEndpoints = ['ec2', 'ecr.api', 'ecr.dkr', 's3', 'sts'];

type Check = (instance: StrandedInstance, surroundings: Surroundings) => Diagnostic | undefined;

const about = ({ instanceId, group }: StrandedInstance): string => `instance ${instanceId} of ${group}`;

const running: Check = (instance) =>
  instance.state === 'running'
    ? undefined
    : report('node.instance-not-running', {
        detail: `${about(instance)} is ${instance.state}${instance.stateReason === undefined ? '' : `: ${instance.stateReason}`}`,
      });

const role: Check = (instance, { mappedRoles }) => {
  if (instance.roleArn === undefined)
    return report('node.no-role', {
      detail: `${about(instance)} has no instance profile with a role`,
      fix: 'Give its launch template a profile and replace the instance.',
    });
  if (mappedRoles.has(instance.roleArn)) return undefined;
  return report('node.role-unmapped', {
    detail: `${about(instance)} has the role ${instance.roleArn}, for which there is no access entry of type EC2_LINUX`,
    fix: 'quilla apply makes the entry again where it is ours.',
  });
};

const route: Check = (instance, { endpoints, cluster }) => {
  const { wayOut, subnetId } = instance;
  if (wayOut === undefined) return undefined;
  if (wayOut.type === 'internet-gateway' && instance.publicAddress === undefined) {
    return report('node.no-public-address', {
      detail: `${about(instance)} is in ${subnetId}, which leads to an internet gateway, and has no public address`,
    });
  }
  if (wayOut.type !== 'none') return undefined;
  const missing = neededEndpoints.filter((service) => !endpoints.has(service));
  if (missing.length === 0 && cluster.endpointPrivate) return undefined;
  const parts = [
    ...(missing.length > 0 ? [`endpoints missing: ${missing.join(', ')}`] : []),
    ...(cluster.endpointPrivate ? [] : ['the private API endpoint is off']),
  ];
  return report('node.no-route', {
    detail: `${about(instance)} is in ${subnetId}, which has no default route; ${parts.join('; ')}`,
    fix: 'Give the subnet a NAT gateway, or the VPC the endpoints.',
  });
};

const apiAccess: Check = (instance, { cluster }) => {
  if (cluster.endpointPrivate) return undefined;
  const from =
    instance.wayOut?.type === 'internet-gateway'
      ? [instance.publicAddress ?? '']
      : (instance.wayOut?.publicAddresses ?? []);
  const allowed = (address: string): boolean =>
    cluster.publicAccessCidrs.some((range) => containsAddress(cidr(range), address));
  if (from.length === 0 || from.some(allowed)) return undefined;
  return report('node.api-closed', {
    detail: `${about(instance)} leaves from ${from.join(', ')}, and the public endpoint answers ${cluster.publicAccessCidrs.join(', ') || 'nobody'} only; the private one is off`,
    fix: 'Set access.api.private: true.',
  });
};

const lets = (rules: readonly RuleSeen[], port: number, peers: readonly string[]): boolean =>
  rules.some(
    ({ protocol, fromPort, toPort, peers: allowed }) =>
      (protocol === '-1' || (protocol === 'tcp' && (fromPort ?? 0) <= port && port <= (toPort ?? 65_535))) &&
      allowed.some((peer) => peers.includes(peer) || peer === '0.0.0.0/0'),
  );

const securityGroups: Check = (instance, { clusterSecurityGroupId, ingress, egress }) => {
  const groups = instance.securityGroupIds;
  if (!lets(ingress, 443, groups)) {
    return report('node.security-group', {
      detail: `${about(instance)} carries ${groups.join(', ')}; ${clusterSecurityGroupId} of the control plane lets none of them in on port 443`,
      fix: `Let instances carry ${clusterSecurityGroupId}, as Quilla's launch templates do.`,
    });
  }
  const out = groups.flatMap((group) => egress.get(group) ?? []);
  if (lets(out, 443, [clusterSecurityGroupId])) return undefined;
  return report('node.security-group', {
    detail: `no rule of ${groups.join(', ')} lets ${about(instance)} out to port 443`,
  });
};

const userData: Check = (instance, { endpoint, certificateAuthority }) => {
  const text = instance.userData;
  if (text === null || !/certificateAuthority|cluster-certificate/.test(text)) return undefined;
  const wrong = [
    ...(text.includes(certificateAuthority) ? [] : ['certificate authority']),
    ...(text.includes(endpoint) ? [] : ['API endpoint']),
  ];
  return wrong.length === 0
    ? undefined
    : report('node.user-data', {
        detail: `the launch template of ${about(instance)} holds another ${wrong.join(' and ')} than the cluster's`,
        fix: 'quilla apply makes a new template version; then replace the instance.',
      });
};

const telling =
  /x509|unauthorized|forbidden|denied|timeout|timed out|no such host|refused|failed|error|not found|invalid/i;

const consoleSays: Check = (instance) => {
  const lines = (instance.console ?? '').split('\n').filter((line) => telling.test(line));
  if (lines.length === 0) return undefined;
  return report('node.console', {
    detail: `${about(instance)} says: ${[...new Set(lines)]
      .slice(-3)
      .map((line) => line.trim())
      .join(' | ')}`,
  });
};

const booting: Check = (instance) =>
  instance.age.ms < bootTime.ms
    ? report('node.still-booting', {
        detail: `${about(instance)} was launched ${formatDuration(milliseconds(instance.age.ms))} ago`,
      })
    : undefined;

const causes: readonly Check[] = [role, route, apiAccess, securityGroups, userData];

/** Why an instance is no node: every cause that AWS shows, then what the instance says itself. Never empty. */
export function whyNoNode(instance: StrandedInstance, surroundings: Surroundings): readonly Diagnostic[] {
  const young = booting(instance, surroundings);
  if (instance.state === 'pending' && young !== undefined) return [young];
  const dead = running(instance, surroundings);
  if (dead !== undefined) return [dead];
  const found = causes.flatMap((check) => check(instance, surroundings) ?? []);
  const said = consoleSays(instance, surroundings);
  if (found.length > 0) return said === undefined ? found : [...found, said];
  if (said !== undefined && young === undefined) return [said];
  return [
    young ??
      report('node.unknown', {
        detail: `${about(instance)} runs and is no node`,
        fix: 'Look at it through Systems Manager or its serial console.',
      }),
  ];
}
