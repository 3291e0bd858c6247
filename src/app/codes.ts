import type { CodeTable } from '../base/diagnostic.ts';

export const appCodes = {
  'app.unknown-code': {
    severity: 'error',
    summary: 'There is no such code',
    explanation:
      "`quilla explain` takes the code in brackets at the end of a diagnostic's first line, like `spec.unknown-field`.",
  },
  'app.no-file': {
    severity: 'error',
    summary: 'The file cannot be read',
    explanation:
      'The path that `-f` or `--plan` names does not exist, or may not be read. `quilla new NAME` writes a spec to begin with.',
  },
  'app.file-exists': {
    severity: 'error',
    summary: 'The file exists already',
    explanation: '`quilla new` never overwrites a file. Choose another name, or remove the file.',
  },
  'app.bad-plan-file': {
    severity: 'error',
    summary: 'This is no saved plan',
    explanation: '`apply --plan` reads what `plan --out` of the same version wrote. Make the plan again.',
  },
  'app.not-confirmed': {
    severity: 'error',
    summary: 'Nothing was done',
    explanation: 'Verbs that act ask first on a terminal. Elsewhere nobody can be asked: say `--yes`.',
  },
  'app.no-region': {
    severity: 'error',
    summary: 'No region is known',
    explanation:
      'Verbs without a spec need to know the region: `--region`, AWS_REGION, or the region of the profile in use.',
  },
  'app.locked': {
    severity: 'error',
    summary: 'Another run holds the lock',
    explanation:
      'One run at a time may change a cluster. The lock is an SSM parameter with a lease of two minutes that its holder renews while it runs; a run that died leaves one that ends by itself.',
  },
  'app.lock-lost': {
    severity: 'error',
    summary: 'The lock was lost',
    explanation:
      'The lease could not be renewed in time (the machine slept, or AWS did not answer) and another run may have taken it. This run stopped after the calls in flight. Run the same command again.',
  },
  'app.no-cluster': {
    severity: 'error',
    summary: 'The cluster is not there',
    explanation:
      'AWS has no cluster of this name with our tags in this account and region. `quilla get clusters` lists what is there; `quilla apply -f FILE` makes it.',
  },
  'app.quota-too-small': {
    severity: 'error',
    summary: 'A quota is too small for this plan',
    explanation:
      'The plan would make more of something than the account may have in this region. It was checked before anything is made. Ask for more under Service Quotas, or make the cluster smaller.',
  },
  'app.left-behind': {
    severity: 'error',
    summary: 'Something of the cluster would be left behind',
    explanation:
      "Controllers inside the cluster made resources (load balancers, volumes, interfaces) that are not in the spec. Destroy removes those that carry the cluster's tags; what does not, it names. Node groups and Fargate profiles in the cluster that carry no tags of ours stop a destroy before it begins: EKS keeps a cluster while it has any.",
  },
  'app.given-missing': {
    severity: 'error',
    summary: 'Something that the spec names does not exist',
    explanation:
      'The spec names a role, profile, key pair or security group of your own. Quilla does not make those. Look at the name, the region and the profile that is used.',
  },
  'app.irreplaceable': {
    severity: 'error',
    summary: 'This cannot be changed on a cluster that runs',
    explanation:
      'AWS sets the field once, so a change would mean to remove the cluster or its network with everything in it and make it anew. An apply never does that. Set the field back, or destroy the cluster and apply anew.',
  },
  'app.version-skips': {
    severity: 'error',
    summary: 'Kubernetes goes up one minor at a time',
    explanation:
      'EKS raises a control plane by one minor version per update and never lowers it: https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html. Set the next minor, apply, and go on from there.',
  },
} as const satisfies CodeTable;
