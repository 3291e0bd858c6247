/** Fields of a manifest that serve a clone alone: its scripts, its tools, its Node, and the libraries that dist/ holds already. */
const forTheClone = ['scripts', 'dependencies', 'devDependencies', 'optionalDependencies'];

/** The text of the package.json that is published, from the clone's. */
export function publishedManifest(text: string): string {
  const fields = Object.entries(JSON.parse(text) as Record<string, unknown>);
  return `${JSON.stringify(Object.fromEntries(fields.filter(([name]) => !forTheClone.includes(name))), null, 2)}\n`;
}
