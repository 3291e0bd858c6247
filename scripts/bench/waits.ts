import { longestChain } from '../../src/base/order.ts';
import { autoScalingTimings } from '../../src/emulator/aws/autoscaling/timings.ts';
import { bootDelay } from '../../src/emulator/aws/ec2/instances/launch.ts';
import { nodeBootDelay } from '../../src/emulator/aws/ec2/instances/life.ts';
import { natGatewayCreation } from '../../src/emulator/aws/ec2/nat-gateways.ts';
import { vpcEndpointCreation } from '../../src/emulator/aws/ec2/vpc-endpoints.ts';
import { eksTimings } from '../../src/emulator/aws/eks/timings.ts';
import { elbv2Timings } from '../../src/emulator/aws/elbv2/timings.ts';
import { spread } from '../../src/emulator/aws/route53/changes.ts';
import { podStart } from '../../src/emulator/kubernetes/controllers/pods.ts';
import type { Plan, Step } from '../../src/plan/plan.ts';

/** From a running instance to a Ready node: it boots, and the network plugin's pod starts. */
const readyAfterRunning = nodeBootDelay.ms + podStart.withInitContainer * 1000;
const podStarts = podStart.plain * 1000;

type Behind = (kind: Step['kind']) => boolean;

/** What AWS itself takes to carry out a creation, milliseconds, from the embedded AWS's own tables; zero where the answer is the end of it. */
function waitOf(step: Step, isBehind: Behind): number {
  switch (step.kind) {
    case 'cluster':
      return eksTimings.clusterCreate.ms;
    case 'nat-gateway':
      return natGatewayCreation.ms;
    case 'vpc-endpoint':
      return step.after?.type === 'interface' ? vpcEndpointCreation.ms : 0;
    case 'load-balancer':
      return elbv2Timings.provision.ms;
    case 'dns-record':
      return spread.ms;
    case 'fargate-profile':
      return eksTimings.fargateCreate.ms;
    case 'node-group':
      return eksTimings.nodegroupStart.ms + autoScalingTimings.react.ms + bootDelay.ms + readyAfterRunning;
    case 'auto-scaling-group':
      return autoScalingTimings.react.ms + bootDelay.ms;
    case 'addon':
      return addonWait(isBehind);
    default:
      return 0;
  }
}

/** An add-on is ACTIVE when its pods run: at once without nodes, and with a group of our own not before its instances are nodes. */
function addonWait(isBehind: Behind): number {
  const { ms: install } = eksTimings.addonInstall;
  if (isBehind('node-group')) return install + podStarts;
  if (isBehind('auto-scaling-group')) return Math.max(install, readyAfterRunning) + podStarts;
  return install;
}

/** The longest chain of waits of a plan that makes everything: its length in milliseconds, and the steps that wait. */
export function longestWait(plan: Plan): { readonly ms: number; readonly chain: readonly string[] } {
  const byId = new Map(plan.steps.map((step) => [step.id, step]));
  const before = new Map<string, ReadonlySet<Step['kind']>>();
  const kindsBefore = (step: Step): ReadonlySet<Step['kind']> => {
    const known = before.get(step.id);
    if (known !== undefined) return known;
    const needed = step.needs.flatMap((id) => byId.get(id) ?? []);
    const kinds = new Set(needed.flatMap((need) => [need.kind, ...kindsBefore(need)]));
    before.set(step.id, kinds);
    return kinds;
  };
  const weight = (step: Step): number => waitOf(step, (kind) => kindsBefore(step).has(kind));
  const { total, chain } = longestChain(plan.steps, weight);
  return { ms: total, chain: chain.filter((id) => weight(byId.get(id)!) > 0) };
}
