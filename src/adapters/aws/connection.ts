import type { Clock } from '../../base/clock.ts';
import { type Duration, milliseconds, seconds } from '../../base/duration.ts';
import { AwsFailure } from '../../ports/aws.ts';
import type { Clients } from './clients.ts';
import { toFailure } from './failure.ts';

export interface CallOptions {
  /** The call changes something and has no token that makes repeating it safe: an answer that is lost is not asked for again. */
  readonly once?: true;
}

/** One connection to one region of one account. Every AWS call of Quilla goes through `call`. */
export interface Connection {
  readonly region: string;
  readonly clock: Clock;
  readonly clients: Clients;
  /** Runs one SDK call, repeats what may be repeated on this clock, and fails with an AwsFailure. `operation` is `ec2:CreateVpc`. */
  call<O>(operation: string, send: () => Promise<O>, options?: CallOptions): Promise<O>;
}

/** Calls in all. Throttling passes, however often it strikes: giving up on it early would fail an apply for nothing. */
const attempts = { throttled: 20, otherwise: 8 } as const;
const firstDelay = milliseconds(400);
const longestDelay = seconds(20);

/** Delay before the nth repetition: doubles, with up to a quarter taken off so that callers spread. */
function backoff(attempt: number, random: () => number): Duration {
  const full = Math.min(longestDelay.ms, firstDelay.ms * 2 ** attempt);
  return milliseconds(Math.round(full * (1 - random() / 4)));
}

/** Slows all calls of a service after it throttled one, and lets go again as calls succeed. */
function pacer(clock: Clock) {
  const delays = new Map<string, number>();
  return {
    async wait(service: string): Promise<void> {
      const ms = delays.get(service) ?? 0;
      if (ms >= 50) await clock.sleep(milliseconds(ms));
    },
    throttled: (service: string) => delays.set(service, Math.min(2000, Math.max(100, (delays.get(service) ?? 0) * 2))),
    succeeded: (service: string) => {
      const ms = delays.get(service);
      if (ms !== undefined) delays.set(service, ms < 50 ? 0 : ms * 0.8);
    },
  };
}

const mayRepeat = (failure: AwsFailure, options: CallOptions): boolean =>
  failure.reason === 'throttled' || (failure.reason === 'unavailable' && !(options.once === true && failure.uncertain));

export function connect(init: {
  region: string;
  clock: Clock;
  clients: Clients;
  onCall?: (operation: string) => void;
  /** Ends waiting between repetitions: whoever stopped does not want a call again. */
  signal?: AbortSignal;
  random?: () => number;
}): Connection {
  const { region, clock, clients, onCall, signal, random = Math.random } = init;
  const pace = pacer(clock);
  return {
    region,
    clock,
    clients,
    async call(operation, send, options = {}) {
      const service = operation.slice(0, operation.indexOf(':'));
      for (let attempt = 0; ; attempt += 1) {
        await pace.wait(service);
        try {
          onCall?.(operation);
          const answer = await clock.busy(send);
          pace.succeeded(service);
          return answer;
        } catch (error) {
          const failure = toFailure(error, operation);
          if (!(failure instanceof AwsFailure)) throw failure;
          if (failure.reason === 'throttled') pace.throttled(service);
          const most = failure.reason === 'throttled' ? attempts.throttled : attempts.otherwise;
          if (attempt + 1 >= most || !mayRepeat(failure, options) || signal?.aborted) throw failure;
        }
        await clock.sleep(backoff(attempt, random), signal);
      }
    },
  };
}
