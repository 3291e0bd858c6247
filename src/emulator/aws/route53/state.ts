export interface RecordSet {
  /** Lower case, with a dot at its end, and with Route 53's escapes (`\052`). */
  readonly name: string;
  readonly type: string;
  readonly ttl?: number;
  readonly values?: readonly string[];
  readonly alias?: { readonly zoneId: string; readonly dnsName: string; readonly evaluateTargetHealth: boolean };
}

export interface ZoneRecord {
  /** Without `/hostedzone/`. */
  readonly id: string;
  /** With a dot at its end. */
  readonly name: string;
  readonly callerReference: string;
  comment?: string;
  readonly private: boolean;
  /** Of a private zone: who resolves it. */
  vpcs: { id: string; region: string }[];
  /** Of a public zone: the four servers that answer for it. */
  readonly nameServers: readonly string[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  records: RecordSet[];
  tags: Record<string, string>;
}

export interface ChangeRecord {
  readonly id: string;
  readonly submittedAt: number;
  readonly comment?: string;
}

/** What Route 53 holds, for the whole account. */
export interface Route53State {
  /** By id, in the order of their making. */
  zones: Record<string, ZoneRecord>;
  /** By id. */
  changes: Record<string, ChangeRecord>;
}

export const emptyRoute53State = (): Route53State => ({ zones: {}, changes: {} });
