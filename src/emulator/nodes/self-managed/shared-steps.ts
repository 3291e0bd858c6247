import { seconds } from '../../../base/duration.ts';
import type { InstanceRecord } from '../../aws/ec2/compute-records.ts';
import { imagesOf } from '../../aws/ec2/images.ts';
import type { Turn } from '../../call.ts';
import { blockedToService } from '../network-path.ts';
import { pullActions } from '../node-role.ts';
import { blockedToHost } from './addresses.ts';
import { fileProblem } from './files.ts';
import { credentialsOfMachine, ec2Arn, machineMay, unauthorized } from './rights.ts';
import type { Hindrance, Machine, Step } from './step.ts';

/** What a machine must have before its script can read anything: the metadata service, a name server, credentials. */
function ground({ turn, instance, config }: Machine): Hindrance | undefined {
  if (instance.metadataOptions.HttpEndpoint === 'disabled')
    return {
      why: 'the metadata service of the instance is off, so the script cannot read its configuration',
      final: true,
    };
  if (turn.state.ec2.vpcs[instance.vpcId]?.dnsSupport === false)
    return { why: `VPC ${instance.vpcId} has enableDnsSupport off, so no name is found` };
  if (config.region !== turn.region)
    return { why: `its configuration is for region ${config.region}, and it runs in ${turn.region}`, final: true };
  const credentials = credentialsOfMachine(turn, instance);
  return 'why' in credentials ? { why: `${credentials.why}, so it has no credentials` } : undefined;
}

/** AL2023 has its packages in S3, Ubuntu on the internet. */
function packageProblem({ turn, instance, config }: Machine): string | undefined {
  if (config.host.packages.length === 0) return undefined;
  const image = imagesOf(turn.region).find(({ id }) => id === instance.imageId);
  const blocked =
    image?.os === 'al2023'
      ? blockedToService(turn, instance, 's3')
      : blockedToHost(turn, instance, `${turn.region}.ec2.archive.ubuntu.com`, 80);
  return blocked === undefined ? undefined : `packages cannot be fetched: ${blocked}`;
}

/** Packages of one's own, and the check of addresses that a pod network without encapsulation has to go without. */
function host(machine: Machine): Hindrance | undefined {
  const packages = packageProblem(machine);
  if (packages !== undefined) return { why: packages };
  const { turn, instance, config } = machine;
  if (config.network.sourceDestCheck) return undefined;
  const deed = {
    action: 'ec2:ModifyInstanceAttribute',
    resource: ec2Arn(turn, 'instance', instance.id),
    tags: turn.state.ec2.tags[instance.id],
    context: { 'ec2:Attribute': 'SourceDestCheck' },
  };
  const blocked = blockedToService(turn, instance, 'ec2');
  if (blocked !== undefined) return { why: `it cannot reach the API of EC2: ${blocked}` };
  if (!machineMay(turn, instance, deed)) return { why: unauthorized(turn, instance, deed) };
  instance.sourceDestCheck = false;
  const primary = turn.state.ec2.networkInterfaces[instance.networkInterfaceIds[0] ?? ''];
  if (primary !== undefined) primary.sourceDestCheck = false;
  return undefined;
}

function files(machine: Machine): Hindrance | undefined {
  for (const file of machine.config.files) {
    const problem = fileProblem(machine.turn, machine.instance, file);
    if (problem !== undefined) return { why: problem };
  }
  return undefined;
}

const registryOf = (image: string): string => image.split('/')[0]!.split(':')[0]!;

/** Whether the images that the machine's static pods and sandboxes need can be pulled. */
export function images({ turn, instance, config }: Machine): Hindrance | undefined {
  const { repository, pause, etcd } = config.images;
  const hosts = new Set([repository, pause, ...(etcd === undefined ? [] : [etcd])].map(registryOf));
  for (const host of hosts) {
    const problem = registryProblem(turn, instance, host);
    if (problem !== undefined) return { why: `images cannot be pulled from ${host}: ${problem}` };
  }
  return undefined;
}

/** Why a machine cannot pull from a registry, or from any other host; undefined where it can. */
export function registryProblem(turn: Turn, instance: InstanceRecord, host: string): string | undefined {
  const blocked = blockedToHost(turn, instance, host);
  if (blocked !== undefined || !/\.dkr\.ecr\./.test(host)) return blocked;
  const apart = blockedToService(turn, instance, 'ecr.api') ?? blockedToService(turn, instance, 's3');
  const missing = pullActions.find((action) => !machineMay(turn, instance, { action, resource: '*' }));
  return apart ?? (missing === undefined ? undefined : `the role may not ${missing}`);
}

/** The beginning of both scripts. */
export const firstSteps = {
  configure: { name: 'configure', takes: seconds(2), run: ground },
  host: { name: 'host', takes: seconds(10), run: host },
  files: { name: 'files', takes: seconds(35), run: files },
  containerd: { name: 'containerd', takes: seconds(2), run: () => undefined },
} as const satisfies Record<string, Step>;
