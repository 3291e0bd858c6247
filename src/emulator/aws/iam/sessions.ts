import type { Turn } from '../../call.ts';
import { uniqueId } from './names.ts';
import type { Session } from './state.ts';

/** Makes temporary credentials that sign requests for that many seconds of wall time: signatures know no other. */
export function newSession(turn: Turn, seconds: number, of: Pick<Session, 'arn' | 'userId' | 'policy'>): Session {
  const session: Session = {
    ...of,
    accessKeyId: uniqueId(turn, 'ASIA'),
    secretAccessKey: turn.newToken(40),
    sessionToken: Buffer.from(turn.newToken(96)).toString('base64'),
    // Wall time: clients compare it with theirs, and signatures are checked by it.
    expiration: Math.floor(Date.now() / 1000 + seconds) * 1000,
  };
  turn.world.iam.sessions[session.accessKeyId] = session;
  return session;
}
