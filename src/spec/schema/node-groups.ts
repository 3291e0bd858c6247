import * as z from 'zod';
import { spotStrategies, taintEffects } from '../cluster.ts';
import { hostInput } from './host.ts';
import { anyMapping, isLabelKey, isLabelValue, labels, tags } from './maps.ts';
import { amiId, nameText, ownName, policyArn, securityGroupId, subnetId } from './scalars.ts';
import { volumeInput } from './volumes.ts';

const count = z.int().min(0).max(5000);

const size = z.union([
  count,
  z.strictObject({
    min: count.optional().describe('Fewest nodes. Default: `desired`.'),
    desired: count
      .optional()
      .describe(
        'Nodes to begin with; afterwards the number belongs to whoever scales. Default: `min`, else 3 as far as `max` allows.',
      ),
    max: count.min(1).optional().describe('Most nodes. Default: `desired`, at least 1.'),
  }),
]);

const image = z.strictObject({
  family: z
    .enum(['al2023', 'bottlerocket', 'ubuntu'])
    .optional()
    .describe('Amazon Linux 2023 (default), on EKS Bottlerocket, with a self-managed control plane Ubuntu 24.04.'),
  ami: amiId.optional().describe('Id of an image of your own, of that family.'),
  release: z
    .string()
    .regex(/^\d+\.\d+\.\d+(-[\w.]+)?$/)
    .optional()
    .describe('EKS only: release of AWS, such as 1.36.2-20261015. Default: the newest for the Kubernetes version.'),
});

const taint = z
  .strictObject({
    key: z.string().describe('Key of the taint.'),
    value: z.string().optional().describe('Value of the taint. Default: empty.'),
    effect: z.enum(taintEffects).describe('What it does to pods that do not tolerate it.'),
  })
  .check((context) => {
    const { key, value } = context.value;
    const wrong = isLabelKey(key)
      ? value === undefined || isLabelValue(value)
        ? undefined
        : ('value' as const)
      : ('key' as const);
    if (wrong === undefined) return;
    const detail = `${JSON.stringify(context.value[wrong])} is not the ${wrong} of a taint`;
    context.issues.push({
      code: 'custom',
      input: context.value,
      path: [wrong],
      message: detail,
      params: { problem: { code: 'spec.bad-label', detail } },
    });
  });

const mixed = z.strictObject({
  onDemandBase: z.int().min(0).optional().describe('Nodes that are on demand first. Default 0.'),
  onDemandPercentage: z.int().min(0).max(100).optional().describe('Percentage on demand above the base. Default 0.'),
  strategy: z.enum(spotStrategies).optional().describe('How spot pools are chosen. Default price-capacity-optimized.'),
});

const userData = z.strictObject({
  before: z.string().optional().describe('Shell script that runs before the node is configured.'),
  after: z.string().optional().describe('Shell script that runs after it (`manager: asg`, or an image of your own).'),
});

const update = z.strictObject({
  maxUnavailable: z.int().min(1).max(100).optional().describe('Nodes that may be out of service at once. Default 1.'),
  maxUnavailablePercentage: z.int().min(1).max(100).optional().describe('The same as a percentage; not both.'),
});

export const nodeGroupInput = z.strictObject({
  name: nameText.describe('Name of the group, unique in the cluster.'),
  manager: z
    .enum(['eks', 'asg'])
    .optional()
    .describe(
      '`eks` (default on EKS): a managed node group. `asg` (always with a self-managed control plane): an auto scaling group with a role and profile of its own, which can mix on demand and spot.',
    ),
  instanceTypes: z
    .array(z.string())
    .min(1)
    .max(40)
    .optional()
    .describe('Instance types in order of preference, of one architecture. Default: m6i.large.'),
  size: size.optional().describe('Number of nodes: a number, or min, desired and max. Default 3.'),
  rootVolume: volumeInput(1, '80')
    .optional()
    .describe('The volume that holds system, images and pods (with Bottlerocket the data volume).'),
  image: image.optional().describe('Operating system of the nodes.'),
  labels: labels.optional().describe('Kubernetes labels of the nodes.'),
  taints: z.array(taint).max(50).optional().describe('Kubernetes taints of the nodes.'),
  capacity: z
    .union([
      z.enum(['on-demand', 'spot']),
      z.strictObject({ mixed: mixed.describe('On demand and spot in one group (`manager: asg`).') }),
    ])
    .optional()
    .describe('How instances are bought: on-demand (default), spot, or a mix.'),
  zones: z.array(z.string()).min(1).optional().describe('Zones of a new VPC where the group is. Default: all.'),
  subnets: z
    .array(subnetId)
    .min(1)
    .optional()
    .describe('Subnets of a given VPC where the group is. Default: all of the topology.'),
  maxPods: z
    .int()
    .min(4)
    .max(737)
    .optional()
    .describe("Most pods on a node. Default: what AWS's calculator says for the type."),
  monitoring: z.boolean().optional().describe('Detailed EC2 monitoring, each minute, at a price. Default false.'),
  securityGroups: z.array(securityGroupId).max(4).optional().describe('Ids of further security groups on the nodes.'),
  policies: z
    .array(policyArn)
    .max(7)
    .optional()
    .describe('ARNs of further policies for the role of the nodes. Pod identities are the better way for pods.'),
  userData: userData
    .optional()
    .describe('EKS only: shell scripts around the configuration of the node (AL2023). Else: `host.commands`.'),
  nodeConfig: anyMapping
    .optional()
    .describe(
      "EKS only: merged into the `spec` of nodeadm's NodeConfig (AL2023), or into the settings (Bottlerocket).",
    ),
  host: hostInput
    .optional()
    .describe('Self-managed only: what is set up on the nodes beside Kubernetes, before the kubelet starts.'),
  role: ownName.optional().describe('Name of a role of your own. Default: one is made.'),
  instanceProfile: ownName
    .optional()
    .describe('Name of an instance profile of your own (`manager: asg`). Default: one is made.'),
  keyName: ownName.optional().describe('Name of an EC2 key pair for SSH. Default: that of `access.ssh`.'),
  tags: tags.optional().describe('AWS tags of the group, its instances and volumes, beside those of the cluster.'),
  update: update.optional().describe('How far an update of the group may go at once.'),
});
