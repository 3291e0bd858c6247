import { type Diagnostic, Failure, reporter } from '../base/diagnostic.ts';
import { some } from '../base/some.ts';
import { isAwsFailure, type ReadContext } from '../ports/aws.ts';
import type { LoadedCluster } from '../spec/load.ts';
import { appCodes } from './codes.ts';
import { type ExportedWorld, observeExported } from './exported-world.ts';
import type { AwsToRead } from './ports.ts';

const report = reporter(appCodes);

/** The cluster that a verb looks at: by its spec, or by its name alone, and then what was exported for it cannot be read. */
export type ClusterAsked = string | LoadedCluster;

export const nameOf = (asked: ClusterAsked): string =>
  typeof asked === 'string' ? asked : asked.cluster.metadata.name;

/**
 * What was exported for a cluster of which nothing is ours, for verbs that only look; undefined where nothing was. Fails with
 * `app.no-cluster` where it is there and cannot be read.
 */
export async function exportedInstead(
  asked: ClusterAsked,
  reading: ReadContext,
  aws: AwsToRead,
): Promise<ExportedWorld | undefined> {
  const exported = await exportedFor(reading, aws);
  if (exported.length === 0) return undefined;
  if (typeof asked === 'string') throw new Failure(unread(asked, exported, 'and without its spec it cannot be read'));
  try {
    return await observeExported(asked, aws);
  } catch (error) {
    if (!isAwsFailure(error, 'denied')) throw error;
    const why = `and looking at it asks what a plan asks (\`quilla policy adopt\`): ${error.message}`;
    throw new Failure(unread(nameOf(asked), exported, why));
  }
}

/** Who may not ask for it cannot be told that something was exported. */
async function exportedFor(reading: ReadContext, { standing }: AwsToRead): Promise<readonly string[]> {
  try {
    return (await standing.find(reading)).exported;
  } catch (error) {
    if (isAwsFailure(error, 'denied')) return [];
    throw error;
  }
}

const unread = (cluster: string, exported: readonly string[], why: string): Diagnostic =>
  report('app.no-cluster', {
    detail: `cluster ${cluster} was exported and is not Quilla's (${some(exported)}), ${why}`,
    fix: '`quilla adopt -f FILE` takes it over: tags only.',
  });

/** That what was exported lacks what lies in the store. */
export const storeNotFilled = (cluster: string, what: string): Diagnostic =>
  report('app.no-cluster', {
    detail: `cluster ${cluster} was exported and stands, not adopted, and ${what}`,
    fix: '`quilla store fill -f FILE` makes the keys; `quilla adopt -f FILE` takes the cluster over.',
  });
