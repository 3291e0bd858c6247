import { shortHash } from '../../base/hash.ts';
import { type Resource, refTo } from '../graph.ts';
import { type BuildContext, named, resource, type Text, tagsOf } from './context.ts';

export interface KeyPairHandles {
  readonly resources: readonly Resource[];
  /** Name of the key pair for SSH; null for none. */
  readonly keyName: Text | null;
}

/** The key pair for SSH: made from a public key, one's own, or none. */
export function keyPair(context: BuildContext): KeyPairHandles {
  const { ssh } = context.spec.access;
  if (ssh?.publicKey === undefined) return { resources: [], keyName: ssh?.keyName ?? null };
  // Without its comment, in whose place AWS puts one of its own.
  const publicKey = ssh.publicKey.trim().split(/\s+/).slice(0, 2).join(' ');
  const id = 'key-pair/ssh';
  const name = named(`${context.name}-ssh`, shortHash({ publicKey, cluster: context.name }, 6), 255);
  const desired = { name, publicKey, tags: tagsOf(context, id) };
  const pair = resource('key-pair', { id, from: 'spec.access.ssh.publicKey', desired });
  return { resources: [pair], keyName: refTo(pair, 'keyName') };
}
