import type { Clock } from '../base/clock.ts';
import type { Tags } from '../model/field.ts';
import type { KindName } from '../model/kinds/names.ts';
import type { Found } from '../model/snapshot.ts';
import type { Observed, Settled } from '../model/types.ts';

/** Whose resources are read: every list is filtered on the server by it. */
export interface Scope {
  readonly cluster: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
  /** Present: not what is ours is read, but what Terraform or CloudFormation made for the cluster, ours or not yet. */
  readonly exported?: Exported;
}

/** What Terraform and CloudFormation do not note and a read of what they made must know: `Reader.notes` of what the graph holds. */
export interface Exported {
  readonly notes: Readonly<Partial<Record<KindName, readonly string[]>>>;
  /** Ids of the graph by `Reader.sign`. */
  readonly signs: Readonly<Partial<Record<KindName, Readonly<Record<string, string>>>>>;
}

/** What a call needs beside its input. */
export interface CallContext {
  readonly scope: Scope;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told what a wait last saw. */
  readonly onWait: (lastSeen: string) => void;
}

/** What a read needs: `once` gives all kinds of one observation the same answer to the same question. */
export interface ReadContext extends CallContext {
  once<T>(question: string, ask: () => Promise<T>): Promise<T>;
}

/** A context in which all reads of one observation share the answers to the same questions. */
export function readContext(context: CallContext): ReadContext {
  const answers = new Map<string, Promise<unknown>>();
  return {
    ...context,
    once<T>(question: string, ask: () => Promise<T>): Promise<T> {
      if (!answers.has(question)) answers.set(question, ask());
      return answers.get(question) as Promise<T>;
    },
  };
}

/** Reads what is ours of one kind. Cannot write. */
export interface Reader<K extends KindName> {
  list(context: ReadContext): Promise<readonly Found<K>[]>;
  /**
   * What must be noted of one so that `list` finds it; only kinds that no list of AWS finds by tag have it. Of one that only the graph
   * knows there is no name, and fields may be references still: then as much as can be said.
   */
  notes?(object: Noted<K>, scope: Scope): readonly string[];
  /**
   * What one is known by that bears no tag: CloudFormation gives none to some kinds, and only these have it. Undefined while a field
   * that is part of it is a reference still.
   */
  sign?(object: Noted<K>): string | undefined;
}

/** What a note is made of. `name`: what AWS calls it, where it is there. */
export interface Noted<K extends KindName> {
  readonly id: string;
  readonly name?: string;
  readonly settled: Partial<Settled<K>>;
}

/** Makes, changes and removes one kind. Every method returns when AWS is done and not before. */
export interface Writer<K extends KindName> {
  create(input: { readonly id: string; readonly settled: Settled<K> }, context: CallContext): Promise<Observed<K>>;
  update(
    input: {
      readonly found: Found<K>;
      readonly settled: Settled<K>;
      readonly changed: readonly (keyof Settled<K> & string)[];
    },
    context: CallContext,
  ): Promise<Observed<K>>;
  delete(found: Found<K>, context: CallContext): Promise<void>;
  /** Waits until one that AWS is still making is usable; only where making takes time. */
  ready?(found: Found<K>, context: CallContext): Promise<Observed<K>>;
}

/** Makes ours what was exported, and lets go of what is ours: tags, marks and notes, and nothing that a cluster runs by. */
export interface Owner<K extends KindName> {
  /** `tags`: what is set. `wanted`: the fields of the graph, references and all; of what the graph lacks there are none. */
  own(
    input: { readonly found: Found<K>; readonly wanted: Readonly<Record<string, unknown>>; readonly tags: Tags },
    context: CallContext,
  ): Promise<void>;
  /** Absent where nothing is on the thing itself: its notes go with the group on which they stand. */
  disown?(found: Found<K>, context: CallContext): Promise<void>;
}

/** Every table over kinds is a mapped type: the compiler lists what is missing. */
export type Readers = { readonly [K in KindName]: Reader<K> };
export type Writers = { readonly [K in KindName]: Writer<K> };
/** Kinds that bear neither tags nor notes have none: they are whose the thing is that holds them. */
export type Owners = { readonly [K in KindName]: Owner<K> | undefined };

/** The closed set of what AWS can answer instead of a result. */
export type AwsReason =
  | 'not-found'
  | 'exists'
  | 'conflict'
  | 'denied'
  | 'throttled'
  | 'no-capacity'
  | 'quota'
  | 'unavailable'
  | 'no-credentials'
  | 'invalid';

/** An AWS call that failed for an expected reason. Adapters throw it; apply and the verbs turn it into diagnostics. */
export class AwsFailure extends Error {
  override readonly name = 'AwsFailure';
  readonly reason: AwsReason;
  /** `ec2:CreateVpc`: the operation, which is also the permission it needs. */
  readonly operation: string;
  /** AWS's own code: `VpcLimitExceeded`. */
  readonly code: string;
  readonly requestId: string | undefined;
  /** True where the call may have been carried out though no answer came. */
  readonly uncertain: boolean;

  constructor(init: {
    reason: AwsReason;
    operation: string;
    code: string;
    message: string;
    requestId?: string | undefined;
    uncertain?: boolean;
    cause?: unknown;
  }) {
    super(init.message, { cause: init.cause });
    this.reason = init.reason;
    this.operation = init.operation;
    this.code = init.code;
    this.requestId = init.requestId;
    this.uncertain = init.uncertain ?? false;
  }
}

export const isAwsFailure = (error: unknown, reason?: AwsReason): error is AwsFailure =>
  error instanceof AwsFailure && (reason === undefined || error.reason === reason);
