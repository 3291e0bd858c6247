import { readFileSync } from 'node:fs';
import { AssociateRouteTableCommand, CreateSubnetCommand, DescribeRouteTablesCommand } from '@aws-sdk/client-ec2';
import { CreateUserCommand } from '@aws-sdk/client-iam';
import { parse, stringify } from 'yaml';
import { applyPlan, type LoadedCluster, loadCluster, type Plan, planCluster } from '../../src/app/index.ts';
import { type Given, makeGivenThings } from '../../src/cli/demo/given-things.ts';
import { todayFor } from '../../src/cli/which-aws.ts';
import { type Session, startSession } from '../../src/testing/session.ts';

// biome-ignore lint/suspicious/noExplicitAny: specs are changed here as the text they are, before the schema reads them
type Spec = any;

/** One of the clusters that are measured, and how a trial changes its spec. */
export interface Trial {
  readonly example: 'seed-eks' | 'eks' | 'seed-kops';
  readonly change?: (spec: Spec) => void;
  /** Puts the kops cluster into the article's given VPC; the EKS one is there anyway. */
  readonly inGivenVpc?: boolean;
  /** Given subnets beyond the article's three. */
  readonly furtherSubnets?: number;
  /** An IAM user that must exist for the spec. */
  readonly user?: string;
}

/** What one apply and one plan after it showed. */
export interface Outcome {
  /** The plan that made everything. */
  readonly plan: Plan;
  /** How long the apply took on the embedded AWS's clock, milliseconds. */
  readonly took: number;
  /** AWS calls of a `quilla plan` with nothing to do, as `service:operation`. */
  readonly calls: readonly string[];
}

const today = todayFor({ args: [], options: { aws: 'embedded' }, commands: [], io: { env: {} } as never });

/** Makes the cluster on an embedded AWS of its own, then plans again as a new process would, and counts. */
export async function runTrial(trial: Trial): Promise<Outcome> {
  const session = await startSession();
  try {
    const loaded = await load(trial, session);
    const { plan, graph } = await planCluster(loaded, session.ports.toRead);
    const begun = session.clock.now();
    for await (const event of applyPlan({ plan, graph }, session.ports.toWrite)) {
      if (event.type === 'failed') throw new Error(`${event.step.id}: ${JSON.stringify(event.diagnostics)}`);
    }
    const took = session.clock.now() - begun;
    const before = session.aws.calls.length;
    const again = await session.again();
    const { plan: empty } = await planCluster(loaded, again.toRead);
    if (empty.steps.length > 0) throw new Error(`not a no-op: ${empty.steps.map(({ id }) => id).join(', ')}`);
    const calls = session.aws.calls.slice(before).map(({ service, operation }) => `${service}:${operation}`);
    return { plan, took, calls };
  } finally {
    await session.stop();
  }
}

async function load(
  { example, change, inGivenVpc = false, furtherSubnets = 0, user }: Trial,
  session: Session,
): Promise<LoadedCluster> {
  const spec = parse(readFileSync(`examples/${example}.yaml`, 'utf8')) as { spec: Spec };
  if (example !== 'eks') {
    const { ec2, iam, route53 } = session.ports.connection.clients;
    const given = await makeGivenThings({ ec2, iam, route53, clock: session.clock });
    const further = await moreSubnets(session, given, furtherSubnets);
    const vpc = { id: given.vpcId, subnets: { private: [...given.subnetIds, ...further] } };
    if (example === 'seed-eks') spec.spec.network.vpc = vpc;
    else if (inGivenVpc) {
      spec.spec.network = { vpc, podNetwork: 'cilium' };
      spec.spec.controlPlane.selfManaged.seats = { subnets: given.subnetIds };
    }
  }
  if (user !== undefined) await session.ports.connection.clients.iam.send(new CreateUserCommand({ UserName: user }));
  change?.(spec.spec);
  const loaded = loadCluster(stringify(spec), { file: `examples/${example}.yaml`, today });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics, null, 1));
  return loaded.value;
}

/** Further private subnets of the given VPC, beside the first and on its way out. */
async function moreSubnets({ ports }: Session, { vpcId, subnetIds }: Given, count: number): Promise<string[]> {
  const { ec2 } = ports.connection.clients;
  const filter = { Name: 'association.subnet-id', Values: [subnetIds[0]!] };
  const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ Filters: [filter] }));
  const made: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const zone = { AvailabilityZone: ['us-east-1a', 'us-east-1b', 'us-east-1d'][i % 3] };
    const answer = await ec2.send(
      new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: `10.10.${100 + i}.0/24`, ...zone }),
    );
    const SubnetId = answer.Subnet!.SubnetId!;
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId: RouteTables![0]!.RouteTableId, SubnetId }));
    made.push(SubnetId);
  }
  return made;
}
