/**
 * An embedded AWS as a server, in memory, for a judge of somebody else's that applies configurations of kops: it accepts the key `test`
 * with the secret `test`, and holds what configurations need and nobody makes, which AWS would refuse to go without: instance profiles and
 * classic load balancers (in the default VPC) by their names, and an internet gateway on each VPC that is there when Terraform begins.
 *
 *     node scripts/judges/kops-stand-in.ts --port N DIR
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CreateLoadBalancerCommand, ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import { IAMClient } from '@aws-sdk/client-iam';
import { embeddedAccessKeyId, embeddedSecretAccessKey, startEmbeddedAws } from '../../src/emulator/embedded-aws.ts';
import type { World } from '../../src/emulator/world.ts';
import { type Configuration, classicBalancersOf, instanceProfilesOf, readable } from './kops/configuration.ts';
import { makeProfile } from './kops/given-things.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string', default: '0' } },
});

const configurationsIn = (folder: string): Configuration[] =>
  readdirSync(folder)
    .map((name) => join(folder, name, 'terraform.json'))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readable(readFileSync(file, 'utf8'))) as Configuration);

/** A world that holds what the configurations name. */
async function givenWorld(all: readonly Configuration[]): Promise<World> {
  const aws = await startEmbeddedAws({ clock: { kind: 'stepped' } });
  const credentials = { accessKeyId: embeddedAccessKeyId, secretAccessKey: embeddedSecretAccessKey };
  const settings = { endpoint: aws.endpoint, region: 'us-east-1', credentials };
  const [iam, elb] = [new IAMClient(settings), new ElasticLoadBalancingClient(settings)];
  for (const name of new Set(all.flatMap(instanceProfilesOf))) await makeProfile(iam, name);
  const listener = { Protocol: 'TCP', LoadBalancerPort: 443, InstancePort: 443 };
  for (const LoadBalancerName of new Set(all.flatMap(classicBalancersOf))) {
    const inside = { LoadBalancerName, Listeners: [listener], AvailabilityZones: ['us-east-1a'], Scheme: 'internal' };
    await elb.send(new CreateLoadBalancerCommand(inside));
  }
  await aws.stop();
  return aws.world;
}

const world = await givenWorld(positionals.flatMap(configurationsIn));
const aws = await startEmbeddedAws({
  clock: { kind: 'scaled', speed: 6000 },
  port: Number(values.port),
  world,
  furtherKey: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** Terraform's provider asks who it is before anything else, in one of two ways. */
const stop = aws.onCall(({ operation }) => {
  if (operation !== 'GetCallerIdentity' && operation !== 'GetUser') return;
  stop();
  const region = 'us-east-1';
  const turn = aws.turns.at(region);
  const { vpcs, internetGateways } = turn.state.ec2;
  const open = new Set(Object.values(internetGateways).map(({ vpcId }) => vpcId));
  for (const vpcId of Object.keys(vpcs).filter((id) => !open.has(id))) {
    const id = turn.newId('igw-');
    internetGateways[id] = { id, vpcId };
  }
});
console.log(aws.endpoint);
