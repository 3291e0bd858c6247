import type { CodeTable } from '../base/diagnostic.ts';

export const appCodes = {
  'app.exported-there': {
    severity: 'warning',
    summary: "What was exported for this cluster stands there and is not Quilla's",
    explanation:
      'Terraform or CloudFormation made it from what `quilla export` wrote. Until `quilla adopt` takes it over, plan, apply and destroy do not touch it, and an apply would only find its names taken.',
  },
  'app.exported-stands': {
    severity: 'error',
    summary: 'The cluster stands there already, made from what was exported',
    explanation:
      "Terraform or CloudFormation made it from what `quilla export` wrote, and it is not Quilla's yet. To make it a second time under the same names cannot work. `quilla adopt` takes it over.",
  },
  'app.exported-stays': {
    severity: 'error',
    summary: "What was exported is not Quilla's to remove",
    explanation:
      'Terraform or CloudFormation made it from what `quilla export` wrote, and nobody adopted it. A destroy of Quilla would leave a state or a stack that names what is gone. Whoever made it removes it, or `quilla adopt` takes it over first.',
  },
  'app.half-adopted': {
    severity: 'error',
    summary: "Only a part of what was exported is Quilla's",
    explanation:
      'A run of `quilla adopt` did not come to its end. Until it does, a plan would make the rest a second time. The same command again goes on.',
  },
  'app.nothing-exported': {
    severity: 'error',
    summary: 'Nothing of this cluster is there to be adopted',
    explanation:
      'Adopting takes over what Terraform or CloudFormation made from what `quilla export` wrote: it carries the tag quilla.dev/exported with the name of the cluster. Account, region and name must be those of the export.',
  },
  'app.exported-half': {
    severity: 'error',
    summary: 'A part of what was exported is missing',
    explanation:
      'A cluster is adopted whole, or what is missing would be made twice: by Quilla and by Terraform or CloudFormation. Let these come to their end first. Where the spec asks for more than was exported, export it again and apply that.',
  },
  'app.exported-twice': {
    severity: 'error',
    summary: 'Something of what was exported is there more than once',
    explanation:
      'Two objects carry the same id of the cluster, so that nobody can say which of them the cluster runs by. Remove the one that Terraform or CloudFormation does not know.',
  },
  'app.exported-others': {
    severity: 'error',
    summary: 'What was exported belongs to another cluster',
    explanation:
      'It carries the tag quilla.dev/cluster with another name, so that another cluster of Quilla owns it. Nothing is taken from one.',
  },
  'app.foreign-cluster': {
    severity: 'warning',
    summary: "An EKS cluster of this name stands and is not Quilla's",
    explanation:
      'It carries no tags of Quilla: another tool made it, or `quilla disown` let go of it. It is not touched, and no other can have its name.',
  },
  'app.name-taken': {
    severity: 'error',
    summary: "A cluster of this name stands and is not Quilla's",
    explanation:
      'The name is that of a self-managed cluster, and what stands carries no tags of Quilla: `quilla disown` let go of it, or only its store was kept when it was removed. An apply would find half of its names taken and end with a part of a second cluster. Names of buckets and roles follow from the name of the cluster, so that another name meets none of them.',
  },
  'app.runs-without-us': {
    severity: 'note',
    summary: "A cluster of this name runs and is not Quilla's",
    explanation:
      'Nothing of it carries the tags of Quilla: `quilla disown` let go of it, it was exported and not adopted, or another tool made it. What its controllers made is not removed either.',
  },
  'app.no-store-yet': {
    severity: 'error',
    summary: 'There is no store to fill yet',
    explanation:
      'Keys and documents go into the store of the cluster, which Terraform, CloudFormation or `quilla apply` makes, and are noted on the security group of the seats.',
  },
  'app.other-documents': {
    severity: 'warning',
    summary: 'Documents in the store say other things than the spec',
    explanation:
      'Machines read access, charts and versions from documents in the store. Filling makes what is missing only, since Terraform keeps the documents that it wrote. CloudFormation writes none, and an import takes none over: there `quilla store fill --update` changes them.',
  },
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
      'AWS has no cluster of this name with our tags in this account and region, or it lacks what the verb needs. `quilla get clusters` lists what is there; `quilla apply -f FILE` makes it. One that was exported and not adopted can be looked at too, where its keys are in the store (`quilla store fill`) and the caller may read what a plan reads.',
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
  'app.node-role-trust': {
    severity: 'error',
    summary: 'Others than EC2 may take the role of nodes',
    explanation:
      'On a self-managed control plane a node is whoever comes with the role of its group, by the name of its session, which EC2 sets to the id of the instance. Whoever else may assume that role chooses the name, and so could be any node of the cluster.',
  },
  'app.irreplaceable': {
    severity: 'error',
    summary: 'This cannot be changed on a cluster that runs',
    explanation:
      'AWS sets the field once, so a change would mean to remove the cluster or its network with everything in it and make it anew. An apply never does that. Set the field back, or destroy the cluster and apply anew.',
  },
  'app.control-plane-change': {
    severity: 'error',
    summary: 'The control plane of a cluster that runs cannot be exchanged',
    explanation:
      'The spec says another type of control plane than the cluster has. Exchanging it would remove the cluster with all that runs in it. A new cluster beside it, and moving what runs, is the way.',
  },
  'app.seat-data-lost': {
    severity: 'warning',
    summary: 'The data of a seat is lost',
    explanation:
      'A seat of a self-managed cluster that runs has no etcd volume any more: somebody deleted it. An apply makes an empty one. While most of the seats have their data, the one without is added to etcd again as a learner and gets it from them. Where most have lost it, no seat begins an empty cluster by itself; only a snapshot brings the data back.',
  },
  'app.seats-change': {
    severity: 'error',
    summary: 'The seats of a cluster that runs cannot be changed yet',
    explanation:
      'Each seat holds a member of etcd. Adding and removing members has an order of its own, which this version does not know: it keeps the number and the zones of the seats once the first one has started.',
  },
  'app.zone-not-delegated': {
    severity: 'error',
    summary: 'The hosted zone is not delegated',
    explanation:
      "The name of the API lies in a public hosted zone that the domain's parent does not lead to, so nobody could resolve it. Enter the zone's four name servers at the parent or the registrar (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-routing-traffic-for-subdomains.html). The public DNS was asked, not Route 53.",
  },
  'app.dns-not-asked': {
    severity: 'warning',
    summary: 'The public DNS could not be asked',
    explanation:
      'Before the name of the API is made, the public DNS is asked whether its zone is delegated. No answer came from here, so it is not known.',
  },
  'app.type-not-offered': {
    severity: 'error',
    summary: 'A zone does not offer the instance type',
    explanation:
      'Not every zone of a region has every instance type. A seat stands in one zone, so its group would never get an instance there. It was checked before anything is made.',
  },
  'app.no-instance': {
    severity: 'error',
    summary: 'There is no machine to ask',
    explanation:
      'The seat is not one of the cluster, has no instance that runs now, or its agent is not known to Systems Manager. `quilla status` shows seats and their instances.',
  },
  'app.not-self-managed': {
    severity: 'error',
    summary: 'This is for self-managed control planes only',
    explanation:
      'With EKS the control plane and its keys belong to AWS: there are no seats, no store and no certificate authority of yours. Access is IAM: access.principals in the spec.',
  },
  'app.bad-duration': {
    severity: 'error',
    summary: 'This is no duration that can be taken',
    explanation:
      'Durations are written like 30m, 1h or 1h30m. A certificate of `quilla kubeconfig --admin` lasts one hour unless told, at least ten minutes and at most 24 hours: it cannot be revoked before it ends.',
  },
  'app.no-log': {
    severity: 'error',
    summary: 'The seat gave no log',
    explanation:
      'The command ran on the seat through Systems Manager and ended with an error, most often since what was asked for has never started there.',
  },
  'app.unknown-name': {
    severity: 'error',
    summary: 'There is nothing of this name',
    explanation: 'The name of a seat, a group or a key that the command line gives is none of this cluster.',
  },
  'app.version-skips': {
    severity: 'error',
    summary: 'Kubernetes goes up one minor at a time',
    explanation:
      'A control plane goes up by one minor version at a time and is never lowered, on EKS (https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html) and elsewhere (https://kubernetes.io/releases/version-skew-policy/). Set the next minor, apply, and go on from there.',
  },
} as const satisfies CodeTable;
