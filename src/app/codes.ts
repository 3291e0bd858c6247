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
      "Controllers inside the cluster made resources (load balancers, volumes, interfaces) that are not in the spec. Destroy removes those that carry the cluster's tags; what does not, it names.",
  },
  'app.controllers-made': {
    severity: 'note',
    summary: 'Controllers made something in this cluster',
    explanation:
      "Load balancers, volumes or interfaces that carry the cluster's tags exist because of services and claims in the cluster. Destroy removes them before the network goes.",
  },
  'app.wrong-account': {
    severity: 'error',
    summary: 'Not the account that the spec is for',
    explanation:
      'The credentials in use belong to another account or region than the saved plan was made for. Nothing was called beyond asking who we are.',
  },
  'app.apply-failed': {
    severity: 'error',
    summary: 'Not everything could be done',
    explanation:
      'Some steps failed; what does not depend on them was done. Nothing needs to be undone: mend the cause and run the same command again, it observes what is there and goes on.',
  },
  'app.stopped': {
    severity: 'error',
    summary: 'The run was stopped',
    explanation:
      'Ctrl-C lets calls in flight finish and begins nothing new. The same command goes on where this run stopped.',
  },
  'app.not-ready': {
    severity: 'error',
    summary: 'Not everything is ready',
    explanation:
      '`quilla status` looks at the control plane, the nodes and the system pods and says of each that is not ready why, as far as AWS and Kubernetes show it.',
  },
  'app.given-missing': {
    severity: 'error',
    summary: 'Something that the spec names does not exist',
    explanation:
      'The spec names a role, profile, key pair or security group of your own. Quilla does not make those. Look at the name, the region and the profile that is used.',
  },
  'app.version-skips': {
    severity: 'error',
    summary: 'Kubernetes goes up one minor at a time',
    explanation:
      'EKS raises a control plane by one minor version per update and never lowers it: https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html. Set the next minor, apply, and go on from there.',
  },
} as const satisfies CodeTable;
