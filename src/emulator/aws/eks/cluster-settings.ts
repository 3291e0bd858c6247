import type { EncryptionConfig, Logging } from '@aws-sdk/client-eks';
import { parseCidr } from '../../../base/cidr.ts';
import type { Turn } from '../../call.ts';
import { keyByReference } from '../kms/lookup.ts';
import { logTypes } from './cluster-view.ts';
import { invalidParameter } from './errors.ts';
import type { LogType } from './state.ts';

export interface Endpoints {
  readonly endpointPublicAccess: boolean;
  readonly endpointPrivateAccess: boolean;
}

/** A cluster that nobody could reach is refused. */
export function checkEndpoints(endpoints: Endpoints): void {
  if (endpoints.endpointPublicAccess || endpoints.endpointPrivateAccess) return;
  throw invalidParameter('Private and public endpoint access cannot be false');
}

/** Who may reach the public endpoint; everyone where nothing is said. */
export function checkedPublicCidrs(asked: readonly string[] | undefined): string[] {
  if (asked === undefined || asked.length === 0) return ['0.0.0.0/0'];
  if (asked.length > 40) throw invalidParameter('A maximum of 40 CIDR blocks can be specified for public access');
  for (const text of asked) {
    if (parseCidr(text).ok) continue;
    throw invalidParameter(`The following CIDRs are invalid in publicAccessCidrs: [${text}]`);
  }
  return [...new Set(asked)];
}

const known = (type: string): type is LogType => (logTypes as readonly string[]).includes(type);

/** The types on after a change: what it names is switched, the rest stays. */
export function checkedLogTypes(logging: Logging | undefined, before: readonly LogType[] = []): LogType[] {
  const on = new Set<LogType>(before);
  for (const setup of logging?.clusterLogging ?? []) {
    for (const type of setup.types ?? []) {
      if (!known(type)) throw invalidParameter(`Invalid log type: ${type}`);
      if (setup.enabled === true) on.add(type);
      else on.delete(type);
    }
  }
  return logTypes.filter((type) => on.has(type));
}

export function checkedSupport(asked: string | undefined): 'STANDARD' | 'EXTENDED' {
  if (asked === undefined || asked === 'EXTENDED') return 'EXTENDED';
  if (asked === 'STANDARD') return asked;
  throw invalidParameter(`Invalid supportType ${asked}: it must be one of [STANDARD, EXTENDED]`);
}

/** The ARN of the key for secrets; it must be a usable symmetric key of this region. */
export function encryptionKeyOf(turn: Turn, config: readonly EncryptionConfig[] | undefined): string | undefined {
  const first = config?.[0];
  if (first === undefined) return undefined;
  if (config!.length > 1) throw invalidParameter('Only one encryption config is supported');
  if (first.resources?.length !== 1 || first.resources[0] !== 'secrets') {
    throw invalidParameter('Only "secrets" is supported as a resource of encryptionConfig');
  }
  const keyArn = first.provider?.keyArn ?? '';
  const key = keyByReference(turn, keyArn);
  if (key === undefined) throw invalidParameter(`Key '${keyArn}' does not exist`);
  if (key.state !== 'Enabled') throw invalidParameter(`Key '${key.arn}' is not enabled (its state is ${key.state})`);
  return key.arn;
}
