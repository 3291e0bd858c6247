import { sha256Hex } from '../../base/hash.ts';
import { catalogFiles, type NodeFile } from '../../catalog/node-files.ts';

const fileName = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

/** The content of a file: nobody has it here, and a line stands for it. */
const standIn = (url: string): string => `${fileName(url)} ${sha256Hex(url)}\n`;

let known: ReadonlyMap<string, NodeFile> | undefined;

/** Every file of the catalog by its URL. */
function files(): ReadonlyMap<string, NodeFile> {
  known ??= new Map(catalogFiles().map((file) => [file.url, file]));
  return known;
}

/** sha256 (hexadecimal) of what a publisher serves at a URL: the catalog's, or that of the stand-in; undefined where he serves nothing there. */
export function publishedDigest(url: string): string | undefined {
  const file = files().get(url);
  return file && (file.sha256 ?? sha256Hex(standIn(url)));
}

/** Publishers whose file of one digest holds the digest alone. */
const bare = ['dl.k8s.io', 'artifacts.k8s.io', 'github.com/kubernetes-sigs/cri-tools'];

/** A publisher's checksum file: the digest alone, or lines of digests and names as sha256sum writes them. */
function checksumsAt(url: string): string | undefined {
  const told = [...files().values()].filter((file) => file.checksumUrl === url);
  const [only] = told;
  if (only === undefined) return undefined;
  if (bare.some((place) => url.startsWith(`https://${place}/`))) return publishedDigest(only.url);
  return told.map((file) => `${publishedDigest(file.url)}  ${fileName(file.url)}\n`).join('');
}

/** The text that a publisher serves at a URL. */
export const publishedText = (url: string): string | undefined =>
  checksumsAt(url) ?? (files().has(url) ? standIn(url) : undefined);
