import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

const folder = 'dist/types';
const entry = join(folder, 'app/index.d.ts');

/**
 * Writes the library's types to dist/types: no file more than the entry reaches, and none that names another package, so that a
 * consumer's compiler needs nothing but these. Throws where tsc or that rule fails.
 */
export function writeTypes(): void {
  execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.types.json'], { stdio: 'inherit' });
  writeFileSync(join(folder, 'spec/input.d.ts'), plainTypes('src/spec/input.ts'));
  const reached = reachable(entry);
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, file);
    if (file.endsWith('.d.ts') && !reached.has(path)) rmSync(path);
  }
  const foreign = [...reached].flatMap(([path, names]) => names.map((name) => `${relative(folder, path)}: ${name}`));
  if (foreign.length > 0) throw new Error(`the published types name packages: ${foreign.join(', ')}`);
}

/** The exported types of a source as the checker resolves them: what zod infers from schemas becomes plain object types. */
function plainTypes(source: string): string {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
  const program = ts.createProgram([source], options);
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(source)!;
  const format =
    ts.TypeFormatFlags.NoTruncation |
    ts.TypeFormatFlags.InTypeAlias |
    ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;
  const aliases = file.statements.filter(ts.isTypeAliasDeclaration).map(({ name }) => {
    const type = checker.getTypeAtLocation(name);
    return `export type ${name.text} = ${checker.typeToString(type, undefined, format)};`;
  });
  return `/** What people write in a spec, as its schema reads it. */\n${aliases.join('\n')}\n`;
}

/** Every declaration file that the entry reaches, with the packages that each names. */
function reachable(first: string): Map<string, string[]> {
  const seen = new Map<string, string[]>();
  const ahead = [first];
  for (let path = ahead.pop(); path !== undefined; path = ahead.pop()) {
    if (seen.has(path)) continue;
    const names = ts.preProcessFile(readFileSync(path, 'utf8')).importedFiles.map(({ fileName }) => fileName);
    seen.set(
      path,
      names.filter((name) => !name.startsWith('.')),
    );
    for (const name of names.filter((each) => each.startsWith('.'))) {
      const target = relative('.', resolve(dirname(path), name.replace(/\.ts$/, '.d.ts')));
      if (existsSync(target)) ahead.push(target);
    }
  }
  return seen;
}
