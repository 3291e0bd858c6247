/** Values of a template as CloudFormation resolves them: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */

export interface Lookups {
  /** What Ref returns for a logical id, a parameter or a pseudo parameter. */
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  /** A value of a mapping. */
  mapped(map: string, key: string, member: string): unknown;
}

type Argument = readonly unknown[];

/** Addresses as numbers; IPv6 with its longest run of zeros left out. */
function parseAddress(text: string): { value: bigint; bits: 32 | 128 } {
  if (!text.includes(':')) return { value: text.split('.').reduce((n, part) => n * 256n + BigInt(part), 0n), bits: 32 };
  const [head = '', tail] = text.split('::');
  const groups = (side: string): string[] => (side === '' ? [] : side.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0');
  return {
    value: BigInt(`0x${[...before, ...zeros, ...after].map((one) => one.padStart(4, '0')).join('')}`),
    bits: 128,
  };
}

function formatAddress(value: bigint, bits: 32 | 128): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  // The last runs of zeros of a subnet are its hosts: shortened as AWS does it.
  return groups.join(':').replace(/(?:^|:)0(?::0)+$/, '::');
}

/** A range in one way of writing, whatever its zeros look like. */
export function asRange(text: string): string {
  const [address, prefix] = text.split('/');
  const { value, bits } = parseAddress(address!);
  return `${formatAddress(value, bits)}/${prefix}`;
}

/** Ranges of that many host bits, one after another, from the beginning of a range. */
export function cidrs(block: string, count: number, hostBits: number): readonly string[] {
  const { value, bits } = parseAddress(block.split('/')[0]!);
  const size = 1n << BigInt(hostBits);
  return Array.from({ length: count }, (_, i) => `${formatAddress(value + BigInt(i) * size, bits)}/${bits - hostBits}`);
}

/** `${NAME}`, `${NAME.ATTRIBUTE}`, and `${!TEXT}` for `${TEXT}`. */
const substitute = (text: string, lookups: Lookups): string =>
  text.replaceAll(/\$\{([^}]*)\}/g, (_, inside: string) => {
    if (inside.startsWith('!')) return `\${${inside.slice(1)}}`;
    const dot = inside.indexOf('.');
    const value = dot < 0 ? lookups.ref(inside) : lookups.attribute(inside.slice(0, dot), inside.slice(dot + 1));
    return String(value);
  });

type Calculation = (argument: unknown, lookups: Lookups) => unknown;

const functions: Readonly<Record<string, Calculation>> = {
  Ref: (name, lookups) => lookups.ref(name as string),
  'Fn::GetAtt': (argument, lookups) => {
    const [id, ...attribute] = argument as readonly string[];
    return lookups.attribute(id!, attribute.join('.'));
  },
  'Fn::Sub': (text, lookups) => substitute(text as string, lookups),
  'Fn::Join': (argument) => {
    const [delimiter, parts] = argument as readonly [string, Argument];
    return parts.join(delimiter);
  },
  'Fn::Split': (argument) => {
    const [delimiter, text] = argument as readonly [string, string];
    return text.split(delimiter);
  },
  'Fn::Select': (argument) => {
    const [index, list] = argument as readonly [number | string, Argument];
    const value = list[Number(index)];
    if (value === undefined) throw new Error(`Fn::Select: a list of ${list.length} has no ${index}`);
    return value;
  },
  'Fn::Base64': (text) => Buffer.from(text as string, 'utf8').toString('base64'),
  'Fn::Cidr': (argument) => {
    const [block, count, hostBits] = argument as readonly [string, number | string, number | string];
    return cidrs(block, Number(count), Number(hostBits));
  },
  'Fn::FindInMap': (argument, lookups) => {
    const [map, key, member] = argument as readonly [string, string, string];
    return lookups.mapped(map, key, member);
  },
};

/** A value with every function calculated. Throws for a function that it does not know. */
export function resolveValue(value: unknown, lookups: Lookups): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, lookups));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && (first[0] === 'Ref' || first[0].startsWith('Fn::'))) {
    const calculate = functions[first[0]];
    if (calculate === undefined) throw new Error(`no function ${first[0]} is known`);
    return calculate(resolveValue(first[1], lookups), lookups);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, resolveValue(item, lookups)]));
}
