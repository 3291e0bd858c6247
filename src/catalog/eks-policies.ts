/**
 * EKS access policies that people are given, as `aws eks list-access-policies` shows them; EKS has more for its own components.
 * https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
 */
export const eksAccessPolicies = [
  'AmazonEKSClusterAdminPolicy',
  'AmazonEKSAdminPolicy',
  'AmazonEKSAdminViewPolicy',
  'AmazonEKSEditPolicy',
  'AmazonEKSViewPolicy',
  'AmazonEKSSecretReaderPolicy',
  'AmazonEKSClusterInsightsPolicy',
  'AmazonEKSHybridPolicy',
  'AmazonEKSAutoNodePolicy',
  'AmazonEKSACKPolicy',
  'AmazonEKSArgoCDPolicy',
  'AmazonEKSArgoCDClusterPolicy',
  'AmazonEKSKROPolicy',
  'AmazonEMRJobPolicy',
  'AmazonSagemakerHyperpodClusterPolicy',
  'AmazonSagemakerHyperpodControllerPolicy',
  'AmazonSagemakerHyperpodSystemNamespacePolicy',
  'AmazonARCRegionSwitchScalingPolicy',
  'AmazonAIOpsAssistantPolicy',
] as const;

/** The policy that stands for the group system:masters. */
export const clusterAdminPolicy = 'AmazonEKSClusterAdminPolicy';

/**
 * Access policies that stand for a cluster role which Kubernetes brings itself, and that role: what they mean on a self-managed cluster.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles
 */
export const rolesOfPolicies: Readonly<Record<string, string>> = {
  AmazonEKSClusterAdminPolicy: 'cluster-admin',
  AmazonEKSAdminPolicy: 'admin',
  AmazonEKSEditPolicy: 'edit',
  AmazonEKSViewPolicy: 'view',
};

/** The ARN of an access policy; it has neither region nor account. Partition `aws`, `aws-cn` or `aws-us-gov`. */
export const eksAccessPolicyArn = (name: string, partition = 'aws'): string =>
  `arn:${partition}:eks::aws:cluster-access-policy/${name}`;
