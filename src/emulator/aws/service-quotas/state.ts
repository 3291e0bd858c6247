/** What Service Quotas keeps of one region. */
export interface QuotaState {
  /** Values that differ from the default, by `SERVICE/CODE`: `vpc/L-F678F1CE`. */
  overrides: Record<string, number>;
}

export const emptyQuotaState = (): QuotaState => ({ overrides: {} });
