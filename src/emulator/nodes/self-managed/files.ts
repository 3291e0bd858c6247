import { createHash } from 'node:crypto';
import type { InstanceRecord } from '../../aws/ec2/compute-records.ts';
import type { Turn } from '../../call.ts';
import { publishedDigest } from '../../publishers/published-files.ts';
import { blockedToHost, bucketObjectAt, isOpenToAll } from './addresses.ts';
import { latestObject } from './store-objects.ts';

interface WantedFile {
  readonly name: string;
  readonly url: string;
  readonly sha256: string;
}

/** Why a file cannot be installed: its host is out of reach, it is not there, or it is not what its digest says. */
export function fileProblem(turn: Turn, instance: InstanceRecord, file: WantedFile): string | undefined {
  const url = URL.parse(file.url);
  if (url === null) return `${file.name}: ${file.url} is no URL`;
  const port = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port);
  const blocked = blockedToHost(turn, instance, url.hostname, port);
  if (blocked !== undefined) return `${file.name} cannot be fetched from ${url.host}: ${blocked}`;
  const digest = digestAt(turn, instance, url, file);
  if ('why' in digest) return `${file.name} cannot be fetched from ${url.host}: ${digest.why}`;
  return digest.sha256 === file.sha256
    ? undefined
    : `${file.name}: sha256 of ${file.url} is ${digest.sha256}, not ${file.sha256}`;
}

/** Hosts of those who publish programs; what they do not list, they do not serve. */
const publishers = new Set(['artifacts.k8s.io', 'dl.k8s.io', 'get.helm.sh', 'github.com', 'storage.googleapis.com']);

type Digest = { readonly sha256: string } | { readonly why: string };

function digestAt(turn: Turn, instance: InstanceRecord, url: URL, file: WantedFile): Digest {
  const place = bucketObjectAt(turn, url);
  if (place !== undefined) {
    if (!isOpenToAll(turn, instance, place)) return { why: 'HTTP status 403' };
    const body = Buffer.from(latestObject(turn, place.store, place.key)!.body, 'base64');
    return { sha256: createHash('sha256').update(body).digest('hex') };
  }
  const published = publishedDigest(file.url);
  if (published !== undefined) return { sha256: published };
  // A mirror of one's own: nobody here knows what it holds, so it is taken to hold what it should.
  return publishers.has(url.hostname) ? { why: 'HTTP status 404' } : { sha256: file.sha256 };
}
