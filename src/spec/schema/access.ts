import * as z from 'zod';
import { accessSource, cidrText, kubernetesName, ownName, policyArn, principalArn, roleArn } from './scalars.ts';

const api = z.strictObject({
  public: z
    .boolean()
    .optional()
    .describe(
      'Whether the API has an endpoint on the internet (self-managed: a public load balancer), for those in `from`. Default false.',
    ),
  private: z
    .boolean()
    .optional()
    .describe(
      'Whether the API has an endpoint in the VPC, which nodes then use. Default true, and always true where self-managed.',
    ),
  from: z
    .array(accessSource)
    .max(40)
    .optional()
    .describe(
      'Who reaches the public endpoint: address ranges, or `nat` for the NAT gateways that are made. Needed with `public: true`; at most 40.',
    ),
});

const scopedPolicy = z.strictObject({
  policy: z.string().describe('Name of an EKS access policy (AmazonEKSEditPolicy) or its ARN.'),
  namespaces: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('Namespaces where it holds; `team-*` for all that begin so. Default: the whole cluster.'),
});

const principal = z.strictObject({
  arn: principalArn.describe('ARN of an IAM user or role.'),
  username: z
    .string()
    .min(1)
    .optional()
    .describe('Its name in Kubernetes, for audit logs and RBAC. Default: EKS derives it from the ARN.'),
  groups: z
    .array(z.string().min(1))
    .optional()
    .describe(
      'Kubernetes groups that RBAC gives rights. `system:masters` becomes AmazonEKSClusterAdminPolicy; other groups of `system:` are refused.',
    ),
  policies: z
    .array(z.union([z.string(), scopedPolicy]))
    .optional()
    .describe('EKS access policies, by name, or with the namespaces where they hold.'),
});

const ssh = z.strictObject({
  keyName: ownName.optional().describe('Name of a key pair that exists in the region.'),
  publicKey: z.string().optional().describe('Text of a public key (ssh-ed25519 AAAA...); a key pair is made from it.'),
  from: z
    .array(cidrText)
    .optional()
    .describe('Address ranges that reach port 22 of the nodes. Default: none, the key alone.'),
});

const bastion = z.strictObject({
  instanceType: z.string().optional().describe('Its instance type. Default: t3.micro.'),
  from: z.array(cidrText).min(1).describe('Address ranges that reach its port 22.'),
});

export const accessInput = z.strictObject({
  api: api.optional().describe('The endpoints of the Kubernetes API. Default: in the VPC only.'),
  creatorAdmin: z
    .boolean()
    .optional()
    .describe('Whether whoever creates the cluster gets an access entry as its administrator. Default: true.'),
  principals: z
    .array(principal)
    .optional()
    .describe('IAM users and roles and what they may do in Kubernetes, as EKS access entries.'),
  ssh: ssh.optional().describe('SSH to the nodes. Default: no key, no open port.'),
  bastion: bastion
    .optional()
    .describe(
      'Self-managed only: a machine in a public subnet through which SSH reaches seats and nodes. Needs `ssh`. Default: none.',
    ),
});

const roleChoice = {
  policies: z.array(policyArn).min(1).optional().describe('ARNs of policies for a role that is made.'),
  roleArn: roleArn.optional().describe('ARN of a role of your own, which trusts pods.eks.amazonaws.com.'),
};

export const podIdentityInput = z.strictObject({
  namespace: kubernetesName.describe('Namespace of the service account.'),
  serviceAccount: kubernetesName.describe('Name of the service account. It need not exist yet.'),
  ...roleChoice,
});
