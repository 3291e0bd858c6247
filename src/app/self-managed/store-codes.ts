import type { CodeTable } from '../../base/diagnostic.ts';

/** What can be wrong with the store of a self-managed cluster. */
export const storeCodes = {
  'store.key-lost': {
    severity: 'error',
    summary: 'The store has lost a key that cannot be made again',
    explanation:
      'A key of the cluster is no longer in the store: a certificate authority, the key of service accounts, or the key that encrypts secrets at rest. Another one in its place would be worth nothing, since what runs knows the old one. The bucket is versioned: an object that was deleted is brought back by `quilla store recover KEY -f FILE`. Where there is no earlier version, running seats hold a copy under /etc/kubernetes/pki. Do not end seats until the key is back.',
  },
  'store.object-missing': {
    severity: 'warning',
    summary: 'The store lacks an object that can be made again',
    explanation:
      'An object of the cluster is not in its store, and follows from others or serves as well when it is made anew. `quilla apply` makes it again.',
  },
  'store.goes': {
    severity: 'warning',
    summary: 'The destroy removes what cannot be made again from the store',
    explanation:
      'Keys of a self-managed cluster, and the backups of its etcd where the bucket is of Quilla, go for good with all their versions. What is to stay has to be copied before: `aws s3 cp --recursive s3://BUCKET/backups/ FOLDER`. A backup holds secrets as etcd does; where they are encrypted at rest they can be read with `secrets.key` only.',
  },
  'store.etcd-goes': {
    severity: 'warning',
    summary: 'The destroy removes the data of etcd',
    explanation:
      'The volumes of etcd hold every object of the cluster: deployments, secrets, claims. They are deleted with it. A backup in the store, copied before, is what is left of them.',
  },
  'store.nothing-to-recover': {
    severity: 'error',
    summary: 'There is nothing to bring back',
    explanation:
      'Recovering takes a delete marker away, so that the version before it counts again. The object is there, or no version of it was kept. `quilla store verify` says which keys are missing and which can be brought back.',
  },
  'store.missing': {
    severity: 'error',
    summary: 'The store is not there',
    explanation:
      'The bucket with the keys, the settings and the backups of the cluster does not exist. Seats that run go on; a seat that starts anew finds no keys. A name of your own that the spec gives (controlPlane.selfManaged.storeBucket) has to exist before an apply.',
  },
  'store.of-another-cluster': {
    severity: 'error',
    summary: 'The bucket is the store of another cluster',
    explanation:
      'A store holds the keys, marks and documents of one cluster. A second cluster in it would take the first one for itself: its certificate authority, its access and its backups.',
  },
  'store.not-ours': {
    severity: 'error',
    summary: 'The store belongs to another account',
    explanation:
      'The bucket that the spec names as store is owned by another AWS account. It would hold every key of the cluster: whoever owns the bucket owns the cluster.',
  },
  'store.public': {
    severity: 'error',
    summary: 'The store is not closed to the public',
    explanation:
      'The store holds every key of the cluster. All four settings of S3 Block Public Access must be on for its bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html',
  },
  'store.not-versioned': {
    severity: 'error',
    summary: 'The store keeps no earlier versions',
    explanation:
      'Without versioning an object that is deleted or overwritten is gone, and with a key the cluster. Versioning must be on for the bucket.',
  },
  'store.not-encrypted': {
    severity: 'error',
    summary: 'The store is not encrypted',
    explanation: 'The bucket has no default encryption. S3 sets one for every bucket unless somebody changed it.',
  },
  'store.plain-http': {
    severity: 'warning',
    summary: 'The store can be asked without TLS',
    explanation:
      'The policy of the bucket does not refuse requests without TLS (aws:SecureTransport). The keys of the cluster should never travel readable.',
  },
  'store.backups-old': {
    severity: 'warning',
    summary: 'The newest backup is too old',
    explanation:
      'Each seat writes snapshots of etcd to the store by a timer. The newest one is older than two intervals: no seat serves, or the timer fails. `quilla logs SEAT --unit snapshot` shows what it says.',
  },
  'store.no-backup': {
    severity: 'warning',
    summary: 'There is no backup of etcd yet',
    explanation:
      'Seats write the first snapshot one interval after they began. Where they run for longer, their timer fails.',
  },
  'store.keys-expired': {
    severity: 'error',
    summary: 'An authority of the cluster has ended',
    explanation:
      'A certificate authority of the cluster is past its lifetime: nothing that it signed is accepted any more. Replacing authorities is a verb of its own that comes later; a new cluster is the way for now.',
  },
  'store.keys-expire': {
    severity: 'warning',
    summary: 'An authority of the cluster ends soon',
    explanation:
      '90 days or fewer are left of the lifetime of a certificate authority. When it ends, nothing that it signed is accepted any more.',
  },
} as const satisfies CodeTable;
