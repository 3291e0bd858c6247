import * as z from 'zod';
import { accessInput, podIdentityInput } from './schema/access.ts';
import { addonInput, fargateProfileInput, ignoreInput, patchInput } from './schema/addons.ts';
import { controlPlaneInput } from './schema/control-plane.ts';
import type { hostInput } from './schema/host.ts';
import { tags } from './schema/maps.ts';
import { networkInput } from './schema/network.ts';
import { nodeGroupInput } from './schema/node-groups.ts';
import { nameText, policyArn } from './schema/scalars.ts';
import type { selfManagedInput } from './schema/self-managed.ts';

const spec = z.strictObject({
  region: z.string().describe('AWS region: us-east-1.'),
  kubernetesVersion: z
    .string()
    .optional()
    .describe(
      'Minor version in quotes: "1.36"; self-managed also a patch: "1.36.3". Default: the newest in standard support whose end is known; self-managed the newest whose files the catalog has.',
    ),
  controlPlane: controlPlaneInput.describe(
    'Who runs the control plane: `eks` (AWS) or `self-managed` (you, on EC2), or `eks:` or `selfManaged:` with settings.',
  ),
  network: networkInput.optional().describe('VPC, subnets and how pods get addresses. Default: a new VPC.'),
  access: accessInput.optional().describe('Who reaches the API and the nodes, and what they may do.'),
  nodeGroups: z.array(nodeGroupInput).optional().describe('Groups of nodes.'),
  addons: z
    .array(addonInput)
    .optional()
    .describe(
      'EKS add-ons. Always installed unless `enabled: false`: vpc-cni, kube-proxy, eks-pod-identity-agent, coredns, aws-ebs-csi-driver. Self-managed: Helm charts; always installed: those of the pod network, aws-cloud-controller-manager, aws-ebs-csi-driver, kubelet-csr-approver, aws-node-termination-handler, amazon-eks-pod-identity-webhook.',
    ),
  fargateProfiles: z.array(fargateProfileInput).optional().describe('Pods that run on Fargate. EKS only.'),
  podIdentities: z
    .array(podIdentityInput)
    .optional()
    .describe('IAM roles for service accounts of your own pods. EKS only; self-managed: see `podRoles`.'),
  tags: tags.optional().describe('AWS tags on everything that is made.'),
  permissionsBoundary: policyArn.optional().describe('ARN of the policy that bounds every role that is made.'),
  patches: z
    .array(patchInput)
    .optional()
    .describe('Merge patches on resources of the plan, for what the spec has no field for.'),
  ignore: z.array(ignoreInput).optional().describe('Fields of resources that others own.'),
});

/** The schema of what people write. `loadCluster` checks more than it can say. */
export const clusterInput = z.strictObject({
  apiVersion: z.literal('quilla.dev/v1alpha1').describe('Version of this format.'),
  kind: z.literal('Cluster').describe('What the file describes.'),
  metadata: z
    .strictObject({ name: nameText.describe('Name of the cluster, unique in account and region.') })
    .describe('What the cluster is called.'),
  spec: spec.describe('What the cluster is to be.'),
});

/** What people write: everything but the needed fields is optional. */
export type ClusterInput = z.output<typeof clusterInput>;
export type SpecInput = ClusterInput['spec'];
export type NodeGroupInput = z.output<typeof nodeGroupInput>;
export type NetworkInput = z.output<typeof networkInput>;
export type AccessInput = z.output<typeof accessInput>;
export type AddonInput = z.output<typeof addonInput>;
export type FargateProfileInput = z.output<typeof fargateProfileInput>;
export type PodIdentityInput = z.output<typeof podIdentityInput>;
export type ControlPlaneInput = Exclude<SpecInput['controlPlane'], string>;
export type EksInput = NonNullable<ControlPlaneInput['eks']>;
export type SelfManagedInput = z.output<typeof selfManagedInput>;
export type HostInput = z.output<typeof hostInput>;
export type VolumeInput = NonNullable<NodeGroupInput['rootVolume']>;
