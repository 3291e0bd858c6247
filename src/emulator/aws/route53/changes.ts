import type { ChangeInfo, GetChangeRequest, GetChangeResponse } from '@aws-sdk/client-route-53';
import { seconds } from '../../../base/duration.ts';
import type { Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { bareId } from './errors.ts';
import type { ChangeRecord } from './state.ts';

/** From a change to its arrival at all name servers; AWS says that 60 seconds are usual at most. */
export const spread = seconds(30);

const view = (turn: Turn, change: ChangeRecord): ChangeInfo => ({
  Id: `/change/${change.id}`,
  Status: turn.now >= change.submittedAt + spread.ms ? 'INSYNC' : 'PENDING',
  SubmittedAt: new Date(change.submittedAt),
  ...(change.comment !== undefined && { Comment: change.comment }),
});

/** Notes a change that begins now. */
export function newChange(turn: Turn, comment?: string): ChangeInfo {
  const id = `C0${turn.newToken(19).toUpperCase()}`;
  const change: ChangeRecord = { id, submittedAt: turn.now, ...(comment !== undefined && { comment }) };
  turn.world.route53.changes[id] = change;
  return view(turn, change);
}

export const getChange: Handler<Given<GetChangeRequest>, GetChangeResponse> = (input, call) => {
  const change = call.world.route53.changes[bareId(input.Id)];
  if (change === undefined)
    throw new AwsError('NoSuchChange', `Could not find resource with ID: ${bareId(input.Id)}`, 404);
  return { ChangeInfo: view(call, change) };
};
