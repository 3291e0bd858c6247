import data from './managed-policies.json' with { type: 'json' };
import type { PolicyDocument } from './policy-document.ts';

/** A policy that AWS keeps. */
export interface ManagedPolicy {
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  /** `v3`, the default version. */
  readonly version: string;
  readonly created: string;
  readonly updated: string;
  readonly document: PolicyDocument;
}

interface Row {
  readonly path: string;
  readonly version: string;
  readonly created: string;
  readonly updated: string;
  readonly document: unknown;
}

const rows = data.policies as Readonly<Record<string, Row>>;

const policyOf = (name: string, row: Row): ManagedPolicy => ({
  ...row,
  name,
  arn: `arn:aws:iam::aws:policy${row.path}${name}`,
  document: row.document as PolicyDocument,
});

/** The AWS managed policy with that ARN, of those that this AWS carries: what Kubernetes on AWS uses, as AWS publishes them. */
export function managedPolicy(arn: string): ManagedPolicy | undefined {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  const policy = row && policyOf(name, row);
  return policy?.arn === arn ? policy : undefined;
}

/** Every AWS managed policy that this AWS carries, in the order of their names. */
export const managedPolicies = (): readonly ManagedPolicy[] =>
  Object.entries(rows).map(([name, row]) => policyOf(name, row));
