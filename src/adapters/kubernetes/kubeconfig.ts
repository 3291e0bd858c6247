import { type Document, isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';

/** One context for kubectl: where the cluster is and how `quilla` gives a token for it. */
export interface KubeconfigEntry {
  /** The context's, cluster's and user's name: the cluster's own or an alias. */
  readonly context: string;
  readonly cluster: string;
  readonly region: string;
  readonly endpoint: string;
  /** PEM in base64. */
  readonly certificateAuthority: string;
  /** Name in the API's certificate, where it is not the one in `endpoint`. */
  readonly tlsServerName?: string | undefined;
  readonly user: TokenUser | CertificateUser;
}

/** Credentials that `quilla token` gives each time anew. */
export interface TokenUser {
  readonly type: 'token';
  /** The program and what comes before `token`: `quilla`, or node and a script. */
  readonly command: readonly [string, ...string[]];
  /** Set for the plugin: AWS_PROFILE, QUILLA_AWS. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A client certificate and its key, both PEM: they stand in the file. */
export interface CertificateUser {
  readonly type: 'certificate';
  readonly certificate: string;
  readonly key: string;
}

export type Merged =
  | { readonly ok: true; readonly text: string; readonly replaced: boolean }
  | { readonly ok: false; readonly problem: string };

const skeleton = 'apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\n';

function execOf({ cluster, region }: KubeconfigEntry, { command, env }: TokenUser): object {
  const [program, ...first] = command;
  const variables = Object.entries(env ?? {}).map(([name, value]) => ({ name, value }));
  return {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: program,
    args: [...first, 'token', '--cluster', cluster, '--region', region],
    ...(variables.length === 0 ? {} : { env: variables }),
    interactiveMode: 'Never',
    provideClusterInfo: false,
  };
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

const userOf = (entry: KubeconfigEntry): object =>
  entry.user.type === 'token'
    ? { exec: execOf(entry, entry.user) }
    : { 'client-certificate-data': base64(entry.user.certificate), 'client-key-data': base64(entry.user.key) };

/** Puts an item into a list by its name, where it stood or at the end; true where one stood there. */
function put(document: Document, list: 'clusters' | 'contexts' | 'users', item: { readonly name: string }): boolean {
  const node = document.createNode(item);
  const sequence = document.get(list);
  if (!isSeq(sequence)) {
    document.set(list, document.createNode([item]));
    return false;
  }
  const at = sequence.items.findIndex((one) => isMap(one) && (one as YAMLMap).get('name') === item.name);
  if (at >= 0) {
    node.commentBefore = (sequence.items[at] as YAMLMap).commentBefore ?? null;
    sequence.items[at] = node;
    return true;
  }
  sequence.flow = false;
  sequence.add(node);
  return false;
}

function problemOf(document: Document): string | undefined {
  const error = document.errors[0];
  if (error !== undefined) return `it is not YAML: ${error.message.split('\n')[0]}`;
  if (!isMap(document.contents)) return 'it holds no mapping at its top';
  const kind = document.get('kind');
  if (kind !== undefined && kind !== 'Config') return `its kind is ${String(kind)}, not Config`;
  for (const list of ['clusters', 'contexts', 'users']) {
    const value = document.get(list);
    if (value !== undefined && value !== null && !isSeq(value)) return `its ${list} is no list`;
  }
  return undefined;
}

/**
 * The kubeconfig with one context merged in and made current; all else, comments too, stays as it is. `text` undefined or
 * blank: a new file. https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
export function mergeKubeconfig(text: string | undefined, entry: KubeconfigEntry): Merged {
  const document = parseDocument(text === undefined || text.trim() === '' ? skeleton : text);
  const problem = problemOf(document);
  if (problem !== undefined) return { ok: false, problem };
  const name = entry.context;
  if (document.get('apiVersion') === undefined) document.set('apiVersion', 'v1');
  if (document.get('kind') === undefined) document.set('kind', 'Config');
  const cluster = {
    server: entry.endpoint,
    ...(entry.tlsServerName === undefined ? {} : { 'tls-server-name': entry.tlsServerName }),
    'certificate-authority-data': entry.certificateAuthority,
  };
  const replaced = [
    put(document, 'clusters', { name, cluster } as { name: string }),
    put(document, 'contexts', { name, context: { cluster: name, user: name } } as { name: string }),
    put(document, 'users', { name, user: userOf(entry) } as { name: string }),
  ];
  document.set('current-context', name);
  return { ok: true, text: document.toString({ lineWidth: 0 }), replaced: replaced.includes(true) };
}
