import type { CodeTable } from '../base/diagnostic.ts';

/** What can go wrong at the edges of the program. */
export const cliCodes = {
  'cli.embedded-busy': {
    severity: 'error',
    summary: 'Another command uses this embedded AWS',
    explanation:
      "Without a running `quilla emulator`, a command carries the embedded AWS in its own process and keeps its world in `.quilla/`. Two commands at a time would overwrite each other's world. Wait for the other command, or start `quilla emulator`, which serves any number of them.",
  },
  'cli.embedded-world': {
    severity: 'error',
    summary: 'The saved world of the embedded AWS cannot be read',
    explanation:
      'The file in `.quilla/` (or the one that `--state` names) is not a world that this version wrote. Remove it to begin with an empty account.',
  },
  'cli.bad-kubeconfig': {
    severity: 'error',
    summary: 'The kubeconfig cannot be changed',
    explanation: 'The file is no kubeconfig that kubectl would read. It was not touched.',
  },
  'cli.bad-option': {
    severity: 'error',
    summary: 'An option has a value that it cannot take',
    explanation: '`quilla help COMMAND` lists what each option takes.',
  },
} as const satisfies CodeTable;
