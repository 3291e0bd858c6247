import { type Diagnostic, reporter } from '../../base/diagnostic.ts';
import type { Facts } from '../../model/facts.ts';
import { storeLayout } from '../../model/store-layout.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Cluster } from '../../spec/cluster.ts';
import type { LoadedCluster } from '../../spec/load.ts';
import { appCodes } from '../codes.ts';
import { type AwsToRead, contextFor } from '../ports.ts';
import { lockdownProblems } from './lockdown.ts';
import { storeCodes } from './store-codes.ts';

const report = reporter({ ...appCodes, ...storeCodes });

/** Whether what a self-managed cluster stands on fits. Asked only for what the plan makes: nothing to do means that it did. */
export async function checkSeatsGround(
  loaded: LoadedCluster,
  plan: Plan,
  { aws, facts }: { readonly aws: AwsToRead; readonly facts: Facts },
): Promise<Diagnostic[]> {
  const { controlPlane } = loaded.cluster.spec;
  if (controlPlane.type !== 'self-managed') return [];
  const makes = (kind: string): boolean =>
    plan.steps.some((step) => step.action === 'create' && step.resource.split('/')[0] === kind);
  const checks = await Promise.all([
    makes('auto-scaling-group') ? offered(loaded, plan, aws) : [],
    makes('dns-record') && controlPlane.dns.type === 'public' ? delegated(controlPlane.dns.zone, facts, aws) : [],
    controlPlane.storeBucket !== undefined && makes('cluster-keys')
      ? givenStore(controlPlane.storeBucket, loaded, aws)
      : [],
  ]);
  return checks.flat().map((problem) => {
    const path = problem.at?.path;
    return path === undefined ? problem : { ...problem, at: { ...loaded.locate(path), path } };
  });
}

/** Zones in which seats are to be made and their type is not to be had. */
async function offered({ cluster: { spec } }: LoadedCluster, plan: Plan, { facts }: AwsToRead): Promise<Diagnostic[]> {
  const { controlPlane } = spec;
  if (controlPlane.type !== 'self-managed') return [];
  const zones = plan.steps.flatMap(({ kind, action, after }) =>
    kind === 'volume' && action === 'create' ? [String(after?.zone)] : [],
  );
  if (zones.length === 0) return [];
  const type = controlPlane.instanceType;
  const there = (await facts.offeringZones([type])).get(type) ?? new Set<string>();
  const lacking = [...new Set(zones)].filter((zone) => !there.has(zone)).sort();
  if (lacking.length === 0) return [];
  const others = [...there].sort();
  return [
    report('app.type-not-offered', {
      detail: `${lacking.join(', ')} ${lacking.length === 1 ? 'does' : 'do'} not offer ${type}${others.length === 0 ? ', and no other zone of the region does' : `; ${others.join(', ')} ${others.length === 1 ? 'does' : 'do'}`}`,
      fix: 'Choose another type, or other zones for the seats.',
      at: { path: 'spec.controlPlane.selfManaged.instanceType' },
    }),
  ];
}

/** Whether the public DNS leads to the hosted zone, and to this one of that name. */
async function delegated(zone: string, modelFacts: Facts, { facts, resolver }: AwsToRead): Promise<Diagnostic[]> {
  const { hostedZone } = modelFacts;
  if (hostedZone === null || hostedZone === undefined) return [];
  const at = { path: 'spec.controlPlane.selfManaged.dns.zone' };
  const own = await facts.zoneNameServers(hostedZone.id);
  let public_: readonly string[];
  try {
    public_ = await resolver.nameServers(zone);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [
      report('app.dns-not-asked', {
        detail: `whether ${zone} is delegated to ${own.join(', ')} is not known: ${why}`,
        at,
      }),
    ];
  }
  if (public_.some((name) => own.includes(name))) return [];
  return [
    report('app.zone-not-delegated', {
      detail:
        public_.length === 0
          ? `the public DNS knows no name servers of ${zone}; those of the hosted zone ${hostedZone.id} are ${own.join(', ')}`
          : `the public DNS leads ${zone} to ${public_.join(', ')}, and not to the hosted zone ${hostedZone.id} of this account (${own.join(', ')})`,
      fix: 'Delegate the zone at its parent, or set dns to none or to a private zone.',
      at,
    }),
  ];
}

/** Whether a bucket of one's own may hold the keys of a cluster. */
async function givenStore(bucket: string, { cluster }: LoadedCluster, aws: AwsToRead): Promise<Diagnostic[]> {
  const at = { path: 'spec.controlPlane.selfManaged.storeBucket' };
  const there = await aws.store.facts(bucket, contextFor(aws, cluster.metadata.name));
  if (there === undefined)
    return [
      report('store.missing', {
        detail: `bucket ${bucket} does not exist`,
        fix: 'Make it, versioned and closed to the public, or leave storeBucket out.',
        at,
      }),
    ];
  const { account } = aws.identity;
  const fix = 'Set it on the bucket yourself: quilla changes none that it did not make.';
  // What lies in a bucket of another account cannot be read, and does not matter.
  const other = there.owner === account ? await ofAnother(bucket, cluster, aws) : [];
  const problems = [...lockdownProblems(there, account, fix), ...other];
  return problems.map((problem) => ({ ...problem, at }));
}

/** Two clusters in one bucket would have one set of keys and overwrite each other's documents. */
async function ofAnother(bucket: string, { metadata, spec }: Cluster, aws: AwsToRead): Promise<Diagnostic[]> {
  const text = await aws.store.read(bucket, storeLayout.spec, contextFor(aws, metadata.name));
  const other = text === undefined ? undefined : clusterIn(text);
  if (other === undefined || (other.name === metadata.name && other.region === spec.region)) return [];
  return [
    report('store.of-another-cluster', {
      detail: `bucket ${bucket} is the store of cluster ${other.name} in ${other.region}`,
      fix: 'Give each cluster a bucket of its own, or leave storeBucket out.',
    }),
  ];
}

/** Whose spec it is; undefined where it is none of ours. */
function clusterIn(text: string): { readonly name: string; readonly region: string } | undefined {
  try {
    const { metadata, spec } = JSON.parse(text) as Partial<Cluster>;
    return metadata === undefined || spec === undefined ? undefined : { name: metadata.name, region: spec.region };
  } catch {
    return undefined;
  }
}
