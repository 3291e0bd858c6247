import type { Turns } from '../turns.ts';
import { type EmbeddedPath, jsonAnswer } from './embedded-path.ts';
import { imdsPath } from './imds.ts';
import { interruptionsPath } from './interruptions.ts';
import { publishersPath } from './publishers.ts';
import type { WireRequest, WireResponse } from './request.ts';
import { resolverPath } from './resolver.ts';

/** What is there always: the public DNS, publishers of files, the metadata service of each instance, and interruptions of spot instances. */
export const embeddedPaths: readonly EmbeddedPath[] = [resolverPath, publishersPath, imdsPath, interruptionsPath];

const start = '/_embedded/';

/** Answers a request for one of these paths, after all events that are due; undefined for AWS's own calls. */
export async function answerEmbedded(
  request: WireRequest,
  given: { readonly turns: Turns; readonly paths?: readonly EmbeddedPath[]; readonly settle: () => Promise<void> },
): Promise<WireResponse | undefined> {
  if (!request.path.startsWith(start)) return undefined;
  const [name = '', ...rest] = request.path.slice(start.length).split('/');
  const found = [...(given.paths ?? []), ...embeddedPaths].find((path) => path.name === name);
  if (found === undefined) return jsonAnswer(404, { reason: `there is nothing at ${start}${name}` });
  await given.turns.runDue();
  const answer = await found.answer(request, rest.join('/'), given.turns);
  given.turns.taken();
  await given.settle();
  return answer;
}
