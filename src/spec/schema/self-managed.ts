import * as z from 'zod';
import { hostInput } from './host.ts';
import { anyMapping } from './maps.ts';
import { amiId, subnetId } from './scalars.ts';
import {
  bucketName,
  certificateName,
  chartRepository,
  dnsZone,
  featureGates,
  fileDigests,
  flagNames,
  mirrorImages,
  mirrorUrl,
} from './self-managed-scalars.ts';
import { volumeInput } from './volumes.ts';

const count = z.int().min(1).max(7);

const seats = z.union([
  count,
  z.strictObject({
    count: count
      .optional()
      .describe(
        'Number of seats, odd: 1, 3 or 5; more make etcd slower and no safer. Default: as many as `zones` or `subnets` lists.',
      ),
    zones: z
      .array(z.string())
      .min(1)
      .max(7)
      .optional()
      .describe(
        'Zone of each seat in a new VPC; one may stand here more than once. Default: the zones of the network in turn.',
      ),
    subnets: z
      .array(subnetId)
      .min(1)
      .max(7)
      .optional()
      .describe('Subnet of each seat in a given VPC. Default: those of the topology in turn.'),
  }),
]);

const image = z.strictObject({
  family: z.enum(['al2023', 'ubuntu']).optional().describe('Amazon Linux 2023 (default) or Ubuntu 24.04.'),
  ami: amiId.optional().describe('Id of an image of your own, of that family.'),
});

const etcd = z.strictObject({
  volume: volumeInput(8, '20')
    .optional()
    .describe('The volume of each seat that holds the data of etcd and outlives its instances.'),
  snapshots: z
    .strictObject({
      everyMinutes: z.int().min(5).max(1440).optional().describe('Minutes between two snapshots. Default 60.'),
      keepDays: z.int().min(1).max(365).optional().describe('Days that they are kept. Default 7.'),
    })
    .optional()
    .describe('Snapshots of etcd to the store.'),
});

const dns = z.union([
  z.literal('none'),
  z.strictObject({
    zone: dnsZone.describe('Name of the hosted zone: example.com.'),
    type: z
      .enum(['public', 'private'])
      .describe('`public`: a zone that exists and is delegated. `private`: one that is made for the VPC.'),
    name: dnsZone
      .optional()
      .describe('Name of the API in that zone. Default: api., the name of the cluster, and the zone.'),
  }),
]);

const flags = z.strictObject({
  apiServer: flagNames('apiServer').optional().describe('Flags of kube-apiserver: max-requests-inflight: "800".'),
  controllerManager: flagNames('controllerManager').optional().describe('Flags of kube-controller-manager.'),
  scheduler: flagNames('scheduler').optional().describe('Flags of kube-scheduler.'),
  kubelet: flagNames('kubelet').optional().describe('Flags of the kubelets of seats and nodes.'),
  etcd: flagNames('etcd').optional().describe('Flags of etcd: quota-backend-bytes: "8589934592".'),
});

const mirror = z.strictObject({
  files: mirrorUrl
    .optional()
    .describe('URL under which files lie by host and path of their own URL. Default: from their publishers.'),
  digests: fileDigests
    .optional()
    .describe(
      'sha256 of files of the mirror that one built oneself, by host and path of their own URL: dl.k8s.io/release/v1.36.3/bin/linux/amd64/kubelet. Default: what their publishers say.',
    ),
  images: mirrorImages
    .optional()
    .describe(
      'Registry and path that stand for registry.k8s.io; images of charts from other registries lie there under their host, as in quay.io/cilium/cilium. Default: from their publishers.',
    ),
  charts: chartRepository
    .optional()
    .describe('URL (https or oci) of one repository in which all charts lie. Default: from their publishers.'),
});

/** A control plane on EC2 instances of one's own. */
export const selfManagedInput = z.strictObject({
  seats: seats
    .optional()
    .describe(
      'Machines of the control plane: their number, or their zones or subnets, odd in all. Default: three, one per zone of the network; one where it has a single zone or subnet.',
    ),
  instanceType: z.string().optional().describe('Instance type of the seats. Default: m6i.large.'),
  rootVolume: volumeInput(8, '40').optional().describe('The root volume of each seat, which goes with its instance.'),
  image: image.optional().describe('Operating system of the seats.'),
  etcd: etcd.optional().describe('The data of the cluster.'),
  certificateNames: z
    .array(certificateName)
    .max(50)
    .optional()
    .describe("Further names and addresses in the API server's certificate, beside load balancers and `dns`."),
  dns: dns.optional().describe("A name for the API in Route 53. Default none: the load balancer's own name."),
  storeBucket: bucketName
    .optional()
    .describe('Name of a bucket of your own for keys and backups. Default: one is made.'),
  secretsEncryption: z
    .boolean()
    .optional()
    .describe('Whether Kubernetes secrets are encrypted at rest, with a key in the store. Default true.'),
  auditPolicy: z
    .union([z.literal(false), anyMapping])
    .optional()
    .describe('Audit policy (audit.k8s.io/v1 Policy), or false for no audit log. Default: metadata of all requests.'),
  podRoles: z
    .boolean()
    .optional()
    .describe(
      'Whether pods can have IAM roles, by an OIDC issuer whose two documents lie in a public bucket. Default true.',
    ),
  flags: flags.optional().describe('Extra flags by component, without their dashes, values in quotes.'),
  featureGates: featureGates.optional().describe('Feature gates of all components of Kubernetes.'),
  host: hostInput.optional().describe('What is set up on the seats beside Kubernetes.'),
  mirror: mirror
    .optional()
    .describe('Where files, images and charts come from; needed where there is no way to the internet.'),
  certificateDays: z
    .int()
    .min(7)
    .max(3650)
    .optional()
    .describe('Days that the certificates of a seat are good; they are renewed after two thirds. Default 365.'),
  deletionProtection: z
    .boolean()
    .optional()
    .describe('Whether the load balancers refuse to be deleted until this is taken off. Default true.'),
});
