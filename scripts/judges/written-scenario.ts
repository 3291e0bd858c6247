import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Snapshot } from '../../src/model/snapshot.ts';
import type { Exported } from '../../src/targets/export/exported.ts';
import { emitTerraform } from '../../src/targets/terraform/emit.ts';
import { type Scenario, scenario } from '../../src/testing/scenarios.ts';

/** A scenario's Terraform in a folder of its own. */
export interface WrittenScenario extends AsyncDisposable {
  readonly of: Scenario;
  readonly folder: string;
  readonly exported: Exported;
}

/** Writes the files of an export under a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

interface ExportOptions {
  readonly snapshot?: Snapshot;
}

/** A scenario as Terraform, with import blocks where a snapshot is given. */
export function exportScenario(
  { graph, facts: { account, partition }, folder }: Scenario,
  { snapshot }: ExportOptions = {},
): Exported {
  const input = { graph, account, partition, specFile: join(folder, 'spec.yaml') };
  return emitTerraform(snapshot === undefined ? input : { ...input, snapshot });
}

/** Writes a scenario as Terraform; the folder goes at the end of the block. */
export function writeScenario(name: string, options: ExportOptions = {}): WrittenScenario {
  const of = scenario(name);
  const exported = exportScenario(of, options);
  const folder = mkdtempSync(join(tmpdir(), `quilla-${name}-`));
  writeFiles(folder, exported.files);
  return {
    of,
    folder,
    exported,
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  };
}
