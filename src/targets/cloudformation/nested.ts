import { shortHash } from '../../base/hash.ts';
import { inOrder } from '../../base/order.ts';
import { concerns, type KindTable } from '../../model/kind.ts';
import { kinds } from '../../model/kinds/index.ts';
import type { KindName } from '../../model/kinds/names.ts';
import type { Ref } from '../../model/value.ts';
import type { Output } from './cloudformation-kind.ts';
import { render } from './expression.ts';
import type { Item } from './items.ts';
import { type Outside, renderingIn, sectionsOf } from './template.ts';
import { bytesOf, objectLimit, type Template, templateText } from './template-text.ts';
import type { World } from './world.ts';

/** Parameters and outputs of a template at most, with room: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const mostCrossings = 200;
/** Resources of a stack at most. */
const mostResources = 500;
/** Resources of a stack of the base at first, and bytes of their properties: well below the limits of 500 and 1 MB. */
const resourcesAtFirst = 400;
const bytesOfStack = 600_000;
/** Stacks of node groups at first, and when there are too many: more move groups from one to another. */
const groupStacksAtFirst = 16;
const mostGroupStacks = 256;

export interface Nested {
  readonly root: Template;
  /** Templates by their path beside the root. */
  readonly stacks: Readonly<Record<string, Template>>;
}

/**
 * Resources so that each comes after all that it needs, those of one concern together as far as that lets them. What others of its
 * concern need is not looked at by itself: it comes just before the first of them, so that few values go from stack to stack.
 */
function ordered({ held, itemsOf }: World): readonly string[] {
  const concernOf = (kind: KindName): number => concerns.indexOf((kinds[kind] as KindTable).concern);
  const nodes = held.held.map(({ id, kind }) => ({
    id,
    concern: concernOf(kind),
    needs: (itemsOf.get(id) ?? []).flatMap(({ refers, after }) => [...refers, ...after]),
  }));
  const needed = new Set(nodes.flatMap(({ concern, needs }) => needs.map((id) => `${concern} ${id}`)));
  const isNeeded = ({ concern, id }: (typeof nodes)[number]): number => (needed.has(`${concern} ${id}`) ? 1 : 0);
  const sorted = nodes.sort((a, b) => a.concern - b.concern || isNeeded(a) - isNeeded(b) || (a.id < b.id ? -1 : 1));
  return inOrder(sorted).map(({ id }) => id);
}

/** What is made for one node group alone comes from its field of the spec. */
const ofOneGroup = /^spec\.nodeGroups\[\d+\]$/;

/** Names of node groups by the fields of the spec that ask for them. */
const namesOfGroups = ({ held }: World): ReadonlyMap<string, string> =>
  new Map(
    held.held.flatMap(({ id, kind, from }) =>
      (kind === 'node-group' || kind === 'auto-scaling-group') && ofOneGroup.test(from)
        ? [[from, id.slice(id.indexOf('/') + 1)] as const]
        : [],
    ),
  );

/** Ids of what comes before all node groups, of each group's own by its name, and of what comes after some of them. */
interface Tiers {
  readonly base: readonly string[];
  readonly groups: ReadonlyMap<string, readonly string[]>;
  readonly after: readonly string[];
}

function tiersOf(world: World): Tiers {
  const names = namesOfGroups(world);
  const tiers = new Map<string, 'base' | 'after' | { readonly group: string }>();
  const groupOf = (id: string): string | undefined => {
    const tier = tiers.get(id);
    return typeof tier === 'object' ? tier.group : undefined;
  };
  for (const id of ordered(world)) {
    const items = world.itemsOf.get(id) ?? [];
    const needs = items.flatMap(({ refers, after }) => [...refers, ...after]);
    const own = items[0] === undefined ? undefined : names.get(items[0].resource.from);
    const groups = new Set(needs.map(groupOf).filter((name) => name !== undefined));
    const isAfter = needs.some((need) => tiers.get(need) === 'after') || [...groups].some((name) => name !== own);
    tiers.set(id, isAfter ? 'after' : own === undefined ? 'base' : { group: own });
  }
  const all = [...tiers.keys()];
  return {
    base: all.filter((id) => tiers.get(id) === 'base'),
    groups: Map.groupBy(
      all.filter((id) => groupOf(id) !== undefined),
      (id) => groupOf(id)!,
    ),
    after: all.filter((id) => tiers.get(id) === 'after'),
  };
}

/** How many stacks there are for node groups, and how many resources in each of the others. */
interface Measure {
  readonly groupStacks: number;
  readonly most: number;
}

/** Runs of an order, so that stacks need only earlier ones: `Base1`, `Base2`. */
function runs(
  ids: readonly string[],
  name: string,
  { itemsOf }: World,
  most: number,
): readonly (readonly [string, string])[] {
  let [stack, count, bytes] = [1, 0, 0];
  return ids.map((id) => {
    const items = itemsOf.get(id) ?? [];
    const size = JSON.stringify(items.map(({ block }) => block)).length;
    if (count > 0 && (count + items.length > most || bytes + size > bytesOfStack))
      [stack, count, bytes] = [stack + 1, 0, 0];
    count += items.length;
    bytes += size;
    return [id, `${name}${stack}`];
  });
}

/**
 * Which stack holds which resource. A node group's own are together, in a stack that follows from its name: another group moves nothing,
 * since CloudFormation makes what moves in one stack before it removes it in the other, and fails at the name.
 */
function divided(world: World, { groupStacks, most }: Measure): ReadonlyMap<string, string> {
  const { base, groups, after } = tiersOf(world);
  const stackOf = (name: string): string => `NodeGroups${(Number.parseInt(shortHash(name), 16) % groupStacks) + 1}`;
  return new Map([
    ...runs(base, 'Base', world, most),
    ...[...groups].flatMap(([name, ids]) => ids.map((id) => [id, stackOf(name)] as const)),
    ...runs(after, 'After', world, most),
  ]);
}

/** `stacks/node-groups-3.json` of `NodeGroups3`. */
const pathOf = (stack: string): string =>
  `stacks/${stack.replaceAll(/(?<=[a-z])(?=[A-Z\d])/g, '-').toLowerCase()}.json`;

/** A value that one stack tells and others take. */
interface Crossing {
  readonly name: string;
  readonly ref: Ref;
}

/** What a stack takes from others, found while it is rendered. */
interface Taken {
  readonly outside: Outside;
  readonly crossings: Map<string, Crossing>;
}

function takenBy(world: World, stacks: ReadonlyMap<string, string>, stack: string | undefined): Taken {
  const crossings = new Map<string, Crossing>();
  const nameOf = ({ $ref, field }: Ref): string =>
    `${world.itemsOf.get($ref)![0]!.logicalId}${field.slice(0, 1).toUpperCase()}${field.slice(1)}`;
  return {
    crossings,
    outside: {
      isInside: (id) => stacks.get(id) === stack,
      valueOf: (ref) => {
        const name = nameOf(ref);
        crossings.set(name, { name, ref });
        return stack === undefined ? fromStack(stacks.get(ref.$ref)!, name) : { Ref: name };
      },
    },
  };
}

const fromStack = (stack: string, name: string) => ({ 'Fn::GetAtt': [stack, `Outputs.${name}`] });

interface Part {
  readonly stack: string;
  readonly items: readonly Item[];
  readonly taken: Taken;
  readonly sections: ReturnType<typeof sectionsOf>;
}

interface Division {
  readonly stacks: ReadonlyMap<string, string>;
  readonly parts: readonly Part[];
  readonly root: Taken;
  readonly outputs: Readonly<Record<string, unknown>>;
}

function divisionOf(world: World, outputs: Readonly<Record<string, Output>>, measure: Measure): Division {
  const stacks = divided(world, measure);
  const parts = [...new Set(stacks.values())].map((stack): Part => {
    const items = world.items.filter(({ resource }) => stacks.get(resource.id) === stack);
    const taken = takenBy(world, stacks, stack);
    return { stack, items, taken, sections: sectionsOf(items, world, taken.outside) };
  });
  const root = takenBy(world, stacks, undefined);
  const rendering = renderingIn(world, root.outside);
  const rendered = Object.entries(outputs).map(([name, { description, value }]) => [
    name,
    { Description: description, Value: render(value, rendering) },
  ]);
  return { stacks, parts, root, outputs: Object.fromEntries(rendered) };
}

/** What others take from a stack. */
const givenBy = (stack: string, { stacks, parts, root }: Division): readonly Crossing[] => {
  const all = [...parts.map(({ taken }) => taken), root].flatMap(({ crossings }) => [...crossings.values()]);
  const own = all.filter(({ ref }) => stacks.get(ref.$ref) === stack);
  return [...new Map(own.map((one) => [one.name, one])).values()];
};

function templateOf({ stack, sections, taken }: Part, division: Division, world: World): Template {
  const rendering = renderingIn(world, taken.outside);
  const parameters = [...taken.crossings.keys()].map((name) => [name, { Type: 'String' }]);
  const outputs = givenBy(stack, division).map(({ name, ref }) => [name, { Value: rendering.valueOf(ref) }]);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `${stack} of cluster ${world.input.graph.cluster}: a nested stack of template.json`,
    ...(parameters.length === 0 ? {} : { Parameters: Object.fromEntries(parameters) }),
    ...sections,
    ...(outputs.length === 0 ? {} : { Outputs: Object.fromEntries(outputs) }),
  };
}

/** Whether a part is within what CloudFormation takes. */
function fits(part: Part, division: Division, world: World): boolean {
  const { stack, items, taken } = part;
  return (
    items.length <= mostResources &&
    Math.max(taken.crossings.size, givenBy(stack, division).length) <= mostCrossings &&
    bytesOf(templateText(templateOf(part, division, world))) <= objectLimit
  );
}

/** The stack as a resource of the root. It comes after stacks that hold what its resources need, whether a value crosses or not. */
function stackResource({ stack, items, taken }: Part, { stacks }: Division): unknown {
  const needed = items.flatMap(({ refers, after }) => [...refers, ...after]).map((id) => stacks.get(id));
  const values = [...taken.crossings.values()].map(({ name, ref }) => [name, stacks.get(ref.$ref)!] as const);
  const named = new Set(values.map(([, from]) => from));
  const after = [...new Set(needed)].filter((one) => one !== undefined && one !== stack && !named.has(one));
  const parameters = Object.fromEntries(values.map(([name, from]) => [name, fromStack(from, name)]));
  return {
    Type: 'AWS::CloudFormation::Stack',
    Properties: {
      TemplateURL: pathOf(stack),
      ...(values.length === 0 ? {} : { Parameters: parameters }),
    },
    ...(after.length === 0 ? {} : { DependsOn: after.sort() }),
    // Its resources say for themselves what is kept.
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
  };
}

function nestedOf(division: Division, world: World): Nested {
  const stacks = division.parts.map((part) => [pathOf(part.stack), templateOf(part, division, world)]);
  const resources = division.parts.map((part) => [part.stack, stackResource(part, division)]);
  return {
    root: { Resources: Object.fromEntries(resources), Outputs: division.outputs },
    stacks: Object.fromEntries(stacks),
  };
}

/**
 * The graph as stacks in a stack, for what one template cannot hold. `aws cloudformation package` puts their templates into S3 and writes
 * where they lie.
 */
export function nested(world: World, outputs: Readonly<Record<string, Output>>): Nested {
  let measure: Measure = { groupStacks: groupStacksAtFirst, most: resourcesAtFirst };
  for (;;) {
    const division = divisionOf(world, outputs, measure);
    const tooLarge = division.parts.filter((part) => !fits(part, division, world));
    if (tooLarge.length === 0) return nestedOf(division, world);
    const { groupStacks, most } = measure;
    const isGroups = tooLarge.some(({ stack }) => stack.startsWith('NodeGroups'));
    if (groupStacks > mostGroupStacks || most < 10)
      throw new Error('stacks are too large, or take more values from one another than CloudFormation hands over');
    measure = isGroups ? { groupStacks: groupStacks * 2, most } : { groupStacks, most: Math.floor(most / 2) };
  }
}
