import { isJoin, type Ref } from '../../model/value.ts';
import { type Rendering, render, textMapping } from './expression.ts';
import type { Item } from './items.ts';
import type { World } from './world.ts';

/** Where a template's values come from that another one holds. */
export interface Outside {
  /** Whether the template itself holds a resource. */
  isInside(id: string): boolean;
  /** What stands for a value of another template. */
  valueOf(ref: Ref): unknown;
}

/** A template that holds all. */
export const alone: Outside = {
  isInside: () => true,
  valueOf: ({ $ref }) => {
    throw new Error(`${$ref} is in no other template`);
  },
};

/** Logical ids that a rendered value refers to. */
function mentioned(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mentioned);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (key === 'Ref') return [String(item)];
    if (key === 'Fn::GetAtt') return [String((item as readonly unknown[])[0])];
    if (key === 'Fn::Sub') return [...String(item).matchAll(/\$\{([^!}.]+)[^}]*\}/g)].map((match) => match[1]!);
    return mentioned(item);
  });
}

export function renderingIn(world: World, outside: Outside): Rendering {
  const rendering: Rendering = {
    valueOf: (ref) => {
      const value = world.told(ref);
      // A value that is known needs no template.
      if (typeof value === 'string' || isJoin(value)) return render(value, rendering);
      return outside.isInside(ref.$ref) ? render(value, rendering) : outside.valueOf(ref);
    },
  };
  return rendering;
}

/** Items of the same template that it must come after and that none of its properties names. */
function dependsOn(item: Item, properties: unknown, world: World): readonly string[] {
  const implied = new Set([item.logicalId, ...mentioned(properties)]);
  const needed = [...item.refers, ...item.after].flatMap((id) => world.itemsOf.get(id) ?? []);
  return [...new Set(needed.map(({ logicalId }) => logicalId))].filter((id) => !implied.has(id)).sort();
}

function resourceOf(item: Item, world: World, outside: Outside): Readonly<Record<string, unknown>> {
  const { type, body, keeping, updatePolicy } = item.block;
  const Properties = render(body, renderingIn(world, outside));
  const inside = new Set(
    world.items.filter(({ resource }) => outside.isInside(resource.id)).map((one) => one.logicalId),
  );
  const after = dependsOn(item, Properties, world).filter((id) => inside.has(id));
  return {
    Type: type,
    Properties,
    ...(after.length === 0 ? {} : { DependsOn: after }),
    ...(keeping === undefined
      ? {}
      : { DeletionPolicy: keeping.onDeletion, UpdateReplacePolicy: keeping.onReplacement }),
    ...(updatePolicy === undefined ? {} : { UpdatePolicy: updatePolicy }),
  };
}

/** Keys of shared texts in a rendered value. */
function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'Fn::FindInMap' ? [String((item as readonly unknown[])[1])] : textsIn(item),
  );
}

/** The sections of a template that some items make. */
export function sectionsOf(
  items: readonly Item[],
  world: World,
  outside: Outside,
): { readonly Resources: Readonly<Record<string, unknown>>; readonly Mappings?: unknown } {
  const all = items.map((item) => [item.logicalId, resourceOf(item, world, outside)] as const);
  const Resources = Object.fromEntries(all);
  if (Object.keys(Resources).length !== all.length) throw new Error('two resources of a template have one logical id');
  const keys = [...new Set(textsIn(Resources))].sort();
  const texts = keys.map((key) => [key, { [textMapping.member]: world.shared.texts[key] }]);
  return { Resources, ...(keys.length === 0 ? {} : { Mappings: { [textMapping.name]: Object.fromEntries(texts) } }) };
}
