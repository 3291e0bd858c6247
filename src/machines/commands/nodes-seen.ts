import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { seconds } from '../../base/duration.ts';
import type { NodeSeen } from '../machine-row.ts';
import { CommandFailed, run } from '../run.ts';
import type { RunFolder } from '../run-folder.ts';

interface NodeList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly providerID?: string };
    readonly status: {
      readonly conditions?: readonly { readonly type: string; readonly status: string }[];
      readonly addresses?: readonly { readonly address: string }[];
    };
  }[];
}

/** What kubectl says of nodes; why it says nothing. */
export type NodesSeen = { readonly nodes: readonly NodeSeen[] } | { readonly why: string };

/** Asks the API of a run's cluster by kubectl. */
export async function nodesSeen({ kubeconfig, programs }: RunFolder): Promise<NodesSeen> {
  if (!existsSync(kubeconfig))
    return { why: 'the API was not reached yet: `up` writes the kubeconfig when it answers' };
  const words = ['--kubeconfig', kubeconfig, '--request-timeout', '10s', 'get', 'nodes', '-o', 'json'];
  try {
    const list = JSON.parse(await run(join(programs, 'kubectl'), words, { timeout: seconds(15) })) as NodeList;
    return { nodes: list.items.map(nodeSeen) };
  } catch (error) {
    const said = error instanceof CommandFailed ? error.stderr.trim().split('\n').at(-1) : (error as Error).message;
    return { why: `the API does not answer: ${said === undefined || said === '' ? 'not within 15s' : said}` };
  }
}

const nodeSeen = ({ metadata, spec, status }: NodeList['items'][number]): NodeSeen => ({
  name: metadata.name,
  ready: status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
  providerId: spec.providerID ?? '',
  addresses: status.addresses?.map(({ address }) => address) ?? [],
});
