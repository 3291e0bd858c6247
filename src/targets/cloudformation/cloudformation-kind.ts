import type { Resource } from '../../model/graph.ts';
import type { KindName } from '../../model/kinds/names.ts';
import type { ObservedField } from '../../model/types.ts';

/** What becomes of a resource when the stack or the resource in it goes. */
export type Keeping = 'Delete' | 'Retain' | 'RetainExceptOnCreate' | 'Snapshot';

/** One resource of a template. */
export interface Block {
  /** `AWS::EC2::VPC`. */
  readonly type: string;
  /** What follows the logical id where one resource of ours becomes several. */
  readonly suffix?: string;
  /** Properties: literals, references and joins of the graph, and functions. What is null or undefined is left out. */
  readonly body: Readonly<Record<string, unknown>>;
  /** For what keeps data: DeletionPolicy and UpdateReplacePolicy. */
  readonly keeping?: { readonly onDeletion: Keeping; readonly onReplacement: Keeping };
  readonly updatePolicy?: Readonly<Record<string, unknown>>;
}

/** What a kind's writer may look up. */
export interface EmitContext {
  readonly cluster: string;
  readonly region: string;
  readonly specFile: string;
  /** All resources of the graph. */
  readonly resources: readonly Resource[];
  /** IPv4 ranges of the VPC; undefined where nobody told those of a given one. */
  readonly vpcRanges: readonly string[] | undefined;
  /** A resource of the graph. */
  resource(id: string): Resource | undefined;
  /** The tags that CloudFormation gives for desired ones of the graph, as a map and as the list that most types take. */
  tags(desired: unknown): Readonly<Record<string, unknown>>;
  tagList(desired: unknown): readonly unknown[];
  /** Whether some resource needs this observed field. */
  isAskedFor(id: string, field: string): boolean;
}

/**
 * Where CloudFormation tells an observed field of the first block: `Ref` for what the function Ref returns, else the name of an attribute
 * for Fn::GetAtt; null where it does not tell it. A function gives a value around them (`at` gives what is told), or null.
 */
export type Attribute<K extends KindName> =
  | string
  | null
  | ((resource: Resource<K>, context: EmitContext, at: (attribute: string) => unknown) => unknown);

/** An output of the stack. */
export interface Output {
  readonly description: string;
  readonly value: unknown;
}

/** How a kind is written as CloudFormation. */
export interface CloudFormationKind<K extends KindName> {
  /** Why CloudFormation cannot hold it; undefined where it can. */
  readonly whyNot?: (resource: Resource<K>, context: EmitContext) => string | undefined;
  /** Fields that CloudFormation cannot say of it, each with the reason. */
  readonly lacks?: (resource: Resource<K>, context: EmitContext) => readonly string[];
  /** The resources that stand for it; the first is the one that others refer to. None where it stands in another one. */
  readonly blocks: (resource: Resource<K>, context: EmitContext) => readonly Block[];
  readonly attributes: Readonly<Record<ObservedField<K>, Attribute<K>>>;
  /** Resources that it must come after beside those of the graph. */
  readonly follows?: (resource: Resource<K>, context: EmitContext) => readonly string[];
  readonly outputs?: (resource: Resource<K>, context: EmitContext) => Readonly<Record<string, Output>>;
}
