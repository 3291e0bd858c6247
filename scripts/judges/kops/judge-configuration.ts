import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeSubnetsCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  type EmbeddedAws,
  embeddedAccessKeyId,
  embeddedSecretAccessKey,
  startEmbeddedAws,
} from '../../../src/emulator/embedded-aws.ts';
import { errorsIn, type Ran, type TerraformProgram } from '../terraform-program.ts';
import { writeFiles } from '../written-scenario.ts';
import { addressesOf, type Configuration, countOf, filesOf, readable, regionOf, rootModule } from './configuration.ts';
import { type GivenInside, giveInside, insideOf, isEmpty, type Place } from './given-inside.ts';
import { type ClientSettings, giveThings } from './given-things.ts';
import { standInFile } from './stand-in-file.ts';

/** How many times faster than wall time things are made. */
const speed = 6000;

interface Judged {
  readonly terraform: TerraformProgram;
  readonly aws: EmbeddedAws;
  readonly folder: string;
  readonly settings: ClientSettings;
}

const quiet = ['-input=false', '-no-color'];

const tail = ({ out, err }: Ran): string => `${out}\n${err}`.trim().slice(-400).replaceAll(/\s+/g, ' ');

async function must({ terraform, folder, aws }: Judged, args: readonly string[]): Promise<Ran> {
  const ran = await terraform.run(folder, args, aws.endpoint);
  if (ran.code !== 0) throw new Error(`terraform ${args[0]}: ${errorsIn(ran) || tail(ran)}`);
  return ran;
}

const change = (judged: Judged, verb: 'apply' | 'destroy', targets: readonly string[] = []): Promise<Ran> =>
  must(judged, [verb, '-auto-approve', '-parallelism=20', ...quiet, ...targets.map((address) => `-target=${address}`)]);

const configurationIn = ({ folder }: Judged): Configuration =>
  JSON.parse(readFileSync(join(folder, 'main.tf.json'), 'utf8')) as Configuration;

function write({ folder }: Judged, text: string): void {
  const files = Object.fromEntries(filesOf(text).map((path) => [path, standInFile(path)]));
  writeFiles(folder, { ...files, 'main.tf.json': rootModule(text) });
}

/** The VPC that the cluster is in, and a subnet there: made first where the configuration makes them. */
async function placeOf(judged: Judged): Promise<Place> {
  const own = addressesOf(configurationIn(judged), ['aws_vpc', 'aws_vpc_ipv4_cidr_block_association', 'aws_subnet']);
  const makesVpc = own.some((address) => address.startsWith('aws_vpc.'));
  if (makesVpc) await change(judged, 'apply', own);
  const client = new EC2Client(judged.settings);
  const { Vpcs = [] } = await client.send(new DescribeVpcsCommand({}));
  const vpcId = (Vpcs.find((vpc) => vpc.IsDefault !== true) ?? Vpcs[0])!.VpcId!;
  const inVpc = { Filters: [{ Name: 'vpc-id', Values: [vpcId] }] };
  const { Subnets = [] } = await client.send(new DescribeSubnetsCommand(inVpc));
  return { vpcId, subnetId: Subnets[0]!.SubnetId! };
}

/** What uses things that stand in its VPC beside it. */
const users = ['aws_autoscaling_group', 'aws_launch_template', 'aws_lb', 'aws_security_group_rule', 'aws_route'];

async function destroy(judged: Judged, inside: GivenInside | undefined): Promise<void> {
  if (inside !== undefined) {
    await change(judged, 'destroy', addressesOf(configurationIn(judged), users));
    await inside.remove(judged.aws.clock);
  }
  await change(judged, 'destroy');
}

/** Applies, plans again and destroys; what it counted, or an error that says what does not hold. */
async function judge(judged: Judged, text: string): Promise<string> {
  write(judged, text);
  const ready = await judged.terraform.init(judged.folder, judged.aws.endpoint);
  if (ready.code !== 0) throw new Error(`terraform init: ${errorsIn(ready) || tail(ready)}`);
  const inside = isEmpty(insideOf(text)) ? undefined : await giveInside(text, judged.settings, await placeOf(judged));
  if (inside !== undefined) write(judged, inside.text);
  await change(judged, 'apply');
  const planned = await judged.terraform.run(
    judged.folder,
    ['plan', '-detailed-exitcode', ...quiet],
    judged.aws.endpoint,
  );
  const kinds = [...planned.out.matchAll(/^ {2}# (?:data\.)?(\w+)\./gm)].map(([, kind]) => kind);
  await destroy(judged, inside);
  if (planned.code === 2) throw new Error(`the second plan changes ${[...new Set(kinds)].join(', ')}`);
  if (planned.code !== 0) throw new Error(`terraform plan: ${errorsIn(planned) || tail(planned)}`);
  return `${countOf(configurationIn(judged))} resources applied, second plan empty, destroyed`;
}

/** Judges one configuration on an AWS of its own. */
export async function judgeConfiguration(file: string, terraform: TerraformProgram): Promise<string> {
  const text = readable(readFileSync(file, 'utf8'));
  const aws = await startEmbeddedAws({ clock: { kind: 'scaled', speed } });
  const folder = mkdtempSync(join(tmpdir(), 'kops-terraform-'));
  const credentials = { accessKeyId: embeddedAccessKeyId, secretAccessKey: embeddedSecretAccessKey };
  const settings = { endpoint: aws.endpoint, region: regionOf(text), credentials };
  try {
    return await judge({ terraform, aws, folder, settings }, await giveThings(text, settings));
  } finally {
    await aws.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
