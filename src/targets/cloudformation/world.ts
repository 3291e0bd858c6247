import { exportedTags } from '../../model/exported-tags.ts';
import type { Tags } from '../../model/field.ts';
import type { Resource } from '../../model/graph.ts';
import { type Ref, refsIn } from '../../model/value.ts';
import type { ExportInput } from '../export/exported.ts';
import { type Held, heldBy } from '../export/held.ts';
import type { EmitContext } from './cloudformation-kind.ts';
import { type Item, itemsOf } from './items.ts';
import { kindOf } from './kind-of.ts';
import { logicalIds } from './logical-ids.ts';
import { type SharedTexts, sharedTexts } from './shared-texts.ts';
import { listOfTags } from './tags.ts';

/** What a graph becomes before it is known which template holds what. */
export interface World {
  readonly input: ExportInput;
  readonly context: EmitContext;
  readonly held: Held;
  readonly items: readonly Item[];
  /** Items by the id of their resource. */
  readonly itemsOf: ReadonlyMap<string, readonly Item[]>;
  readonly shared: SharedTexts;
  /** What tells an observed field inside the template that holds its resource; null where nothing does. */
  told(ref: Ref): unknown;
}

/** IPv4 ranges of the VPC: those in the graph, else what the caller knows of a given one. */
function vpcRangesOf({ graph, givenVpcRanges }: ExportInput): readonly string[] | undefined {
  const own = graph.resources.flatMap((one) =>
    one.kind === 'vpc' || one.kind === 'vpc-cidr-block' ? [String(one.desired.cidr)] : [],
  );
  return graph.resources.some(({ kind }) => kind === 'vpc') ? own : givenVpcRanges;
}

function contextOf(input: ExportInput): EmitContext {
  const { graph, specFile } = input;
  const byId = new Map(graph.resources.map((resource) => [resource.id, resource]));
  const asked = new Set(
    graph.resources.flatMap(({ desired }) => refsIn(desired).map((ref) => `${ref.$ref} ${ref.field}`)),
  );
  const tags = (desired: unknown) => exportedTags(desired as Tags, graph.cluster);
  return {
    cluster: graph.cluster,
    region: graph.region,
    specFile,
    resources: graph.resources,
    vpcRanges: vpcRangesOf(input),
    resource: (id) => byId.get(id),
    tags,
    tagList: (desired) => listOfTags(tags(desired)),
    isAskedFor: (id, field) => asked.has(`${id} ${field}`),
  };
}

/** Where a field that nobody tells is needed, the resource cannot be held. */
function untold(resource: Resource, told: World['told']): string | undefined {
  const ref = refsIn(resource.desired).find((one) => told(one) === null);
  return ref === undefined ? undefined : `CloudFormation does not tell the ${ref.field} of ${ref.$ref}, which it needs`;
}

/** Long texts of launch templates with what they share standing once. */
const withShared = (held: Held, shared: SharedTexts): readonly Resource[] =>
  held.held.map((resource) =>
    resource.kind === 'launch-template' && resource.desired.userData !== null
      ? {
          ...resource,
          desired: { ...resource.desired, userData: shared.divide(resource.desired.userData) as string },
        }
      : resource,
  );

export function worldOf(input: ExportInput): World {
  const context = contextOf(input);
  const names = logicalIds(input.graph.resources);
  const told = ({ $ref, field }: Ref): unknown => {
    const resource = context.resource($ref)!;
    const attribute = (kindOf(resource).attributes as Readonly<Record<string, unknown>>)[field];
    const at = (name: string) =>
      name === 'Ref' ? { Ref: names.get($ref)! } : { 'Fn::GetAtt': [names.get($ref)!, name] };
    if (typeof attribute === 'function') return attribute(resource, context, at);
    return typeof attribute === 'string' ? at(attribute) : null;
  };
  const held = heldBy(
    input.graph,
    (resource) => kindOf(resource).whyNot?.(resource, context) ?? untold(resource, told),
  );
  const shared = sharedTexts(
    held.held.flatMap((one) =>
      one.kind === 'launch-template' && one.desired.userData !== null ? [one.desired.userData] : [],
    ),
  );
  const items = withShared(held, shared).flatMap((resource) =>
    itemsOf(resource, { held: held.held, context, logicalId: names.get(resource.id)! }),
  );
  return { input, context, held, items, itemsOf: Map.groupBy(items, ({ resource }) => resource.id), shared, told };
}
