import { emptyAutoScalingState } from './aws/autoscaling/state.ts';
import { emptyEc2State } from './aws/ec2/state.ts';
import { emptyEksState } from './aws/eks/state.ts';
import { emptyElbv2State } from './aws/elbv2/state.ts';
import { emptyEventsState } from './aws/events/state.ts';
import { emptyIamState } from './aws/iam/state.ts';
import { emptyKmsState } from './aws/kms/state.ts';
import { emptyLogsState } from './aws/logs/state.ts';
import { emptyRoute53State } from './aws/route53/state.ts';
import { emptyS3State } from './aws/s3/state.ts';
import { emptyQuotaState } from './aws/service-quotas/state.ts';
import { emptySqsState } from './aws/sqs/state.ts';
import { emptySsmState } from './aws/ssm/state.ts';
import type { RegionState, World } from './world.ts';

/** The date of the catalog's facts, with which an embedded AWS begins. */
export const catalogDate = Date.UTC(2026, 10, 1);

export const embeddedAccount = '123456789012';

/** A region in which nothing was made yet. */
export function newRegion(region: string): RegionState {
  return {
    ec2: emptyEc2State(region),
    autoscaling: emptyAutoScalingState(),
    eks: emptyEksState(),
    elbv2: emptyElbv2State(),
    events: emptyEventsState(),
    sqs: emptySqsState(),
    kms: emptyKmsState(),
    logs: emptyLogsState(),
    ssm: emptySsmState(),
    quotas: emptyQuotaState(),
    kubernetes: {},
    listening: {},
  };
}

/** The regional state, made at the first request for that region. */
export function regionOf(world: World, region: string): RegionState {
  const known = world.regions[region];
  if (known) return known;
  const made = newRegion(region);
  world.regions[region] = made;
  return made;
}

/** An account with nothing but its user `admin`. */
export function newWorld(account: string = embeddedAccount, now: number = catalogDate): World {
  return {
    version: 2,
    account,
    partition: 'aws',
    now,
    counter: 0,
    events: [],
    iam: emptyIamState(account, now),
    route53: emptyRoute53State(),
    s3: emptyS3State(),
    regions: {},
  };
}
