import { type Diagnostic, reporter } from '../../base/diagnostic.ts';
import { ofKind, type Snapshot } from '../../model/snapshot.ts';
import { type AwsToRead, contextFor } from '../ports.ts';
import { isSelfManaged, storeOf } from './hull.ts';
import { backupsOf } from './store.ts';
import { storeCodes } from './store-codes.ts';

const report = reporter(storeCodes);

/** What a destroy takes that nobody can make again: the store with keys and backups, the data of etcd. Empty on EKS, which is asked nothing. */
export async function lostForGood(snapshot: Snapshot, aws: AwsToRead): Promise<readonly Diagnostic[]> {
  if (!isSelfManaged(snapshot)) return [];
  const bucket = storeOf(snapshot);
  const volumes = ofKind(snapshot, 'volume').flatMap(({ id }) => (id.startsWith('volume/etcd-') ? [id] : []));
  const store = bucket === undefined ? [] : [await storeGoes(bucket, snapshot, aws)];
  if (volumes.length === 0) return store;
  return [
    ...store,
    report('store.etcd-goes', {
      detail: `${volumes.sort().join(', ')} go, and with them all data of the cluster that is in no backup`,
    }),
  ];
}

async function storeGoes(bucket: string, snapshot: Snapshot, aws: AwsToRead): Promise<Diagnostic> {
  const isOurs = ofKind(snapshot, 'bucket').some(({ id }) => id === 'bucket/store');
  const backups = await backupsIn(bucket, snapshot.cluster, aws);
  if (!isOurs)
    return report('store.goes', {
      detail: `the keys of the cluster go from the given bucket ${bucket}; ${backups} stay there. Without the keys, secrets in a backup that are encrypted at rest cannot be read`,
      fix: `To keep the keys, copy them to a place as well guarded first: aws s3 cp --recursive s3://${bucket}/cluster/keys/ FOLDER`,
    });
  return report('store.goes', {
    detail: `bucket ${bucket} goes with the keys of the cluster and ${backups}`,
    fix:
      backups === none
        ? 'There is nothing to copy yet. Go on only if the data of the cluster may go.'
        : `To keep backups, copy them first: aws s3 cp --recursive s3://${bucket}/backups/ FOLDER. Secrets in them are read only with cluster/keys/secrets.key.`,
  });
}

const none = 'no backup of etcd';

/** A store that cannot be listed keeps nobody from removing it: it is only not said how many there are. */
async function backupsIn(bucket: string, cluster: string, aws: AwsToRead): Promise<string> {
  try {
    const { count, newest } = backupsOf(await aws.store.list(bucket, 'backups/', contextFor(aws, cluster)));
    if (newest === undefined) return none;
    return `${count} ${count === 1 ? 'backup' : 'backups'} of etcd (newest ${newest.modified})`;
  } catch {
    aws.signal.throwIfAborted();
    return 'all backups of etcd';
  }
}
