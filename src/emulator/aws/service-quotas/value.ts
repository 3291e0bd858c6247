import quotaData from '../../../catalog/data/quotas.json' with { type: 'json' };
import type { Turn } from '../../call.ts';

export interface QuotaRow {
  readonly service: string;
  readonly code: string;
  readonly name: string;
  readonly default: number;
}

/** The quotas that this AWS knows, with AWS's defaults. */
export const quotaRows: readonly QuotaRow[] = quotaData.quotas;

export const quotaRow = (serviceCode: string, quotaCode: string): QuotaRow | undefined =>
  quotaRows.find((row) => row.service === serviceCode && row.code === quotaCode);

/**
 * What this account has been granted. A new account of AWS starts with 5 vCPUs in many regions, which no
 * cluster fits in; the account of the embedded AWS has 64, so that examples run. An override (of tests,
 * of faults) goes before.
 */
const granted: Readonly<Record<string, number>> = {
  'ec2/L-1216C47A': 64,
  'ec2/L-34B43A08': 64,
};

/** The applied value of a quota in this region. Throws for a code that is not in the catalog. */
export function quotaValue(turn: Turn, serviceCode: string, quotaCode: string): number {
  const key = `${serviceCode}/${quotaCode}`;
  const value = turn.state.quotas.overrides[key] ?? granted[key] ?? quotaRow(serviceCode, quotaCode)?.default;
  if (value === undefined) throw new Error(`no quota ${key} in src/catalog/data/quotas.json`);
  return value;
}
