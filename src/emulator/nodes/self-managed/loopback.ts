import { jsonAnswer } from '../../http/embedded-path.ts';
import type { WireRequest, WireResponse } from '../../http/request.ts';
import type { Turns } from '../../turns.ts';
import { doorAt } from './doors.ts';

/**
 * `GET /_embedded/loopback?host=NAME&port=443`: where the Kubernetes API behind a load balancer or a record can be reached on this machine.
 * Like the endpoints of the EKS clusters here, an internal one is no exception: whoever asks counts as somebody inside the VPC. What does
 * count is that the name leads to a load balancer with a listener and a healthy target.
 */
export function answerLoopback({ query }: WireRequest, turns: Turns): WireResponse {
  const asked = new URLSearchParams(query);
  const host = asked.get('host');
  if (host === null || host === '') return jsonAnswer(400, { reason: 'the query has no host' });
  const port = Number(asked.get('port') ?? '443');
  let reason = `no such host: no load balancer and no alias record has the name ${host}`;
  for (const region of Object.keys(turns.world.regions)) {
    const turn = turns.at(region);
    const door = doorAt(turn, host, port);
    if (!('why' in door))
      return jsonAnswer(200, { host: '127.0.0.1', port: turn.state.kubernetes[door.cluster]!.port });
    if (!door.why.startsWith('no such host')) reason = door.why;
  }
  return jsonAnswer(404, { reason });
}
