export interface RuleTarget {
  readonly id: string;
  readonly arn: string;
}

export interface RuleRecord {
  readonly name: string;
  readonly arn: string;
  /** A JSON document. */
  pattern: string;
  description?: string;
  state: 'ENABLED' | 'DISABLED';
  targets: RuleTarget[];
  tags: Record<string, string>;
}

/** What EventBridge keeps of one region's default event bus. */
export interface EventsState {
  /** By name. */
  rules: Record<string, RuleRecord>;
}

export const emptyEventsState = (): EventsState => ({ rules: {} });
