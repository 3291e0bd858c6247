import type { Resource } from '../../model/graph.ts';
import { furtherNeeds } from '../export/order.ts';
import type { Block, CloudFormationKind, EmitContext } from './cloudformation-kind.ts';
import { refsOf } from './expression.ts';
import { kindOf } from './kind-of.ts';

/** One resource of a template with the ids of resources of ours that it needs. */
export interface Item {
  readonly logicalId: string;
  readonly resource: Resource;
  readonly block: Block;
  /** Those that its properties refer to. */
  readonly refers: readonly string[];
  /** Those that it comes after though no property says so. */
  readonly after: readonly string[];
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];

/** The items of a resource: references and needs are those of its first block, further blocks stand on the first. */
export function itemsOf(
  resource: Resource,
  { held, context, logicalId }: { held: readonly Resource[]; context: EmitContext; logicalId: string },
): readonly Item[] {
  const kind: CloudFormationKind<Resource['kind']> = kindOf(resource);
  const after = [...furtherNeeds(resource, held), ...(kind.follows?.(resource, context) ?? [])];
  return kind.blocks(resource, context).map((block, i) => ({
    logicalId: `${logicalId}${block.suffix ?? ''}`,
    resource,
    block,
    refers: unique(refsOf(block.body).map(({ $ref }) => $ref)).filter((id) => id !== resource.id),
    after: i === 0 ? unique(after) : [],
  }));
}
