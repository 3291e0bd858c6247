import { Failure, reporter } from '../base/diagnostic.ts';
import type { Invocation } from './command.ts';

/** Asks a person, unless --yes. Where nobody can be asked it fails and nothing is done. `answer` is what has to be typed: `yes` unless told. */
export async function confirm({ io, options }: Invocation, question: string, answer = 'yes'): Promise<void> {
  if (options.yes === true) return;
  const { appCodes } = await import('../app/index.ts');
  const report = reporter(appCodes);
  if (!io.canAsk)
    throw new Failure(
      report('app.not-confirmed', {
        detail: 'nobody can be asked here (no terminal)',
        fix: 'Say --yes to act without asking.',
      }),
    );
  const given = await io.ask(`\n${question} Type ${answer} to go on: `);
  if (given.toLowerCase() !== answer.toLowerCase())
    throw new Failure(
      report('app.not-confirmed', {
        detail: `the answer was ${given === '' ? 'empty' : JSON.stringify(given)}, not ${answer}`,
      }),
    );
}
