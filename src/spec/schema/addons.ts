import * as z from 'zod';
import { anyMapping, podLabels, tags } from './maps.ts';
import { kubernetesName, nameText, ownName, policyArn, roleArn, subnetId } from './scalars.ts';
import { chartRepository } from './self-managed-scalars.ts';

const addonPodIdentity = z.strictObject({
  serviceAccount: kubernetesName.optional().describe("Service account of the add-on. Default: the catalog's."),
  policies: z
    .array(policyArn)
    .min(1)
    .optional()
    .describe("ARNs of policies for a role that is made. Default: AWS's managed policy for the add-on."),
  roleArn: roleArn.optional().describe('ARN of a role of your own, which trusts pods.eks.amazonaws.com.'),
});

const chart = z.strictObject({
  repository: chartRepository.describe(
    'URL of the repository: https://charts.example.com or oci://registry.example.com/charts.',
  ),
  name: z.string().min(1).describe('Name of the chart in it.'),
});

export const addonInput = z.strictObject({
  name: z
    .string()
    .min(1)
    .describe(
      'Name of the add-on as EKS has it: vpc-cni, coredns, metrics-server. Self-managed: name of the release of a Helm chart.',
    ),
  enabled: z.boolean().optional().describe('false leaves out an add-on that is installed by default. Default true.'),
  version: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Version, such as v1.21.1-eksbuild.1 (EKS) or that of a chart, 3.12.2 (self-managed). Default on EKS: the one that EKS chooses for the Kubernetes version when the add-on is installed; it is kept afterwards, through upgrades too. Self-managed: that of the catalog.',
    ),
  values: anyMapping
    .optional()
    .describe(
      "The add-on's configuration values; `aws eks describe-addon-configuration` shows what it knows. Self-managed: values of the chart.",
    ),
  chart: chart
    .optional()
    .describe('Self-managed only: a Helm chart that the catalog does not have; then `version` is needed.'),
  namespace: kubernetesName
    .optional()
    .describe('Self-managed only: namespace of the release. Default: the one of the catalog, else kube-system.'),
  resolveConflicts: z
    .enum(['overwrite', 'preserve', 'none'])
    .optional()
    .describe('EKS only: what happens to fields that somebody else changed in the cluster. Default overwrite.'),
  podIdentity: z
    .union([z.boolean(), addonPodIdentity])
    .optional()
    .describe(
      'EKS only: the IAM role of the add-on by pod identity. Default: one is made where the add-on calls AWS; false for none.',
    ),
});

const selector = z.strictObject({
  namespace: z.string().min(1).describe('Namespace of the pods; `*` and `?` are wildcards.'),
  labels: podLabels.optional().describe('Labels that the pods must have, at most five.'),
});

export const fargateProfileInput = z.strictObject({
  name: nameText.describe('Name of the profile, unique in the cluster.'),
  selectors: z.array(selector).min(1).max(5).describe('Which pods run on Fargate.'),
  zones: z.array(z.string()).min(1).optional().describe('Zones of a new VPC. Default: all.'),
  subnets: z.array(subnetId).min(1).optional().describe('Private subnets of a given VPC. Default: all.'),
  role: ownName.optional().describe('Name of a pod execution role of your own. Default: one is made.'),
  tags: tags.optional().describe('AWS tags of the profile, beside those of the cluster.'),
});

export const patchInput = z.strictObject({
  resource: z.string().min(1).describe('Id of a resource of the plan: `subnet/private-us-east-1a`.'),
  merge: anyMapping.describe('Fields to set on it, as a JSON merge patch: null takes a field out.'),
});

export const ignoreInput = z.strictObject({
  resource: z.string().min(1).describe('Id of a resource of the plan.'),
  fields: z.array(z.string().min(1)).min(1).describe('Fields of it that others own: never compared, never changed.'),
});
