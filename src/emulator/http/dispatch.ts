import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Duration } from '../../base/duration.ts';
import { authorizeWith, checkAllowed } from '../aws/iam/authorize.ts';
import { AwsError, type Call } from '../call.ts';
import { SteppedClock } from '../clocks/stepped.ts';
import type { Faults, Strike } from '../faults.ts';
import type { Past } from '../past.ts';
import { protocols } from '../protocols/index.ts';
import type { Asked, LoadedService, Protocol } from '../protocols/protocol.ts';
import { notImplemented } from '../protocols/unknown-operation.ts';
import { isRead } from '../reads.ts';
import { findService, versionOf } from '../services.ts';
import { strikeError } from '../strike-errors.ts';
import type { Turns } from '../turns.ts';
import { answerAnonymous, mayBeAnonymous } from './anonymous.ts';
import { type Authenticated, authenticate, type KeyPair, type Refusal } from './authenticate.ts';
import { decodeChunked } from './aws-chunked.ts';
import type { EmbeddedPath } from './embedded-path.ts';
import { answerEmbedded } from './embedded-paths.ts';
import { refusalError } from './refusal-errors.ts';
import type { WireRequest } from './request.ts';
import type { Outcome } from './server.ts';

/** One call, for measures and tests. */
export interface LoggedCall {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  /** Milliseconds since 1970 on this AWS's clock. */
  readonly at: number;
  readonly write: boolean;
  /** What it was answered with, if not with success. */
  readonly errorCode?: string;
}

export type CallListener = (call: LoggedCall) => void;

export interface DispatchOptions {
  readonly turns: Turns;
  readonly clock: Clock;
  readonly faults: Faults | undefined;
  readonly past: Past | undefined;
  readonly latency: Duration | undefined;
  /** Signs as the user `admin`, beside the keys that IAM knows. */
  readonly furtherKey?: KeyPair | undefined;
  /** Further paths beside AWS's calls; see {@link embeddedPaths}. */
  readonly paths?: readonly EmbeddedPath[];
  /** Awaited after turns were taken: sockets that these have asked for are open then. */
  readonly settle: () => Promise<void>;
}

export interface Dispatch {
  answer(request: WireRequest): Promise<Outcome>;
  readonly calls: readonly LoggedCall[];
  onCall(listener: CallListener): () => void;
}

/** A request whose sender and service are known. */
interface Placed {
  readonly request: WireRequest;
  readonly requestId: string;
  readonly authenticated: Authenticated;
  readonly loaded: LoadedService;
  readonly protocol: Protocol;
}

/** Takes requests from the wire to handlers and back. */
export function createDispatch(options: DispatchOptions): Dispatch {
  const calls: LoggedCall[] = [];
  const listeners = new Set<CallListener>();
  let count = 0;
  const log = (call: LoggedCall): void => {
    calls.push(call);
    for (const listener of [...listeners]) listener(call);
  };
  const answer = async (request: WireRequest): Promise<Outcome> => {
    const beside = await answerEmbedded(request, options);
    if (beside) return beside;
    const requestId = requestIdOf(count++);
    const authenticated = authenticate(
      request,
      { iam: options.turns.world.iam, furtherKey: options.furtherKey },
      Date.now(),
    );
    if ('refused' in authenticated) {
      if (authenticated.refused !== 'missing' || !mayBeAnonymous(request))
        return refuse(authenticated, request, requestId);
      await options.turns.runDue();
      return answerAnonymous(request, requestId, { loaded: (await findService('s3'))!, turns: options.turns });
    }
    const loaded = await findService(authenticated.service, versionOf(request));
    if (!loaded) return unknownService(authenticated.service, request, requestId);
    const protocol = protocols[loaded.service.protocol];
    await sleepLatency(options);
    await options.turns.runDue();
    const outcome = carryOut({ request, requestId, authenticated, loaded, protocol }, options, log);
    await options.settle();
    return outcome;
  };
  const onCall = (listener: CallListener): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return { answer, calls, onCall };
}

/** Looks random, and is the same in each run: it shows up in messages that are compared. */
function requestIdOf(count: number): string {
  const hex = createHash('sha256').update(`request ${count}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

async function sleepLatency({ clock, latency }: DispatchOptions): Promise<void> {
  if (!latency || latency.ms === 0) return;
  await (clock instanceof SteppedClock ? clock.sleepInRequest(latency) : clock.sleep(latency));
}

/** Without a scope the request's form says which protocol's words to use. */
async function refuse(refusal: Refusal, request: WireRequest, requestId: string): Promise<Outcome> {
  const loaded = refusal.service === undefined ? undefined : await findService(refusal.service, versionOf(request));
  const name = loaded?.service.protocol ?? guessProtocol(request);
  return protocols[name].error(loaded, refusalError(refusal, name), { requestId, request });
}

function guessProtocol({ headers, body, query }: WireRequest): LoadedService['service']['protocol'] {
  if (headers['x-amz-target'] !== undefined) return 'awsJson1.1';
  if (headers['content-type']?.startsWith('application/json')) return 'restJson1';
  const isQuery =
    /(^|&)Action=/.test(query) || Buffer.from(body.subarray(0, 1000)).toString('latin1').includes('Action=');
  return isQuery ? 'awsQuery' : 'restXml';
}

function unknownService(name: string, request: WireRequest, requestId: string): Outcome {
  const error = new AwsError('NotImplemented', `this embedded AWS has no service ${name}`, 501);
  return protocols[guessProtocol(request)].error(undefined, error, { requestId, request });
}

function carryOut(placed: Placed, options: DispatchOptions, log: CallListener): Outcome {
  const { authenticated, loaded, protocol, request, requestId } = placed;
  const about = { service: loaded.service.signingName, region: authenticated.region, at: options.turns.world.now };
  let operation = 'unknown';
  let strike: Strike | undefined;
  let answer: Outcome;
  try {
    const asked = protocol.read(loaded, { ...request, body: decodeChunked(request, authenticated) });
    operation = asked.operation.name;
    strike = options.faults?.strike({ service: about.service, operation, write: !isRead(operation) });
    if (strike?.kind === 'lost-request') return 'cut';
    const output = handle(placed, asked, { options, strike });
    answer = protocol.answer(loaded, asked.operation, { output, requestId, accept: request.headers.accept });
    log({ ...about, operation, write: !isRead(operation) });
    options.turns.taken();
  } catch (cause) {
    const error = cause instanceof AwsError ? cause : bug(cause, `${about.service}:${operation}`);
    log({ ...about, operation, write: !isRead(operation), errorCode: error.code });
    answer = protocol.error(loaded, error, { requestId, request });
  }
  return strike?.kind === 'lost-response' ? 'cut' : answer;
}

/** A fault of this program, not one of AWS's errors: the caller is told so, with where it happened. */
function bug(cause: unknown, where: string): AwsError {
  const told = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return new AwsError('InternalFailure', `the embedded AWS itself failed in ${where}, please report it: ${told}`, 500);
}

function handle(
  placed: Placed,
  asked: Asked,
  { options, strike }: { options: DispatchOptions; strike: Strike | undefined },
): unknown {
  const { service } = placed.loaded;
  const { name } = asked.operation;
  const handler = Object.hasOwn(service.handlers, name) ? service.handlers[name] : undefined;
  if (!handler) throw notImplemented(service, name);
  const call = callOf(placed, name, { options, strike });
  const error = strike && strikeError(strike, call, service);
  if (error) throw error;
  checkAllowed(service, asked.input, call);
  if (!isRead(name)) options.past?.keep();
  return handler(asked.input, call);
}

function callOf(
  placed: Placed,
  operation: string,
  { options, strike }: { options: DispatchOptions; strike: Strike | undefined },
): Call {
  const { turns, past } = options;
  const { region, principal } = placed.authenticated;
  const now = turns.world.now;
  const seen = strike?.kind === 'stale-reads' && past ? past.at(now - strike.lag.ms) : turns.world;
  const turn = turns.at(region, now, seen);
  // Not spread: that would make the region's state for global services too.
  const own = Object.defineProperties({}, Object.getOwnPropertyDescriptors(turn)) as typeof turn;
  const call: Call = Object.assign(own, { principal, requestId: placed.requestId, operation });
  return Object.assign(call, { authorize: authorizeWith(placed.loaded.service, call) });
}
