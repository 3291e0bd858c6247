import type { Resource } from '../../model/graph.ts';
import type { KindName } from '../../model/kinds/names.ts';
import type { Found } from '../../model/snapshot.ts';
import type { ObservedField } from '../../model/types.ts';

/** One resource of Terraform. */
export interface Block {
  /** Type in the AWS provider: `aws_vpc`. */
  readonly type: string;
  /** What follows the resource's name where one resource of ours becomes several of one type. */
  readonly suffix?: string;
  /** Arguments: literals, references and joins of the graph, code and files. What is null or undefined is left out. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Types of blocks of the same resource that must be there first. */
  readonly after?: readonly string[];
  /** Arguments that exist in Terraform alone and that an import cannot learn: they are not compared in a configuration that imports. */
  readonly notImported?: readonly string[];
}

/** What a kind's writer may look up. */
export interface EmitContext {
  readonly cluster: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
  readonly specFile: string;
  /** The name of a resource in addresses, by id. */
  nameOf(id: string): string;
  /** A resource of the graph. */
  resource(id: string): Resource | undefined;
  /** The tags that Terraform gives for desired ones of the graph. */
  tags(desired: unknown): unknown;
  /** Whether import blocks are written beside. */
  readonly imports: boolean;
}

/** An output of the configuration. */
export interface Output {
  readonly description: string;
  readonly value: unknown;
}

type Attribute<K extends KindName> = string | ((resource: Resource<K>) => string);

/** How a kind is written as Terraform. */
export interface TerraformKind<K extends KindName> {
  /** Why Terraform cannot hold it; undefined where it can. */
  readonly whyNot?: (resource: Resource<K>, context: EmitContext) => string | undefined;
  /** Fields that Terraform cannot say of it, each with the reason. */
  readonly lacks?: (resource: Resource<K>) => readonly string[];
  /** The resources that stand for it; the first is the one that others refer to. */
  readonly blocks: (resource: Resource<K>, context: EmitContext) => readonly Block[];
  /** Where AWS's word for an observed field stands in the first block: `id`, or what follows from the resource; null where Terraform does not tell it. */
  readonly attributes: Readonly<Record<ObservedField<K>, Attribute<K> | null>>;
  /**
   * Ids by which `terraform import` finds the blocks, in their order; undefined for one that cannot be imported. References of the
   * resource are resolved.
   */
  readonly importIds?: (found: Found<K>, resource: Resource<K>) => readonly (string | undefined)[];
  readonly outputs?: (resource: Resource<K>, context: EmitContext) => Readonly<Record<string, Output>>;
}
