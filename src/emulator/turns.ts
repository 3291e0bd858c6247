import { createHash } from 'node:crypto';
import type { EventHandlers, Turn } from './call.ts';
import type { MachineShell } from './machine-shell.ts';
import { regionOf } from './new-world.ts';
import type { TimedEvent, World } from './world.ts';

/** Told after each request and after each event, when something may have changed: what Kubernetes watches look at. */
export type TurnListener = () => void;

export interface TurnOptions {
  readonly world: World;
  /** Milliseconds since 1970 on this AWS's clock. */
  readonly now: () => number;
  /** Finds the handlers of an event type's prefix (`ec2` of `ec2.nat-gateway-available`). */
  readonly eventHandlers: (prefix: string) => Promise<EventHandlers>;
  readonly noCapacity?: ((zone: string, instanceType: string, now: number) => boolean) | undefined;
  /** Instances are real machines, and this is the way into them. */
  readonly machines?: MachineShell | undefined;
}

/** Takes turns on the world: one request or one event at a time, each of them whole. */
export interface Turns {
  readonly world: World;
  /** A turn at a time; on another world for reads that lag. */
  at(region: string, now?: number, world?: World): Turn;
  /** Runs every event that is due, in the order of their times, and moves the world's `now`. */
  runDue(now?: number): Promise<void>;
  /** When the next event is due. */
  next(): number | undefined;
  /** Adds a listener; the result removes it. */
  onTurn(listener: TurnListener): () => void;
  /** Tells the listeners that a turn was taken. */
  taken(): void;
}

export function createTurns(options: TurnOptions): Turns {
  const { world } = options;
  const listeners = new Set<TurnListener>();
  const loaded = new Map<string, EventHandlers>();
  const taken = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const at = (region: string, now = options.now(), of = world): Turn => turnOf(of, region, { now, options });
  const runDue = async (now = options.now()): Promise<void> => {
    for (let event = world.events[0]; event && event.at <= now; event = world.events[0]) {
      const prefix = prefixOf(event.type);
      const handlers = loaded.get(prefix);
      if (!handlers) {
        loaded.set(prefix, await options.eventHandlers(prefix));
        continue;
      }
      world.events.shift();
      world.now = Math.max(world.now, event.at);
      runEvent(handlers, event, at(event.region, event.at));
      taken();
    }
    world.now = Math.max(world.now, now);
  };
  const onTurn = (listener: TurnListener): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return { world, at, runDue, next: () => world.events[0]?.at, onTurn, taken };
}

const prefixOf = (type: string): string => type.split('.', 1)[0]!;

function runEvent(handlers: EventHandlers, event: TimedEvent, turn: Turn): void {
  const handler = handlers[event.type];
  if (!handler) throw new Error(`no handler for the event ${event.type}: its service must export it in \`events\``);
  handler(event.data, turn);
}

function turnOf(world: World, region: string, { now, options }: { now: number; options: TurnOptions }): Turn {
  const { noCapacity, machines } = options;
  const token = (length: number): string => {
    let text = '';
    while (text.length < length) text += hashOf(`${world.account} ${world.counter++}`);
    return text.slice(0, length);
  };
  return {
    world,
    region,
    get state() {
      return regionOf(world, region);
    },
    account: world.account,
    now,
    newId: (prefix, length = 17) => prefix + token(length).replace(/^./, '0'),
    newToken: token,
    later: (after, type, data) => insert(world, { at: now + after.ms, seq: world.counter++, type, region, data }),
    ...(machines && { machines }),
    ...(noCapacity && { noCapacity: (zone: string, instanceType: string) => noCapacity(zone, instanceType, now) }),
  };
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Keeps the events in the order in which they happen. */
function insert(world: World, event: TimedEvent): void {
  const { events } = world;
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = events[middle]!;
    if (other.at < event.at || (other.at === event.at && other.seq < event.seq)) low = middle + 1;
    else high = middle;
  }
  events.splice(low, 0, event);
}
