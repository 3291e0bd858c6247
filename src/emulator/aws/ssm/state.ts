import type { ShellResult } from '../../machine-shell.ts';

/** What SSM keeps of one region: plain JSON, times in milliseconds since 1970. Public parameters are computed, not kept. */
export interface SsmState {
  /** By parameter name. */
  parameters: Record<string, SsmParameter>;
  /** By id. */
  commands: Record<string, CommandRecord>;
}

export const emptySsmState = (): SsmState => ({ parameters: {}, commands: {} });

export interface SsmParameterVersion {
  version: number;
  value: string;
  type: 'String' | 'StringList' | 'SecureString';
  description?: string;
  allowedPattern?: string;
  keyId?: string;
  tier: 'Standard' | 'Advanced';
  dataType: string;
  modifiedAt: number;
  modifiedBy: string;
}

export interface SsmParameter {
  name: string;
  arn: string;
  tags: Record<string, string>;
  /** Oldest first; the last is the current one. */
  versions: SsmParameterVersion[];
}

/** A command that was sent to instances, with what it says at its end. */
export interface CommandRecord {
  readonly id: string;
  readonly commands: readonly string[];
  readonly instanceIds: readonly string[];
  readonly sentAt: number;
  /** By instance id; missing while a real machine is at it. */
  readonly results: Record<string, ShellResult>;
}
