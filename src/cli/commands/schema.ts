import type { Command } from '../command.ts';

export const schema: Command = {
  name: 'schema',
  summary: 'print the JSON Schema of the spec, for editors',
  details:
    "Point an editor's YAML extension at it, or begin a spec with `# yaml-language-server: $schema=quilla.schema.json`.",
  options: [],
  examples: ['quilla schema > quilla.schema.json'],
  callsAws: false,
  printsResult: false,
  async run({ io }) {
    const { specJsonSchema } = await import('../../app/index.ts');
    io.out(JSON.stringify(specJsonSchema(), null, 2));
    return 0;
  },
};
