import { type Diagnostic, reporter } from '../base/diagnostic.ts';
import { instanceType } from '../catalog/instance-types.ts';
import type { Plan, Step } from '../plan/plan.ts';
import type { QuotaName } from '../ports/facts.ts';
import { appCodes } from './codes.ts';
import type { AwsToRead } from './ports.ts';

const report = reporter(appCodes);

const labels: Readonly<Record<QuotaName, string>> = {
  vpcs: 'VPCs per region (L-F678F1CE)',
  'elastic-ips': 'elastic IP addresses (L-0263D0A3)',
  'standard-vcpus': 'vCPUs of running on-demand standard instances (L-1216C47A)',
  'spot-vcpus': 'vCPUs of standard spot instances (L-34B43A08)',
};

const counted: Readonly<Partial<Record<Step['kind'], QuotaName>>> = { vpc: 'vpcs', 'elastic-ip': 'elastic-ips' };

interface Group {
  readonly instanceTypes?: readonly string[];
  readonly capacityType?: string;
  readonly desiredSize?: number;
  readonly instances?: { readonly types: readonly string[]; readonly spot: unknown };
}

/** vCPUs that a step adds: the nodes that a group is to have and does not have yet, of its first type. Types outside the standard families are not counted by these quotas. */
function vcpusOf(step: Step): { name: QuotaName; amount: number } | undefined {
  if (step.kind !== 'node-group' && step.kind !== 'auto-scaling-group') return undefined;
  if (step.action !== 'create' && step.action !== 'update') return undefined;
  const group = step.after as Group;
  const types = group.instanceTypes ?? group.instances?.types ?? [];
  const size = step.changes.find(({ field }) => field === 'desiredSize');
  const before = step.action === 'create' ? 0 : Number(size?.before ?? group.desiredSize);
  const more = Math.max(0, (group.desiredSize ?? 0) - before);
  const vcpus = Math.max(
    0,
    ...types.filter((type) => /^[acdhimrtz]/.test(type)).map((type) => instanceType(type)?.vcpus ?? 0),
  );
  const isSpot = group.capacityType === 'SPOT' || (group.instances?.spot ?? null) !== null;
  return { name: isSpot ? 'spot-vcpus' : 'standard-vcpus', amount: more * vcpus };
}

/** How much of each quota a plan would use more than is used now. */
export function demandOf(plan: Plan): Map<QuotaName, number> {
  const demand = new Map<QuotaName, number>();
  const add = (name: QuotaName, amount: number): void => {
    if (amount > 0) demand.set(name, (demand.get(name) ?? 0) + amount);
  };
  for (const step of plan.steps) {
    const name = counted[step.kind];
    if (name !== undefined && step.action === 'create') add(name, 1);
    const vcpus = vcpusOf(step);
    if (vcpus !== undefined) add(vcpus.name, vcpus.amount);
  }
  return demand;
}

/** Refuses a plan that a quota would stop halfway. Asks only for quotas of what would be made. */
export async function checkQuotas(plan: Plan, aws: AwsToRead): Promise<Diagnostic[]> {
  const demand = demandOf(plan);
  if (demand.size === 0) return [];
  const quotas = await aws.facts.quotas([...demand.keys()]);
  return quotas.flatMap((quota) => {
    const name = quota.quota;
    const more = demand.get(name) ?? 0;
    if (quota.used + more <= quota.limit) return [];
    return [
      report('app.quota-too-small', {
        detail: `the plan needs ${more} more of ${labels[name]}; ${quota.used} of ${quota.limit} are used`,
        fix: `Ask for at least ${quota.used + more} under Service Quotas, or make the plan smaller.`,
      }),
    ];
  });
}
