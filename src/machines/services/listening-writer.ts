import { defined } from '../../base/defined.ts';
import { listen, stopListening } from '../../emulator/aws/elbv2/listening.ts';
import { measureTarget } from '../../emulator/aws/elbv2/measured-health.ts';
import type { Turns } from '../../emulator/turns.ts';
import type { BalancerReport } from './balancers.ts';

/**
 * Writes what real health checks find into the embedded AWS: the health of each target, and which ports of instances answer, while any load
 * balancer's checks say so.
 * Give it as `onTarget`.
 */
export function listeningWriter(turns: Turns): (report: BalancerReport) => void {
  const answering = new Map<string, Set<string>>();
  return ({ balancer, group, region, instanceId, id, port, checkPort, health, why, answering: isAnswering }) => {
    measureTarget(turns.at(region), { group, id, port }, { health, ...defined({ why }) });
    if (instanceId === undefined) return;
    const key = `${instanceId} ${checkPort}`;
    const told = answering.get(key) ?? new Set<string>();
    answering.set(key, told);
    const by = `${balancer} ${group} ${id} ${port}`;
    if (isAnswering) told.add(by);
    else told.delete(by);
    if (told.size > 0) listen(turns.at(region), instanceId, checkPort);
    else stopListening(turns.at(region), instanceId, checkPort);
    turns.taken();
  };
}
