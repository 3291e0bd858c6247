import { cliPage } from './cli-page.ts';
import { diagnosticsPage } from './diagnostics-page.ts';
import { judgesPage } from './judges-page.ts';
import { kindsPage } from './kinds-page.ts';
import type { Page } from './markdown.ts';
import { operationsPage } from './operations-page.ts';
import { readmePages } from './readme-pages.ts';
import { specPage } from './spec-page.ts';

/** Every page of docs/reference, the READMEs' excerpts and the lists of docs/judges.md, made from the code as it is now. */
export async function referencePages(): Promise<readonly Page[]> {
  return [
    specPage(),
    cliPage(),
    diagnosticsPage(),
    kindsPage(),
    judgesPage(),
    await operationsPage(),
    ...(await readmePages()),
  ];
}
