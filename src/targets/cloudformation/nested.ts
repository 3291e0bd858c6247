import { inOrder } from '../../base/order.ts';
import { concerns, type KindTable } from '../../model/kind.ts';
import { kinds } from '../../model/kinds/index.ts';
import type { KindName } from '../../model/kinds/names.ts';
import type { Ref } from '../../model/value.ts';
import type { Output } from './cloudformation-kind.ts';
import { render } from './expression.ts';
import type { Item } from './items.ts';
import { type Outside, renderingIn, sectionsOf } from './template.ts';
import type { Template } from './template-text.ts';
import type { World } from './world.ts';

/** Parameters and outputs of a template at most, with room: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const mostCrossings = 200;
/** Resources of a stack at first, and bytes of their properties: well below the limits of 500 and 1 MB. */
const resourcesAtFirst = 400;
const bytesOfStack = 600_000;

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

/** Which stack holds which resource, from 1: a run of the order each, so that stacks need only earlier ones. */
function divided(world: World, most: number): ReadonlyMap<string, number> {
  const stacks = new Map<string, number>();
  let [stack, count, bytes] = [1, 0, 0];
  for (const id of ordered(world)) {
    const items = world.itemsOf.get(id) ?? [];
    const size = JSON.stringify(items.map(({ block }) => block)).length;
    if (count > 0 && (count + items.length > most || bytes + size > bytesOfStack))
      [stack, count, bytes] = [stack + 1, 0, 0];
    stacks.set(id, stack);
    count += items.length;
    bytes += size;
  }
  return stacks;
}

const stackId = (stack: number): string => `Stack${stack}`;
const pathOf = (stack: number): string => `stacks/${stack}.json`;

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

function takenBy(world: World, stacks: ReadonlyMap<string, number>, stack: number | undefined): Taken {
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

const fromStack = (stack: number, name: string) => ({ 'Fn::GetAtt': [stackId(stack), `Outputs.${name}`] });

interface Part {
  readonly stack: number;
  readonly items: readonly Item[];
  readonly taken: Taken;
  readonly sections: ReturnType<typeof sectionsOf>;
}

interface Division {
  readonly stacks: ReadonlyMap<string, number>;
  readonly parts: readonly Part[];
  readonly root: Taken;
  readonly outputs: Readonly<Record<string, unknown>>;
}

function divisionOf(world: World, outputs: Readonly<Record<string, Output>>, most: number): Division {
  const stacks = divided(world, most);
  const numbers = [...new Set(stacks.values())];
  const parts = numbers.map((stack): Part => {
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
const givenBy = (stack: number, { stacks, parts, root }: Division): readonly Crossing[] => {
  const all = [...parts.map(({ taken }) => taken), root].flatMap(({ crossings }) => [...crossings.values()]);
  const own = all.filter(({ ref }) => stacks.get(ref.$ref) === stack);
  return [...new Map(own.map((one) => [one.name, one])).values()];
};

const fits = (division: Division): boolean =>
  division.parts.every(
    ({ stack, taken }) => taken.crossings.size <= mostCrossings && givenBy(stack, division).length <= mostCrossings,
  );

function templateOf({ stack, sections, taken }: Part, division: Division, world: World): Template {
  const rendering = renderingIn(world, taken.outside);
  const parameters = [...taken.crossings.keys()].map((name) => [name, { Type: 'String' }]);
  const outputs = givenBy(stack, division).map(({ name, ref }) => [name, { Value: rendering.valueOf(ref) }]);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Part ${stack} of ${division.parts.length} of cluster ${world.input.graph.cluster}: a nested stack of template.json`,
    ...(parameters.length === 0 ? {} : { Parameters: Object.fromEntries(parameters) }),
    ...sections,
    ...(outputs.length === 0 ? {} : { Outputs: Object.fromEntries(outputs) }),
  };
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
    ...(after.length === 0 ? {} : { DependsOn: after.map((one) => stackId(one!)).sort() }),
    // Its resources say for themselves what is kept.
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
  };
}

/**
 * The graph as stacks in a stack, for what one template cannot hold. `aws cloudformation package` puts their templates into S3 and writes
 * where they lie.
 */
export function nested(world: World, outputs: Readonly<Record<string, Output>>): Nested {
  let most = resourcesAtFirst;
  let division = divisionOf(world, outputs, most);
  while (!fits(division)) {
    if (most < 10) throw new Error('stacks take more values from one another than CloudFormation hands over');
    most = Math.floor(most / 2);
    division = divisionOf(world, outputs, most);
  }
  const stacks = division.parts.map((part) => [pathOf(part.stack), templateOf(part, division, world)]);
  const resources = division.parts.map((part) => [stackId(part.stack), stackResource(part, division)]);
  return {
    root: { Resources: Object.fromEntries(resources), Outputs: division.outputs },
    stacks: Object.fromEntries(stacks),
  };
}
