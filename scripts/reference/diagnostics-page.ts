import { allCodes } from '../../src/app/explain.ts';
import type { CodeTable } from '../../src/base/diagnostic.ts';
import { cliCodes } from '../../src/cli/codes.ts';
import { blocks, code, type Page, page, table } from './markdown.ts';

const every: CodeTable = { ...allCodes, ...cliCodes };

/** What the first part of a code says about where it comes from. */
const origins: Readonly<Record<string, string>> = {
  spec: 'What is written in a spec. Nothing was called.',
  graph: 'What a spec asks for, together with what AWS says of given things.',
  plan: 'What a plan found.',
  app: 'What a verb found, before or while it acted.',
  aws: 'What AWS answered.',
  wait: 'What was waited for.',
  cluster: 'What `quilla status` found of the control plane.',
  node: 'What `quilla status` found of nodes, and of instances that are none.',
  pod: 'What `quilla status` found of pods.',
  api: 'What `quilla status` found of the Kubernetes API.',
  cli: 'The program itself.',
};

function section(origin: string, codes: readonly string[]): string {
  const entries = codes.map((name) => {
    const { severity, summary, explanation } = every[name]!;
    return blocks(`### ${name}`, `${summary} (${severity}).`, explanation);
  });
  return blocks(`## ${origin}`, origins[origin] ?? '', ...entries);
}

/** docs/reference/diagnostics.md, from the tables of codes. */
export function diagnosticsPage(): Page {
  const names = Object.keys(every).sort();
  const groups = Map.groupBy(names, (name) => name.split('.', 1)[0]!);
  return page(
    'docs/reference/diagnostics.md',
    'the tables of codes',
    '# Diagnostics',
    'A diagnostic has a code, a severity, a fixed summary, a detail that says what and why in this case, and mostly what to do. An error stops; a warning and a note do not. `quilla explain CODE` prints the text of this page.',
    table(
      ['Code', 'Severity', 'Summary'],
      names.map((name) => [
        `[${code(name)}](#${name.replaceAll('.', '')})`,
        every[name]!.severity,
        every[name]!.summary,
      ]),
    ),
    ...[...groups].map(([origin, codes]) => section(origin, codes)),
  );
}
