/** One state of a spec that lives: what differs from a small self-managed cluster with three seats and one group of workers. */
export interface SelfManagedEdit {
  readonly version?: string;
  readonly seats?: string;
  readonly type?: string;
  readonly nodes?: number;
  /** Lines of `selfManaged`, `network`, `access`, `nodeGroups` and `spec`, indented as they stand. */
  readonly plane?: string;
  readonly network?: string;
  readonly access?: string;
  readonly more?: string;
  readonly spec?: string;
  /** The other control plane. */
  readonly eks?: boolean;
}

/** The spec of cluster `demo` in that state. */
export function selfManagedSpec({
  version = '1.36.2',
  seats = '3',
  type = 't3.medium',
  nodes = 1,
  plane = '',
  network = '',
  access = '',
  more = '',
  spec = '',
  eks = false,
}: SelfManagedEdit = {}): string {
  const own = `controlPlane:
    selfManaged:
      seats: ${seats}
      instanceType: ${type}
${plane}`;
  return `
apiVersion: quilla.dev/v1alpha1
kind: Cluster
metadata: {name: demo}
spec:
  region: us-east-1
  kubernetesVersion: "${eks ? '1.36' : version}"
  ${eks ? 'controlPlane: eks' : own}
  network:
    cidr: 10.0.0.0/16
    zones: [us-east-1a, us-east-1b, us-east-1c]
    nat: single
${network}
  ${access === '' ? '' : 'access:'}
${access}
  nodeGroups:
    - name: workers
      instanceTypes: [t3.medium]
      size: {min: 1, desired: ${nodes}, max: 6}
      ${eks ? 'manager: asg' : ''}
${more}
${spec}
`;
}
