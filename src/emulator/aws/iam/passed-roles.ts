type Input = Readonly<Record<string, unknown>>;

/** A role by its ARN, and the service that is to take it: iam:PassedToService. */
export interface PassedRole {
  readonly role: string;
  readonly to: string;
}

const passed = (to: string, ...roles: readonly unknown[]): PassedRole[] =>
  roles.flatMap((role) => (typeof role === 'string' && role !== '' ? [{ role, to }] : []));

const ofAddon = (input: Input): PassedRole[] => {
  const associations = (input.podIdentityAssociations ?? []) as readonly Input[];
  return [
    ...passed('eks.amazonaws.com', input.serviceAccountRoleArn),
    ...passed('pods.eks.amazonaws.com', ...associations.map((each) => each.roleArn)),
  ];
};
const ofPods = (input: Input): PassedRole[] => passed('pods.eks.amazonaws.com', input.roleArn);

/** Operations that hand a role to a service: the caller needs iam:PassRole for it as well. */
const passing: Readonly<Record<string, (input: Input) => PassedRole[]>> = {
  'eks:CreateCluster': (input) => passed('eks.amazonaws.com', input.roleArn),
  'eks:CreateNodegroup': (input) => passed('ec2.amazonaws.com', input.nodeRole),
  'eks:CreateFargateProfile': (input) => passed('eks-fargate-pods.amazonaws.com', input.podExecutionRoleArn),
  'eks:CreatePodIdentityAssociation': ofPods,
  'eks:UpdatePodIdentityAssociation': ofPods,
  'eks:CreateAddon': ofAddon,
  'eks:UpdateAddon': ofAddon,
};

/**
 * The roles that a call passes to a service.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export const passedRoles = (action: string, input: Input): readonly PassedRole[] => passing[action]?.(input) ?? [];
