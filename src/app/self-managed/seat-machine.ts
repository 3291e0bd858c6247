import { Failure, reporter } from '../../base/diagnostic.ts';
import { observeIn } from '../../observe/observe.ts';
import { readContext } from '../../ports/aws.ts';
import { appCodes } from '../codes.ts';
import { type ClusterAsked, exportedInstead, nameOf } from '../exported-instead.ts';
import { type AwsToOperate, type AwsToRead, contextFor } from '../ports.ts';
import { groupOf } from '../stranded.ts';
import { hasAnchor, isSelfManaged, seatGroupId, seatNames } from './hull.ts';

const report = reporter(appCodes);

/** The instance that holds a seat now; fails with `app.no-instance`, `app.not-self-managed` or `app.unknown-name`. */
export async function seatInstance(asked: ClusterAsked, seat: string, aws: AwsToRead): Promise<string> {
  const cluster = nameOf(asked);
  const reading = readContext(contextFor(aws, cluster));
  const own = await observeIn(aws.readers, reading);
  const snapshot = hasAnchor(own) ? own : ((await exportedInstead(asked, reading, aws))?.snapshot ?? own);
  if (!isSelfManaged(snapshot)) throw new Failure(notThere(cluster, snapshot.found.length > 0));
  const seats = [...seatNames(snapshot)].sort();
  if (!seats.includes(seat))
    throw new Failure(
      report('app.unknown-name', {
        detail: `cluster ${cluster} has no seat ${JSON.stringify(seat)}`,
        fix: seats.length === 0 ? 'It has none yet: quilla apply makes them.' : `Its seats are ${seats.join(', ')}.`,
      }),
    );
  const instances = await aws.facts.nodeInstances(cluster);
  const running = instances
    .filter((instance) => instance.state === 'running' && groupOf(instance, snapshot) === seatGroupId(seat))
    .sort((a, b) => Date.parse(b.launchedAt) - Date.parse(a.launchedAt));
  if (running[0] !== undefined) return running[0].instanceId;
  throw new Failure(
    report('app.no-instance', {
      detail: `seat ${seat} of ${cluster} has no instance that runs`,
      fix: 'quilla status says why, where AWS tells it.',
    }),
  );
}

/** That a cluster is not there, or is one of EKS. */
export const notThere = (cluster: string, isOther: boolean) =>
  isOther
    ? report('app.not-self-managed', { detail: `cluster ${cluster} is one of EKS` })
    : report('app.no-cluster', { detail: `there is no cluster ${cluster} of ours`, fix: 'quilla apply makes it.' });

/** As above, and its agent answers to Systems Manager. */
export async function reachableSeat(asked: ClusterAsked, seat: string, aws: AwsToOperate): Promise<string> {
  const instanceId = await seatInstance(asked, seat, aws);
  if ((await aws.machines.online([instanceId])).has(instanceId)) return instanceId;
  throw new Failure(
    report('app.no-instance', {
      detail: `instance ${instanceId} of seat ${seat} is not known to Systems Manager`,
      fix: 'Its agent starts some minutes after the launch, and needs a way to ssm, ssmmessages and ec2messages: NAT, or endpoints in the VPC. Meanwhile quilla status shows the end of its console.',
    }),
  );
}
