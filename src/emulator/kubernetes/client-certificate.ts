import type { TLSSocket } from 'node:tls';
import type { User } from './user.ts';

const listOf = (value: string | string[] | undefined): string[] => (value === undefined ? [] : [value].flat());

/**
 * Who a client's certificate says it is: the common name is the user, the organizations are the groups. `refused` for one that another
 * authority signed or that has ended (by wall time, as TLS has it); undefined where there is none.
 */
export function certificateUser(socket: TLSSocket): User | 'refused' | undefined {
  const { subject } = socket.getPeerCertificate();
  if (subject === undefined) return undefined;
  if (!socket.authorized) return 'refused';
  const [name] = listOf(subject.CN);
  if (name === undefined || name === '') return 'refused';
  return { name, groups: [...listOf(subject.O), 'system:authenticated'], policies: [] };
}
