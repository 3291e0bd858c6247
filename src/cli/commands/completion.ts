import type { Command } from '../command.ts';

export const completion: Command = {
  name: 'completion',
  summary: 'print a completion script for a shell',
  details:
    'bash: source <(quilla completion bash). zsh: quilla completion zsh > "${fpath[1]}/_quilla". fish: quilla completion fish | source.',
  arguments: [{ name: 'shell', summary: 'which shell', required: true, choices: ['bash', 'zsh', 'fish'] }],
  options: [],
  examples: ['source <(quilla completion bash)'],
  callsAws: false,
  printsResult: false,
  async run({ args, io, commands }) {
    const { completionScript } = await import('../completion-script.ts');
    io.out(completionScript(args[0] as 'bash' | 'zsh' | 'fish', commands));
    return 0;
  },
};
