import type { Duration } from '../base/duration.ts';
import type { Field } from './field.ts';
import type { KindName } from './kinds/names.ts';

/** Under which heading of a plan a kind stands, in the order in which plans print them. */
export const concerns = ['network', 'security', 'access', 'control plane', 'nodes', 'add-ons'] as const;
export type Concern = (typeof concerns)[number];

/** A kind of resource: a table of fields and what shared code must know of it. */
export interface KindTable {
  readonly concern: Concern;
  /** What people call it: `NAT gateway`. */
  readonly label: string;
  /** Fields that tell one from another at a glance, for plans and lists. */
  readonly headline?: readonly string[];
  /** How ours are found: by our tags, by a deterministic name or path, or through the resource that holds them. */
  readonly found: 'tag' | 'name' | 'path' | 'parent';
  /** How it is replaced; `delete-first` where two cannot stand side by side. */
  readonly replace: 'create-first' | 'delete-first';
  /** Kinds that must be there first though no field names them (a NAT gateway needs the internet gateway attached); mirrored on deletion. */
  readonly after?: readonly KindName[];
  /** AWS removes it together with what it refers to by this field; deleting the parent is enough. */
  readonly goesWith?: string;
  /** Why and what to do instead, for a kind that an apply never replaces. */
  readonly irreplaceable?: string;
  /** Why what Terraform or CloudFormation made may lack it; `quilla adopt` does not miss it then, and the next apply makes it. */
  readonly lacking?: string;
  /** What its removal ends, for plans. */
  readonly removing?: string;
  /** What becomes of instances when a `rolled` field changes, for plans. */
  readonly rolling?: string;
  /** Usual times, for estimates: creation until usable, change, removal until gone. */
  readonly usually: { readonly create: Duration; readonly update: Duration; readonly delete: Duration };
  readonly fields: Readonly<Record<string, Field>>;
}

/** Declares a kind, keeping the types of its fields. */
export const kind = <const K extends KindTable>(table: K): K => table;
