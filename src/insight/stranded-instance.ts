import { type Diagnostic, reporter } from '../base/diagnostic.ts';
import { formatDuration, milliseconds, minutes } from '../base/duration.ts';
import { tellingLines } from './console-lines.ts';
import { readinessCodes } from './readiness-codes.ts';

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
  /** What its tag `quilla.dev/boot` says; self-managed only. */
  readonly bootTag?: string | undefined;
}

const bootTime = minutes(3);

/** How an instance is called in a report. */
export const about = ({ instanceId, group }: StrandedInstance): string => `instance ${instanceId} of ${group}`;

const notRunning = (instance: StrandedInstance): Diagnostic | undefined =>
  instance.state === 'running'
    ? undefined
    : report('node.instance-not-running', {
        detail: `${about(instance)} is ${instance.state}${instance.stateReason === undefined ? '' : `: ${instance.stateReason}`}`,
      });

/** Whether rules let TCP traffic of a port through from or to one of the peers. */
export const lets = (rules: readonly RuleSeen[], port: number, peers: readonly string[]): boolean =>
  rules.some(
    ({ protocol, fromPort, toPort, peers: allowed }) =>
      (protocol === '-1' || (protocol === 'tcp' && (fromPort ?? 0) <= port && port <= (toPort ?? 65_535))) &&
      allowed.some((peer) => peers.includes(peer) || peer === '0.0.0.0/0'),
  );

const consoleSays = (instance: StrandedInstance): Diagnostic | undefined => {
  const lines = tellingLines(instance.console);
  return lines.length === 0
    ? undefined
    : report('node.console', { detail: `${about(instance)} says: ${lines.join(' | ')}` });
};

/** Nothing need be wrong with a young one. */
const booting = (instance: StrandedInstance): Diagnostic | undefined =>
  instance.age.ms < bootTime.ms
    ? report('node.still-booting', {
        detail: `${about(instance)} was launched ${formatDuration(milliseconds(instance.age.ms))} ago`,
      })
    : undefined;

/** A cause that AWS shows, or undefined where it is not this one. */
export type Cause = (instance: StrandedInstance) => Diagnostic | undefined;

/** That an instance has no role to show. */
export const noRole: Cause = (instance) =>
  instance.roleArn === undefined
    ? report('node.no-role', {
        detail: `${about(instance)} has no instance profile with a role`,
        fix: 'Give its launch template a profile and replace the instance.',
      })
    : undefined;

/** That an instance without a public address is where only those have a way out. */
export const noPublicAddress: Cause = (instance) =>
  instance.wayOut?.type === 'internet-gateway' && instance.publicAddress === undefined
    ? report('node.no-public-address', {
        detail: `${about(instance)} is in ${instance.subnetId}, which leads to an internet gateway, and has no public address`,
      })
    : undefined;

/** Every cause that AWS shows, then what the instance says itself. Never empty. */
export function diagnose(instance: StrandedInstance, causes: readonly Cause[]): readonly Diagnostic[] {
  const young = booting(instance);
  if (instance.state === 'pending' && young !== undefined) return [young];
  const dead = notRunning(instance);
  if (dead !== undefined) return [dead];
  const found = causes.flatMap((cause) => cause(instance) ?? []);
  const said = consoleSays(instance);
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

/** That the user data of an instance lacks what the cluster has: values by what they are called. */
export function otherUserData(
  instance: StrandedInstance,
  expected: Readonly<Record<string, string>>,
): Diagnostic | undefined {
  const wrong = Object.entries(expected).flatMap(([what, value]) => (instance.userData?.includes(value) ? [] : [what]));
  if (wrong.length === 0) return undefined;
  return report('node.user-data', {
    detail: `the launch template of ${about(instance)} holds another ${wrong.join(' and ')} than the cluster's`,
    fix: 'quilla apply makes a new template version; then replace the instance.',
  });
}
