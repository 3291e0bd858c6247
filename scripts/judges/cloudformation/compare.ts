import { canonicalJson } from '../../../src/base/canonical-json.ts';
import type { InventoryObject } from '../inventory.ts';
import { doorTypes } from './door-types.ts';
import { eksTypes } from './eks-types.ts';
import { type Lookups, resolveValue } from './functions.ts';
import { identityTypes } from './identity-types.ts';
import { machineTypes } from './machine-types.ts';
import { networkTypes } from './network-types.ts';
import { egressOf, ruleTypes } from './rule-types.ts';
import type { Properties, Property, Stock, TypeTable } from './type-table.ts';

export const typeTables: Readonly<Record<string, TypeTable>> = {
  ...networkTypes,
  ...ruleTypes,
  ...identityTypes,
  ...eksTypes,
  ...machineTypes,
  ...doorTypes,
};

interface TemplateResource {
  readonly Type: string;
  readonly Properties: Properties;
}

export interface TemplateFile {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface Difference {
  readonly logicalId: string;
  readonly type: string;
  readonly property: string;
  readonly template: unknown;
  readonly told: unknown;
}

export interface Comparison {
  readonly resources: number;
  /** Properties that both sides say, or that the template leaves to AWS's default. */
  readonly compared: number;
  readonly differences: readonly Difference[];
  /** Objects of the world that some resource stands for, as type and key. */
  readonly held: ReadonlySet<string>;
}

export function stockOf(all: readonly InventoryObject[]): Stock {
  const types = Map.groupBy(all, ({ type }) => type);
  const keys = new Map(all.map((object) => [`${object.type} ${object.key}`, object]));
  return { all, of: (type) => types.get(type) ?? [], byKey: (type, key) => keys.get(`${type} ${key}`) };
}

/** A resource of the template with the object that stands for it. */
interface Pair {
  readonly properties: Properties;
  readonly object: InventoryObject;
}

/** Finds each resource's object, those first that it refers to. */
function pairing(template: TemplateFile, stock: Stock, pseudo: Readonly<Record<string, string>>) {
  const pairs = new Map<string, Pair>();
  const lookups: Lookups = {
    ref: (name) => pseudo[name] ?? tableOf(name).ref(pair(name).object),
    attribute: (id, attribute) => {
      const read = tableOf(id).attributes?.[attribute];
      if (read === undefined) throw new Error(`no attribute ${attribute} of ${template.Resources[id]?.Type} is known`);
      const value = read(pair(id).object, stock);
      if (value === undefined) throw new Error(`AWS tells no ${attribute} of ${id}`);
      return value;
    },
    mapped: (map, key, name) => template.Mappings![map]![key]![name],
  };
  const tableOf = (id: string): TypeTable => {
    const type = template.Resources[id]?.Type;
    const table = type === undefined ? undefined : typeTables[type];
    if (table === undefined) throw new Error(`${id} is of a type that is not known: ${type}`);
    return table;
  };
  const pair = (id: string): Pair => {
    const known = pairs.get(id);
    if (known !== undefined) return known;
    const properties = resolveValue(template.Resources[id]!.Properties, lookups) as Properties;
    const object = tableOf(id).find(properties, stock);
    if (object === undefined)
      throw new Error(`nothing in the world is ${id}: ${JSON.stringify(properties).slice(0, 300)}`);
    pairs.set(id, { properties, object });
    return { properties, object };
  };
  return { pair, lookups };
}

const same = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null);

const formed = ({ form }: Property, value: unknown): unknown =>
  value === undefined || form === undefined ? value : form(value);

/** Both sides of a property; undefined where there is nothing to compare. */
function sides(property: Property, name: string, { properties, object }: Pair, stock: Stock) {
  if (property.onlyIfSaid === true && !(name in properties)) return undefined;
  const told = formed(property, property.told(object, stock, properties) ?? property.byDefault);
  return { template: formed(property, name in properties ? properties[name] : property.byDefault), told };
}

/**
 * A template beside the world that direct apply made: references are resolved by what stands there, and every property is compared with
 * what AWS tells. A property that no table knows is a difference.
 */
export function compare(template: TemplateFile, stock: Stock, pseudo: Readonly<Record<string, string>>): Comparison {
  const { pair, lookups } = pairing(template, stock, pseudo);
  const differences: Difference[] = [];
  const held = new Set<string>();
  let compared = 0;
  const ids = Object.keys(template.Resources);
  for (const id of ids) held.add(`${pair(id).object.type} ${pair(id).object.key}`);
  const written = new Set(
    ids
      .filter((id) => template.Resources[id]!.Type === 'AWS::EC2::SecurityGroupEgress')
      .map((id) => pair(id).object.key),
  );
  const judge = (
    logicalId: string,
    property: string,
    { template: say, told }: { template: unknown; told: unknown },
  ) => {
    compared += 1;
    const type = template.Resources[logicalId]!.Type;
    if (!same(say, told)) differences.push({ logicalId, type, property, template: say, told });
  };
  for (const id of ids) {
    const { Type } = template.Resources[id]!;
    const table = typeTables[Type]!;
    const found = pair(id);
    for (const [name, property] of Object.entries(table.properties)) {
      const both = sides(property, name, found, stock);
      if (both !== undefined) judge(id, name, both);
    }
    if (Type === 'AWS::EC2::SecurityGroup') {
      const egress = egressOf(found.properties, found.object, { stock, written });
      judge(id, 'SecurityGroupEgress', egress);
      for (const rule of egress.rules) held.add(`${rule.type} ${rule.key}`);
    }
    for (const name of Object.keys(found.properties))
      if (!(name in table.properties) && !(name in (table.untold ?? {})))
        judge(id, name, { template: found.properties[name], told: 'no table knows it' });
  }
  resolveValue(template.Outputs ?? {}, lookups);
  return { resources: ids.length, compared, differences, held };
}
