import type { Turn } from '../../call.ts';
import { type JournalLine, machinesOf } from './state.ts';

/** More than this is of no use to anybody, and a cluster may live for years. */
const kept = 300;

/** Notes what a unit or a container of a machine writes. */
export function note(turn: Turn, instanceId: string, source: string, text: string): void {
  const record = machinesOf(turn.state).machines[instanceId];
  if (record === undefined) return;
  record.journal = [...(record.journal ?? []), { at: turn.now, source, text }].slice(-kept);
}

/** What a source of a machine wrote. */
export const journalOf = (turn: Turn, instanceId: string, source: string): readonly JournalLine[] =>
  (turn.state.machines?.machines[instanceId]?.journal ?? []).filter((line) => line.source === source);
