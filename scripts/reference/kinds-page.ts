import { formatDuration } from '../../src/base/duration.ts';
import type { Field } from '../../src/model/field.ts';
import type { KindTable } from '../../src/model/kind.ts';
import { kinds } from '../../src/model/kinds/index.ts';
import { type KindName, kindNames } from '../../src/model/kinds/names.ts';
import { blocks, code, type Page, page, sentence, table } from './markdown.ts';

const foundBy: Readonly<Record<KindTable['found'], string>> = {
  tag: 'found by our tags',
  name: 'found by its name',
  path: 'found by its path',
  parent: 'found through what holds it',
};

const listed = (value: string | readonly string[]): string => (typeof value === 'string' ? [value] : value).join(', ');

function meaning(field: Field): string {
  const { doc, refersTo, isOptional, compare, handedOver, setOnce, interrupts, moves, opaque } = field;
  return [
    sentence(doc),
    ...(refersTo === undefined ? [] : [`Refers to ${listed(refersTo)}.`]),
    ...(isOptional && field.change !== 'observed' ? ["Left out: AWS's own default stands and is not compared."] : []),
    ...(compare === 'set' ? ['Order does not matter.'] : []),
    ...(compare === 'json' ? ['Compared as a JSON document.'] : []),
    ...(setOnce === true ? ['May be set later; changing it again replaces the resource.'] : []),
    ...(handedOver === undefined
      ? []
      : [`Applied only when the spec's value is not the one in the tag ${code(handedOver)}.`]),
    ...(interrupts === undefined ? [] : [`A change interrupts ${interrupts}.`]),
    ...(moves === true ? ['An update of the resource may change it.'] : []),
    ...(opaque === true ? ['Plans show a hash in place of the value.'] : []),
  ].join(' ');
}

function facts({ concern, found, replace, after, goesWith, usually }: KindTable): string {
  const times = (['create', 'update', 'delete'] as const).map((act) => `${act} ${formatDuration(usually[act])}`);
  return [
    `Concern: ${concern}; ${foundBy[found]}; replaced ${replace}.`,
    ...(after === undefined ? [] : [`Comes after ${listed(after)}.`]),
    ...(goesWith === undefined ? [] : [`AWS removes it together with what ${code(goesWith)} names.`]),
    `Usual times: ${times.join(', ')}.`,
  ].join(' ');
}

function section(name: KindName): string {
  const kind: KindTable = kinds[name];
  const rows = Object.entries(kind.fields).map(([field, row]) => [code(field), row.change, meaning(row)]);
  return blocks(`## ${name}`, sentence(kind.label), facts(kind), table(['Field', 'Change', 'What it is'], rows));
}

/** docs/reference/kinds.md, from the field tables. */
export const kindsPage = (): Page =>
  page(
    'docs/reference/kinds.md',
    'the field tables (src/model/kinds)',
    '# Kinds of resources',
    'Everything that Quilla makes is of one of these kinds. The tables are what plans are made by: they say what a change of each field costs. `patches` and `ignore` of a spec name these fields.',
    table(
      ['Change', 'Meaning'],
      [
        ['fixed', 'set at creation; a change replaces the resource'],
        ['mutable', 'changed in place'],
        ['rolled', 'changed in place; instances made before it are stale'],
        ['observed', 'AWS tells it; nobody sets it'],
      ],
    ),
    'Replaced *create-first*: the new one is made before the old one goes. *delete-first*: two cannot stand side by side.',
    ...kindNames.map(section),
  );
