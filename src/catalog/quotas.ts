import data from './data/quotas.json' with { type: 'json' };

/** A service quota and what a new account has. An account's own value is known to Service Quotas only. */
export interface Quota {
  readonly service: string;
  readonly code: string;
  readonly name: string;
  readonly default: number;
  /** What is uncertain about the default. */
  readonly note?: string;
}

/** Where the rows are from. */
export const quotasSource: string = data.source;

export const quotas: readonly Quota[] = data.quotas;

export const quotaByCode = (code: string): Quota | undefined => quotas.find((quota) => quota.code === code);
