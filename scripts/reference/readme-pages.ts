import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyPlan, Failure, type LoadedCluster, loadCluster, planCluster } from '../../src/app/index.ts';
import type { Io } from '../../src/cli/io.ts';
import { run } from '../../src/cli/main.ts';
import { planText } from '../../src/cli/views/human/plan.ts';
import { styleFor } from '../../src/cli/views/style.ts';
import { catalogDate } from '../../src/emulator/new-world.ts';
import { startSession } from '../../src/testing/session.ts';
import { fenced, type Page } from './markdown.ts';

const inProject = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** What a command line prints as its result, and beside it. */
async function printed(folder: string, ...argv: readonly string[]): Promise<{ out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const style = styleFor({}, {});
  const io: Io = {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    outStyle: style,
    errStyle: style,
    env: { QUILLA_AWS: 'embedded', QUILLA_HOME: folder },
    cwd: folder,
    canAsk: false,
    isLive: false,
    signal: new AbortController().signal,
    ask: () => Promise.reject(new Error('nobody is asked here')),
  };
  await run(argv, io);
  return { out: out.join('\n').trim(), err: err.join('\n').trim() };
}

/** How many rows of a section an excerpt shows. */
const rowsShown = 4;

/** A plan with long sections cut: what is left out is marked. */
function excerpt(plan: string): string {
  return plan
    .split('\n\n')
    .map((section) => {
      const [head, ...rows] = section.split('\n');
      const starts = rows.flatMap((row, i) => (/^ {2}\S/.test(row) ? [i] : []));
      const end = starts[rowsShown];
      if (end === undefined || starts.length <= rowsShown + 2) return section;
      return [head, ...rows.slice(0, end), `  ... and ${starts.length - rowsShown} more`].join('\n');
    })
    .join('\n\n');
}

/** The example with an API that these ranges reach, and the changes that the README shows. */
const opened = (spec: string, ...from: readonly string[]): string =>
  spec.replace('  nodeGroups:', `  access: {api: {public: true, from: [${from.join(', ')}]}}\n  nodeGroups:`);
const changed = (spec: string): string =>
  opened(spec, '203.0.113.0/24').replace('desired: 3, max: 6}', 'desired: 4, max: 8}\n      rootVolume: {size: 120}');

function loaded(text: string): LoadedCluster {
  const result = loadCluster(text, { today: new Date(catalogDate) });
  if (!result.ok) throw new Failure(...result.diagnostics);
  return result.value;
}

/** A plan of changes, on an embedded AWS that has the cluster as it was before. No API server listens: its port may be in use. */
async function planOfChange(spec: string): Promise<string> {
  const session = await startSession();
  try {
    const { toRead, toWrite } = session.ports;
    const before = await planCluster(loaded(opened(spec, '203.0.113.0/24', '198.51.100.0/24')), toRead);
    for await (const event of applyPlan(before, toWrite)) {
      if (event.type === 'failed') throw new Failure(...event.diagnostics);
    }
    const { plan } = await planCluster(loaded(changed(spec)), toRead);
    return planText(plan, styleFor({}, {}), { verbose: false });
  } finally {
    await session.stop();
  }
}

async function excerpts(): Promise<Readonly<Record<string, string>>> {
  const folder = mkdtempSync(join(tmpdir(), 'quilla-docs-'));
  try {
    const spec = readFileSync(inProject('examples/eks.yaml'), 'utf8');
    const wrong = spec.replace('10.0.0.0/16', '10.0.0.1/16').replace('instanceTypes', 'instanceTyps');
    writeFileSync(join(folder, 'demo.yaml'), spec);
    writeFileSync(join(folder, 'wrong.yaml'), wrong);
    const plan = await printed(folder, 'plan', '-f', 'demo.yaml');
    const errors = await printed(folder, 'plan', '-f', 'wrong.yaml');
    return { plan: excerpt(plan.out), change: await planOfChange(spec), errors: errors.err };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Puts each excerpt between the marks that name it: `<!-- excerpt: plan -->` and `<!-- end -->`. */
const filled = (text: string, made: Readonly<Record<string, string>>): string =>
  text.replace(/(<!-- excerpt: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g, (_, begin: string, name: string, end: string) => {
    const body = made[name];
    if (body === undefined) throw new Error(`there is no excerpt ${name}`);
    return `${begin}\n${fenced('text', body)}\n\n${end}`;
  });

/** The READMEs, with what the CLI prints now for the examples in them. */
export async function readmePages(): Promise<readonly Page[]> {
  const made = await excerpts();
  return ['README.md', 'README.es.md'].map((path) => ({
    path,
    text: filled(readFileSync(inProject(path), 'utf8'), made),
  }));
}
