import type { InventoryObject } from '../inventory.ts';

export type Properties = Readonly<Record<string, unknown>>;

/** An inventory to look things up in. */
export interface Stock {
  readonly all: readonly InventoryObject[];
  of(type: string): readonly InventoryObject[];
  byKey(type: string, key: unknown): InventoryObject | undefined;
}

/** How a property of a template shows in what AWS describes. */
export interface Property {
  /** What AWS tells, in the shape of the template. */
  readonly told: (object: InventoryObject, stock: Stock, properties: Properties) => unknown;
  /** What AWS does where the template is silent; a function of the other properties where it depends on them. */
  readonly byDefault?: unknown;
  /** Brings both sides into one form: the order of what has none. */
  readonly form?: (value: unknown) => unknown;
  /** Compared only where the template says it: AWS's own choice is not known beforehand. */
  readonly onlyIfSaid?: true;
}

/** A type of CloudFormation beside what the inventory has of it. */
export interface TypeTable {
  /** The object that stands for a resource with these properties; `tag` is its `quilla.dev/id`. */
  readonly find: (properties: Properties, stock: Stock) => InventoryObject | undefined;
  /** What Ref returns. */
  readonly ref: (object: InventoryObject) => unknown;
  /** What Fn::GetAtt returns. */
  readonly attributes?: Readonly<Record<string, (object: InventoryObject, stock: Stock) => unknown>>;
  readonly properties: Readonly<Record<string, Property>>;
  /** Properties that count at creation, or for CloudFormation alone, and that AWS never tells, each with the reason. */
  readonly untold?: Readonly<Record<string, string>>;
}

/** A member of an answer by its path: `at('Rotation.KeyRotationEnabled')`. */
export const member = (object: InventoryObject, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (value, name) => (value as Readonly<Record<string, unknown>> | undefined)?.[name],
      object.attributes,
    );

export const at =
  (path: string) =>
  (object: InventoryObject): unknown =>
    member(object, path);

/** A property that stands in AWS's answer under a path. */
export const said = (path: string, more: Omit<Property, 'told'> = {}): Property => ({ told: at(path), ...more });

const text = (value: unknown): string => JSON.stringify(value) ?? '';

/** Lists whose order says nothing. */
export const asSet = (value: unknown): unknown =>
  Array.isArray(value) ? [...value].sort((a, b) => (text(a) < text(b) ? -1 : 1)) : value;

/** Numbers and truth values that one side writes as texts. */
export const asText = (value: unknown): unknown => (value === undefined ? undefined : String(value));

/** AWS keeps names of DNS with a dot at their end and in small letters. */
export const asName = (value: unknown): unknown => String(value).toLowerCase().replace(/\.$/, '');

/** Tags by which Quilla owns, and those by which it knows what was exported: one in the place of the other. */
const marks = /^quilla\.dev\/(cluster|exported|creator|applied-desired-size|kept\/.*)$/;

type ListedTag = { readonly Key: string; readonly Value: unknown };

/** Tags as a map without the marks of who owns. */
const unmarked = (tags: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !marks.test(key) && !key.startsWith('aws:')));

const tagsAsMap = (value: unknown): unknown =>
  Array.isArray(value)
    ? Object.fromEntries((value as readonly ListedTag[]).map(({ Key, Value }) => [Key, Value]))
    : value;

export const tags: Property = {
  told: (object) => object.tags,
  byDefault: {},
  form: (value) => unmarked(tagsAsMap(value) as Readonly<Record<string, unknown>>),
};

/** The object of a type that carries the id that the template's tags give. */
export const byTag =
  (type: string, tagProperty = 'Tags') =>
  (properties: Properties, stock: Stock): InventoryObject | undefined => {
    const own = tagsAsMap(properties[tagProperty]) as Readonly<Record<string, unknown>> | undefined;
    const id = own?.['quilla.dev/id'];
    const cluster = own?.['quilla.dev/exported'];
    const found = stock
      .of(type)
      .filter((object) => object.tags['quilla.dev/id'] === id && object.tags['quilla.dev/cluster'] === cluster);
    return id === undefined || found.length !== 1 ? undefined : found[0];
  };

/** The object of a type with that key. */
export const byProperty =
  (type: string, property: string) =>
  (properties: Properties, stock: Stock): InventoryObject | undefined =>
    stock.byKey(type, properties[property]);

export const key = (object: InventoryObject): string => object.key;
