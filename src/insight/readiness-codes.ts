import type { CodeTable } from '../base/diagnostic.ts';

/** Why a cluster, a seat, a node or a pod is not ready. */
export const readinessCodes = {
  'node.instance-not-running': {
    severity: 'error',
    summary: 'An instance does not run',
    explanation:
      'EC2 has an instance of this group that does not run. Its state reason says why: no capacity, a volume key that the service may not use, a failed status check, a spot interruption.',
  },
  'node.still-booting': {
    severity: 'note',
    summary: 'An instance is still booting',
    explanation: 'An instance needs about a minute or two from its launch until its node is there.',
  },
  'node.no-route': {
    severity: 'error',
    summary: 'A node has no way to AWS',
    explanation:
      'The route table of its subnet leads neither to an internet gateway, a NAT gateway nor elsewhere, and the VPC endpoints that a node needs without the internet are not all there (ec2, ecr.api, ecr.dkr, s3, sts, and the private API endpoint).',
  },
  'node.no-public-address': {
    severity: 'error',
    summary: 'A node in a public subnet has no public address',
    explanation:
      'Its subnet leads to an internet gateway, which serves only instances with a public address. Let the subnet or the launch template give one, or use private subnets with NAT.',
  },
  'node.api-closed': {
    severity: 'error',
    summary: 'A node may not reach the API',
    explanation:
      'The private endpoint is off and the public access list does not hold the address from which this node leaves. Switch the private endpoint on, or put the NAT addresses on the list.',
  },
  'node.security-group': {
    severity: 'error',
    summary: 'Security groups keep a node from the control plane',
    explanation:
      'Nodes and control plane talk through the cluster security group: nodes to port 443, the control plane to port 10250. The instance must carry that group, or a group with rules for both.',
  },
  'node.role-unmapped': {
    severity: 'error',
    summary: 'The role of a node has no access entry',
    explanation:
      'The API server lets a node in by the role of its instance: an access entry of type EC2_LINUX for that role must exist. The kubelet says Unauthorized until then.',
  },
  'node.no-role': {
    severity: 'error',
    summary: 'An instance has no role',
    explanation:
      'Without an instance profile an instance can neither ask AWS for its own data nor show the API server who it is.',
  },
  'node.user-data': {
    severity: 'error',
    summary: 'The user data of a node is for another cluster',
    explanation:
      "On EKS the launch template holds the API endpoint and the certificate authority of the cluster, on a self-managed cluster the name of the API and of the store that has the authority. Those in use are not the cluster's: the kubelet says that a certificate is signed by an unknown authority, or finds nobody. Apply again and replace the instance.",
  },
  'node.console': {
    severity: 'error',
    summary: 'A node says why it did not join',
    explanation:
      'The console output of the instance holds what nodeadm and the kubelet say while they start; the last telling lines are shown.',
  },
  'node.unknown': {
    severity: 'error',
    summary: 'An instance is no node and nothing shows why',
    explanation:
      'Routes, security groups, role and access entry are as they should be, and the console output says nothing. Look at the instance itself through Systems Manager or its serial console.',
  },
  'node.not-ready': {
    severity: 'error',
    summary: 'A node is not ready',
    explanation:
      'The kubelet reached the API and says that it cannot run pods yet. Its reason names the part: most often the pod network or pressure on disk or memory.',
  },
  'pod.not-ready': {
    severity: 'error',
    summary: 'A system pod is not ready',
    explanation: 'A pod in kube-system does not run. Its reason says whether it waits for a node, an image or itself.',
  },
  'cluster.not-ready': {
    severity: 'error',
    summary: 'The control plane is not ready',
    explanation:
      'EKS: another state than ACTIVE is reported. While it is CREATING or UPDATING there is nothing to do but wait; FAILED does not mend itself. Self-managed: seats are missing or do not serve; what keeps each is told beside this.',
  },
  'cluster.not-adopted': {
    severity: 'note',
    summary: "The cluster was exported and is not Quilla's",
    explanation:
      'Terraform or CloudFormation made it from what `quilla export` wrote, and they change it. Verbs that only look work as ever; a plan, an apply and a destroy do not touch it until `quilla adopt`.',
  },
  'api.unreachable': {
    severity: 'warning',
    summary: 'The API cannot be reached from here',
    explanation:
      "Nodes and pods are seen through the Kubernetes API. It is private, or this machine's address is not on the access list, or the caller has no access to the cluster. What AWS shows is reported all the same.",
  },
  'node.role-not-listed': {
    severity: 'error',
    summary: 'The seats do not let the role of a node in',
    explanation:
      'The authenticator on the seats lets a kubelet in by the role of its instance. It knows the roles of the document cluster/state.json in the store, which an apply writes and a timer on the seats reads. The kubelet says Unauthorized until the role stands there.',
  },
  'node.api-security-group': {
    severity: 'error',
    summary: 'Security groups keep a node from the API',
    explanation:
      'Nodes reach the API through port 443 of the internal load balancer. Its security group must let the groups of the instance in, and one of those must let the instance out.',
  },
  'node.api-away': {
    severity: 'error',
    summary: 'The API that a node asks for does not answer',
    explanation:
      'A node joins by asking the API. While too few seats serve, none can join; what keeps the seats is told beside this.',
  },
  'node.boot-failed': {
    severity: 'error',
    summary: 'The boot script of a node failed',
    explanation:
      'A node of a self-managed cluster tells the end of its boot in a tag of its instance, quilla.dev/boot: ready, or failed with the name of the step. The console output and `journalctl -u quilla-boot` hold more. The script tries again; a step that goes on failing keeps the node away.',
  },
  'node.authority-unread': {
    severity: 'error',
    summary: 'A node does not get the certificate of the authority',
    explanation:
      "A node of a self-managed cluster knows the API by the certificate of the cluster's authority. Its boot script fetches cluster/keys/ca.crt from the store with the role of the instance, in the step `authority`, and tries again until it has it. The role must be allowed s3:GetObject on that object (a role or profile of your own: by you), there must be a way to S3, and the object must be there: it is once the cluster has keys. S3 tells that an object is missing only to whoever may list the bucket; to others it says that they may not list it.",
  },
  'seat.no-instance': {
    severity: 'error',
    summary: 'A seat has no instance',
    explanation:
      'The auto scaling group of a seat starts a new instance when one ends. Where it cannot, its newest activity says why: no capacity in the zone, a quota, an image that is gone, a key that Auto Scaling may not use.',
  },
  'seat.not-running': {
    severity: 'error',
    summary: 'The instance of a seat does not run',
    explanation:
      'EC2 has an instance for this seat that does not run. Its state reason says why. The group replaces it.',
  },
  'seat.booting': {
    severity: 'note',
    summary: 'A seat is still booting',
    explanation:
      'From its launch a seat takes some minutes: it takes its volume and its interface, installs what is pinned, fetches keys, and starts etcd and the API server.',
  },
  'seat.boot-stuck': {
    severity: 'error',
    summary: 'A seat boots for too long',
    explanation:
      'The boot script has told neither success nor failure in the time that it usually takes. Its console output shows the step that it waits in; `quilla logs SEAT --unit boot` shows all of it.',
  },
  'seat.boot-failed': {
    severity: 'error',
    summary: 'The boot of a seat failed',
    explanation:
      'The seat told in the tag quilla.dev/boot of its instance which step failed. The script tries again. `quilla logs SEAT --unit boot` shows what the step said.',
  },
  'seat.volume-elsewhere': {
    severity: 'error',
    summary: 'The etcd volume of a seat is not on its instance',
    explanation:
      "A seat's volume is attached to one instance at a time. An instance that is still ending keeps it for a while; another one that holds it must let it go before the seat can start etcd.",
  },
  'seat.interface-elsewhere': {
    severity: 'error',
    summary: 'The network interface of a seat is not on its instance',
    explanation:
      "A seat's interface holds the address by which the members of etcd know one another. It is attached to one instance at a time; until the seat has it, the others do not hear it.",
  },
  'seat.volume-lost': {
    severity: 'error',
    summary: 'The etcd volume of a seat is gone',
    explanation:
      'Every seat has a whole copy of the data of etcd on its volume. Where one volume is deleted, the others hold the same: an apply makes an empty volume, and the seat is added to etcd again as a learner, while the others have quorum. Where the volumes of most seats are gone, so is the quorum: what is left are the snapshots in the store, and no seat begins an empty cluster by itself.',
  },
  'seat.interface-lost': {
    severity: 'error',
    summary: 'The network interface of a seat is gone',
    explanation:
      "A seat's interface holds the address by which the members of etcd know one another. An apply makes another one.",
  },
  'seat.ports-closed': {
    severity: 'error',
    summary: 'Security groups keep seats from one another or from the load balancer',
    explanation:
      'The members of etcd talk through ports 2379 and 2380, and the load balancers ask the API servers through port 6443. The security group of the seats must let its own members in on the first two, and the group of each load balancer on the third. An apply adds rules again that somebody removed.',
  },
  'seat.unhealthy': {
    severity: 'error',
    summary: 'A load balancer does not send to a seat',
    explanation:
      'The load balancer asks each seat for /readyz on port 6443 over HTTPS. A seat that does not answer so gets no requests: its API server does not run, does not reach etcd, or security groups are in between.',
  },
  'control-plane.booting': {
    severity: 'note',
    summary: 'The control plane is booting',
    explanation:
      'All seats were launched not long ago, as after a first apply. etcd has a quorum when more than half of them are there; then the API answers, and the nodes join.',
  },
  'control-plane.no-quorum': {
    severity: 'error',
    summary: 'Too few seats serve: etcd has no quorum',
    explanation:
      'etcd answers while more than half of its members reach one another: one of one, two of three, three of five. Without a quorum the API does not answer, and what runs on the nodes goes on as it is. Bring the missing seats back; they find their data on their volumes. Never start a new etcd in their place.',
  },
  'control-plane.seat-missing': {
    severity: 'warning',
    summary: 'A seat is missing; the others serve',
    explanation:
      'The API answers while more than half of the seats do. Another loss may end that: see to the missing seat.',
  },
} as const satisfies CodeTable;
