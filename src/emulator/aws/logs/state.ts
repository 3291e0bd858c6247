/** What CloudWatch Logs keeps of one region: plain JSON, times in milliseconds since 1970. */
export interface LogsState {
  /** By log group name. */
  groups: Record<string, LogGroupRecord>;
}

export const emptyLogsState = (): LogsState => ({ groups: {} });

export interface LogGroupRecord {
  name: string;
  /** Without the `:*` that some answers add. */
  arn: string;
  createdAt: number;
  retentionInDays?: number;
  kmsKeyId?: string;
  logGroupClass: 'STANDARD' | 'INFREQUENT_ACCESS' | 'DELIVERY';
  deletionProtection: boolean;
  tags: Record<string, string>;
}
