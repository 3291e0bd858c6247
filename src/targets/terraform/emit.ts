import { canonicalJson } from '../../base/canonical-json.ts';
import { exportedTags, ownTags } from '../../model/exported-tags.ts';
import type { Tags } from '../../model/field.ts';
import type { Resource } from '../../model/graph.ts';
import type { KindName } from '../../model/kinds/names.ts';
import type { Found } from '../../model/snapshot.ts';
import { type Lookup, type Ref, refsIn, resolve } from '../../model/value.ts';
import { exportDiagnostics } from '../export/diagnostics.ts';
import type { Exported, ExportInput } from '../export/exported.ts';
import { type Held, heldBy } from '../export/held.ts';
import { furtherNeeds } from '../export/order.ts';
import { adoptCommand } from '../export/output-texts.ts';
import { addressNames } from './addresses.ts';
import { type Rendering, render } from './expression.ts';
import { terraformKinds } from './index.ts';
import type { Block, EmitContext, Output, TerraformKind } from './terraform-kind.ts';
import { versions } from './versions.ts';

const quillaTags = 'quilla.dev/';

const kindOf = <K extends KindName>(resource: Resource<K>): TerraformKind<K> =>
  terraformKinds[resource.kind] as unknown as TerraformKind<K>;

interface Emission {
  readonly input: ExportInput;
  readonly context: EmitContext;
  readonly held: Held;
  readonly rendering: Rendering;
}

/** What is imported keeps the tags by which Quilla owns it until `quilla disown`: Terraform says nothing of them. */
const withoutQuillas = (tags: Tags): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith(quillaTags)));

function contextOf({ graph, account, partition, specFile, snapshot }: ExportInput): EmitContext {
  const names = addressNames(graph.resources);
  const byId = new Map(graph.resources.map((resource) => [resource.id, resource]));
  return {
    cluster: graph.cluster,
    region: graph.region,
    account,
    partition,
    specFile,
    nameOf: (id) => names.get(id)!,
    resource: (id) => byId.get(id),
    tags: (desired) =>
      snapshot === undefined ? exportedTags(desired as Tags, graph.cluster) : withoutQuillas(desired as Tags),
    imports: snapshot !== undefined,
  };
}

const nameOf = (block: Block, resource: Resource, { nameOf: own }: EmitContext): string =>
  `${own(resource.id)}${block.suffix ?? ''}`;

function addressOf(id: string, context: EmitContext): string {
  const [first] = addressesOf(id, context);
  if (first === undefined) throw new Error(`${id} has no block in Terraform`);
  return first;
}

function attributeOf(ref: Ref, context: EmitContext): string {
  const resource = context.resource(ref.$ref)!;
  const attributes: TerraformKind<KindName>['attributes'] = kindOf(resource).attributes;
  const given = attributes[ref.field as keyof typeof attributes];
  if (given === undefined || given === null) throw new Error(`Terraform tells no ${ref.field} of ${ref.$ref}`);
  const attribute = typeof given === 'function' ? (given as (resource: Resource) => string)(resource) : given;
  return `${addressOf(ref.$ref, context)}.${attribute}`;
}

/** Addresses of all that stands for a resource; the first is the one that others refer to. */
function addressesOf(id: string, context: EmitContext): readonly string[] {
  const resource = context.resource(id)!;
  return kindOf(resource)
    .blocks(resource, context)
    .map((block) => `${block.type}.${nameOf(block, resource, context)}`);
}

/**
 * Addresses that a block must come after though no argument says so. What it refers to has to be whole: a role with its policies, a
 * bucket with its versioning.
 */
function dependsOn(block: Block, resource: Resource, { held, context }: Emission): readonly string[] {
  const siblings = kindOf(resource).blocks(resource, context);
  const own = siblings
    .filter(({ type }) => block.after?.includes(type) === true)
    .map((sibling) => `${sibling.type}.${nameOf(sibling, resource, context)}`);
  const others = furtherNeeds(resource, held.held).flatMap((id) => addressesOf(id, context));
  const referred = [...new Set(refsIn(block.body).map(({ $ref }) => $ref))].filter((id) => id !== resource.id);
  const rest = referred.flatMap((id) => addressesOf(id, context).slice(1));
  return [...new Set([...others, ...rest, ...own])].sort();
}

function bodyOf(block: Block, resource: Resource, emission: Emission): unknown {
  const { context, rendering } = emission;
  const body = render(block.body, rendering) as Record<string, unknown>;
  const depends = dependsOn(block, resource, emission);
  const lifecycle = block.body.lifecycle as { ignore_changes?: readonly string[] } | undefined;
  const ignored = [...(lifecycle?.ignore_changes ?? []), ...(context.imports ? (block.notImported ?? []) : [])];
  return {
    ...body,
    ...(depends.length === 0 ? {} : { depends_on: depends }),
    ...(ignored.length === 0 ? {} : { lifecycle: { ...lifecycle, ignore_changes: ignored } }),
  };
}

/** Resources by type and name. */
function resourcesOf(emission: Emission): Record<string, Record<string, unknown>> {
  const types: Record<string, Record<string, unknown>> = {};
  for (const resource of emission.held.held) {
    for (const block of kindOf(resource).blocks(resource, emission.context)) {
      const name = nameOf(block, resource, emission.context);
      const ofType = types[block.type] ?? {};
      types[block.type] = ofType;
      if (name in ofType) throw new Error(`two resources are ${block.type}.${name}`);
      ofType[name] = bodyOf(block, resource, emission);
    }
  }
  return types;
}

/** An import block for each block of a resource that stands. Ids are made of what references stand for. */
function importsOf({ input: { snapshot }, held, context }: Emission): readonly { to: string; id: string }[] {
  const found = new Map(snapshot?.found.map((object) => [object.id, object]));
  const lookup: Lookup = ({ $ref, field }) =>
    (found.get($ref)?.observed as Readonly<Record<string, string | undefined>> | undefined)?.[field];
  return held.held.flatMap((resource) => {
    const object = found.get(resource.id);
    if (object === undefined) return [];
    const { blocks, importIds } = kindOf(resource);
    const ids = (importIds as ((found: Found, resource: Resource) => readonly (string | undefined)[]) | undefined)?.(
      object,
      { ...resource, desired: resolve(resource.desired, lookup) } as Resource,
    );
    return blocks(resource, context).flatMap((block, i) => {
      const id = ids?.[i];
      return id === undefined ? [] : [{ to: `${block.type}.${nameOf(block, resource, context)}`, id }];
    });
  });
}

/** What is imported is Quilla's until `quilla disown`: there is nothing to adopt. */
const adoption = ({ specFile }: ExportInput): Readonly<Record<string, Output>> => ({
  adopt_command: adoptCommand(specFile, 'this configuration'),
});

function outputsOf({ input, context, rendering }: Emission): Record<string, unknown> {
  const own = input.graph.resources.map((resource) => kindOf(resource).outputs?.(resource, context) ?? {});
  const all = Object.assign({}, ...own, context.imports ? {} : adoption(input)) as Record<string, Output>;
  return Object.fromEntries(Object.entries(all).map(([name, output]) => [name, render(output, rendering)]));
}

const diagnosticsOf = ({ input, held }: Emission): Exported['diagnostics'] =>
  exportDiagnostics(
    input,
    held,
    held.held.flatMap((resource) => (kindOf(resource).lacks?.(resource) ?? []).map((detail) => ({ resource, detail }))),
  );

const ignoredTags = ({ graph, snapshot }: ExportInput): ReturnType<typeof ownTags> =>
  snapshot === undefined ? ownTags(graph.cluster) : { keys: [], prefixes: [quillaTags] };

const jsonFile = (value: unknown): string => `${canonicalJson(value, 2)}\n`;

/** A graph as a Terraform configuration. Equal input gives equal texts, with addresses that follow from the ids of resources. */
export function emitTerraform(input: ExportInput): Exported {
  const context = contextOf(input);
  const files: Record<string, string> = {};
  const rendering: Rendering = {
    addressOf: (ref) => attributeOf(ref, context),
    onFile: (path, text) => {
      files[path] = text;
    },
  };
  const held = heldBy(input.graph, (resource) => kindOf(resource).whyNot?.(resource, context));
  const emission: Emission = { input, context, held, rendering };
  const imports = importsOf(emission);
  const main = { resource: resourcesOf(emission), ...(imports.length === 0 ? {} : { import: imports }) };
  return {
    files: {
      'versions.tf.json': jsonFile(versions(input, ignoredTags(input))),
      'main.tf.json': jsonFile(main),
      'outputs.tf.json': jsonFile({ output: outputsOf(emission) }),
      ...files,
    },
    diagnostics: diagnosticsOf(emission),
    commands: ['terraform init && terraform plan && terraform apply'],
  };
}
