import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { triagedDifferences } from '../judges/differences.ts';
import { motoFaults } from '../judges/moto-faults.ts';
import { code, type Page, sentence, table } from './markdown.ts';

const path = 'docs/judges.md';
const inProject = fileURLToPath(new URL(`../../${path}`, import.meta.url));

const handled = { mended: 'mended', without: 'judged without', tolerated: 'tolerated' } as const;

const faults = (): string =>
  table(
    ['call', 'what moto does', 'so', ''],
    motoFaults.map(({ call, fault, because, how }) => [call, sentence(fault), sentence(because), handled[how]]),
  );

const kinds = {
  '*': 'any',
  outcome: 'success or error',
  code: 'error code',
  'only-embedded': 'only embedded AWS',
  'only-moto': 'only moto',
  value: 'value',
  count: 'how many',
  'unknown-member': 'unknown to botocore',
  unread: 'not readable',
} as const;

const differences = (): string =>
  table(
    ['operation', 'member', 'differs', 'whose', 'why'],
    triagedDifferences.map(({ operation, path: member, kind, whose, note }) => [
      code(operation),
      code(member),
      kinds[kind],
      whose,
      sentence(note),
    ]),
  );

const lists: Readonly<Record<string, () => string>> = { 'moto-faults': faults, differences };

/** The page about judges, with the accepted differences of moto and the differential between the marks that name them. */
export function judgesPage(): Page {
  const text = readFileSync(inProject, 'utf8').replace(
    /(<!-- list: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (whole, begin: string, name: string, end: string) => {
      const list = lists[name];
      return list === undefined ? whole : `${begin}\n${list()}\n\n${end}`;
    },
  );
  return { path, text };
}
