import type { Command } from '../command.ts';

export const demo: Command = {
  name: 'demo',
  summary: "take the article's two clusters from nothing to Ready nodes and back, on the embedded AWS",
  details: 'Needs no account and changes nothing outside this process.',
  options: [],
  examples: ['quilla demo'],
  callsAws: false,
  printsResult: false,
  run: async ({ io }) => (await import('../demo/run-demo.ts')).runDemo(io),
};
