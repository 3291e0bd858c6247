import { cliPage } from './cli-page.ts';
import { diagnosticsPage } from './diagnostics-page.ts';
import { kindsPage } from './kinds-page.ts';
import type { Page } from './markdown.ts';
import { operationsPage } from './operations-page.ts';
import { readmePages } from './readme-pages.ts';
import { specPage } from './spec-page.ts';

/** Every page of docs/reference and the READMEs' excerpts, made from the code as it is now. */
export async function referencePages(): Promise<readonly Page[]> {
  return [specPage(), cliPage(), diagnosticsPage(), kindsPage(), await operationsPage(), ...(await readmePages())];
}
