import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChartStore } from './charts.ts';
import type { ImageStore } from './images.ts';
import { type Content, sendContent } from './mirror-content.ts';
import { type Found, registryOf } from './mirror-registry.ts';

/** A file as its publisher has it. */
export interface MirroredFile {
  /** Host and path of its URL: `dl.k8s.io/release/v1.36.3/bin/linux/amd64/kubelet`. */
  readonly place: string;
  /** On disk. */
  readonly path: string;
}

export interface MirrorStock {
  readonly files: readonly MirroredFile[];
  readonly images: readonly ImageStore[];
  readonly charts?: ChartStore;
}

/** A request that was answered, or cut off. */
export interface MirrorRequest {
  readonly method: string;
  /** Decoded, without query. */
  readonly path: string;
  readonly status: number;
  /** Where it came from, undefined when the client is gone. */
  readonly from: string | undefined;
}

export interface MirrorOptions {
  /** Places of files and digests of blobs for which other bytes go out. It may change while the mirror serves. */
  readonly corrupt?: ReadonlySet<string>;
  readonly onRequest?: (request: MirrorRequest) => void;
}

type Answer =
  | { readonly what: 'content'; readonly content: Content }
  | { readonly what: 'json'; readonly value: unknown }
  /** Codes of https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes ; none beyond the registry. */
  | { readonly what: 'error'; readonly status: number; readonly code?: string; readonly message: string };

const refused = (status: number, message: string, code?: string): Answer => ({
  what: 'error',
  status,
  message,
  ...(code !== undefined && { code }),
});

/** Undefined where it is not encoded as a path is. */
function pathOf({ url = '/' }: IncomingMessage): string | undefined {
  try {
    return decodeURIComponent(url.replace(/[?#].*/, ''));
  } catch {
    return undefined;
  }
}

interface Shelves {
  readonly files: ReadonlyMap<string, MirroredFile>;
  readonly registry: ReturnType<typeof registryOf>;
  readonly corrupt: ReadonlySet<string>;
}

function fileAt(place: string, { files, corrupt }: Shelves): Answer {
  const file = files.get(place);
  if (file === undefined) return refused(404, `the mirror has no file of ${place}`);
  const headers = { 'content-type': 'application/octet-stream' };
  return { what: 'content', content: { path: file.path, headers, spoil: corrupt.has(place) } };
}

function stored({ descriptor, path }: Found, { corrupt }: Shelves): Answer {
  const headers = { 'content-type': descriptor.mediaType, 'docker-content-digest': descriptor.digest };
  return { what: 'content', content: { path, headers, spoil: corrupt.has(descriptor.digest) } };
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints : what reads. */
function inRegistry(path: string, shelves: Shelves): Answer {
  const { registry } = shelves;
  if (path === '') return { what: 'json', value: {} };
  const [, name = '', kind, reference = ''] = /^(.+)\/(manifests|blobs|tags)\/([^/]+)$/.exec(path) ?? [];
  switch (kind) {
    case 'manifests': {
      const found = registry.manifest(name, reference);
      return found ? stored(found, shelves) : refused(404, `${name} has no manifest ${reference}`, 'MANIFEST_UNKNOWN');
    }
    case 'blobs': {
      const found = registry.blob(name, reference);
      return found ? stored(found, shelves) : refused(404, `${name} has no blob ${reference}`, 'BLOB_UNKNOWN');
    }
    case 'tags': {
      const tags = reference === 'list' ? registry.tags(name) : undefined;
      return tags ? { what: 'json', value: { name, tags } } : refused(404, `there is no ${name}`, 'NAME_UNKNOWN');
    }
    default:
      return refused(404, `the registry has nothing at /v2/${path}`, 'NAME_UNKNOWN');
  }
}

function answerTo(method: string, path: string | undefined, shelves: Shelves): Answer {
  const inV2 = path === '/v2' || path?.startsWith('/v2/');
  if (method !== 'GET' && method !== 'HEAD') {
    return refused(405, `the mirror is read only, and takes no ${method}`, inV2 ? 'UNSUPPORTED' : undefined);
  }
  if (path === undefined) return refused(400, 'the path is not encoded as the path of a URL is');
  if (path.startsWith('/files/')) return fileAt(path.slice('/files/'.length), shelves);
  if (inV2) return inRegistry(path.slice('/v2/'.length), shelves);
  return refused(404, 'the mirror has /files/HOST/PATH, and a registry at /v2/ with images/NAME and charts/NAME');
}

async function send(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  const { url = '' } = request;
  if (url.startsWith('/v2')) response.setHeader('docker-distribution-api-version', 'registry/2.0');
  if (answer.what === 'content') return sendContent(request, response, answer.content);
  const status = answer.what === 'json' ? 200 : answer.status;
  if (status === 405) response.setHeader('allow', 'GET, HEAD');
  // Plain text beside the registry: people read it in the log of a boot.
  const plain = answer.what === 'error' && answer.code === undefined;
  const value =
    answer.what === 'json' ? answer.value : { errors: [{ code: answer.code, message: answer.message, detail: null }] };
  const text = plain ? `${answer.message}\n` : JSON.stringify(value);
  response.writeHead(status, {
    'content-type': plain ? 'text/plain; charset=utf-8' : 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

/**
 * The mirror that the spec's mirror fields point at: files at `/files/HOST/PATH` of their publisher's URL, images and charts in a
 * registry that reads (`/v2/images/…`, `/v2/charts/…`). It knows nothing of TLS.
 */
export function mirror(
  stock: MirrorStock,
  { corrupt = new Set(), onRequest }: MirrorOptions = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  const files = new Map(stock.files.map((file) => [file.place, file]));
  const shelves: Shelves = { files, registry: registryOf(stock), corrupt };
  return (request, response) => {
    const { method = 'GET' } = request;
    const path = pathOf(request);
    const from = request.socket.remoteAddress;
    response.once('close', () =>
      onRequest?.({ method, path: path ?? request.url ?? '', status: response.statusCode, from }),
    );
    // A client that goes away ends the stream. What cannot be read is said while it still can be.
    send(request, response, answerTo(method, path, shelves)).catch((error: Error) => {
      if (response.headersSent) response.destroy(error);
      else response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(`${error.message}\n`);
    });
  };
}
