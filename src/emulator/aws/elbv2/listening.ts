import type { Turn } from '../../call.ts';

/** Has a TCP port of an instance answer from now on; nothing changes where it does already. */
export function listen(turn: Turn, instanceId: string, port: number): void {
  const { listening } = turn.state;
  listening[instanceId] = { [port]: turn.now, ...listening[instanceId] };
}

/** Has a port of an instance answer no more, or none of them. */
export function stopListening(turn: Turn, instanceId: string, port?: number): void {
  if (port === undefined) delete turn.state.listening[instanceId];
  else delete turn.state.listening[instanceId]?.[port];
}

/** Since when a port of an instance answers; undefined where it does not, or where the instance does not run. */
export function listeningSince(turn: Turn, instanceId: string, port: number): number | undefined {
  if (turn.state.ec2.instances[instanceId]?.state !== 'running') return undefined;
  return turn.state.listening[instanceId]?.[port];
}

/** Whether a port of an instance answers whoever reaches it. */
export const isListening = (turn: Turn, instanceId: string, port: number): boolean =>
  listeningSince(turn, instanceId, port) !== undefined;
