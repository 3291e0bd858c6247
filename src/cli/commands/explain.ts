import { cliCodes } from '../codes.ts';
import type { Command } from '../command.ts';
import { expect, show } from '../outcome.ts';

export const explain: Command = {
  name: 'explain',
  summary: 'say what a diagnostic means and what to do',
  arguments: [
    {
      name: 'code',
      summary: 'the code in brackets, like `spec.bad-cidr`; without one, all are listed',
      required: false,
    },
  ],
  options: [],
  examples: ['quilla explain spec.bad-cidr', 'quilla explain'],
  callsAws: false,
  printsResult: true,
  async run(invocation) {
    const [{ allCodes, explain: explainCode }, { columns, paragraph }] = await Promise.all([
      import('../../app/explain.ts'),
      import('../views/layout.ts'),
    ]);
    const known = { ...allCodes, ...cliCodes };
    const style = invocation.io.outStyle;
    const [code] = invocation.args;
    if (code === undefined) {
      const rows = Object.entries(known).map(([name, { severity, summary }]) => [style.bold(name), severity, summary]);
      const codes = Object.entries(known).map(([name, entry]) => ({ code: name, ...entry }));
      show(invocation, 'Codes', { data: { codes }, text: columns(rows, style, 0).join('\n') });
      return 0;
    }
    const entry = expect(explainCode(code, cliCodes));
    const text = `${style.bold(entry.code)} (${entry.severity}): ${entry.summary}\n\n${paragraph(entry.explanation, style)}`;
    show(invocation, 'Code', { data: entry, text });
    return 0;
  },
};
