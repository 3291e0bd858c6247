type Input = Readonly<Record<string, unknown>>;

const text = (value: unknown): string[] => (typeof value === 'string' && value !== '' ? [value] : []);

const association = (input: Input): string[] => {
  const associations = (input.podIdentityAssociations ?? []) as readonly Input[];
  return [...text(input.serviceAccountRoleArn), ...associations.flatMap((each) => text(each.roleArn))];
};

/** Operations that hand a role to a service: the caller needs iam:PassRole for it as well. */
const passing: Readonly<Record<string, (input: Input) => string[]>> = {
  'eks:CreateCluster': (input) => text(input.roleArn),
  'eks:CreateNodegroup': (input) => text(input.nodeRole),
  'eks:CreateFargateProfile': (input) => text(input.podExecutionRoleArn),
  'eks:CreatePodIdentityAssociation': (input) => text(input.roleArn),
  'eks:UpdatePodIdentityAssociation': (input) => text(input.roleArn),
  'eks:CreateAddon': association,
  'eks:UpdateAddon': association,
};

/**
 * ARNs of the roles that a call passes to a service.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export const passedRoles = (action: string, input: Input): readonly string[] => passing[action]?.(input) ?? [];
