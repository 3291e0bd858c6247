import type { Turn } from '../call.ts';
import { authenticate as checkSignature } from '../http/authenticate.ts';
import { appliedState, applyClusterState } from './self-managed/apply-state.ts';
import type { KubernetesState } from './state.ts';
import { Store } from './store.ts';
import type { User } from './user.ts';

const prefix = 'k8s-aws-v1.';
/** https://github.com/kubernetes-sigs/aws-iam-authenticator: tokens are good for 15 minutes whatever their URL says. */
const longestLife = 900;
const clusterHeader = 'x-k8s-aws-id';

/** The IAM principal behind a token, or why the token is none, as the authenticator's log words it. */
export type TokenCheck = { readonly arn: string; readonly userId: string } | { readonly refused: string };

const unexpected = (part: string, value: string): string =>
  `input token was not properly formatted: unexpected ${part} "${value}" in pre-signed URL`;

/** Checks a token of `aws eks get-token`: a presigned STS GetCallerIdentity URL that names this cluster. `wallNow` is real time, as for all signatures. */
export function checkToken(
  turn: Turn,
  token: string,
  { cluster, wallNow }: { cluster: string; wallNow: number },
): TokenCheck {
  if (!token.startsWith(prefix)) return { refused: 'token is missing expected "k8s-aws-v1." prefix' };
  const url = URL.parse(Buffer.from(token.slice(prefix.length), 'base64url').toString());
  if (url === null) return { refused: 'input token was not properly formatted: malformed query parameter' };
  const { hostname } = url;
  // The STS of this AWS has its own address too, which clients with an endpoint of theirs sign for.
  const isHere = hostname === '127.0.0.1' || hostname === 'localhost';
  if (url.protocol !== 'https:' && !isHere) return { refused: unexpected('scheme', url.protocol.slice(0, -1)) };
  if (!isHere && !/^sts(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?$/.test(hostname))
    return { refused: unexpected('hostname', url.host) };
  const query = url.searchParams;
  if (url.pathname !== '/')
    return { refused: 'input token was not properly formatted: unexpected path in pre-signed URL' };
  if (query.get('Action') !== 'GetCallerIdentity')
    return { refused: 'input token was not properly formatted: unexpected action parameter in pre-signed URL' };
  if (!query.get('X-Amz-SignedHeaders')?.split(';').includes(clusterHeader)) {
    return {
      refused: `input token was not properly formatted: client did not sign the ${clusterHeader} header in the pre-signed URL`,
    };
  }
  if (Number(query.get('X-Amz-Expires') ?? '0') > longestLife) {
    return { refused: 'input token was not properly formatted: invalid X-Amz-Expires parameter in pre-signed URL' };
  }
  const request = {
    method: 'GET',
    path: '/',
    query: url.search.slice(1),
    headers: { host: url.host, [clusterHeader]: cluster },
    body: new Uint8Array(),
  };
  const checked = checkSignature(request, turn.world, wallNow);
  if ('refused' in checked) return { refused: `sts getCallerIdentity failed: ${checked.detail}` };
  if (checked.service !== 'sts') return { refused: 'sts getCallerIdentity failed: the credential scope is not of sts' };
  return { arn: checked.principal.arn, userId: checked.principal.userId };
}

/** The IAM ARN that an access entry would name: a role's for the session of one. */
export function principalOf(turn: Turn, arn: string): string {
  const [, role] = /^arn:[^:]+:sts::\d{12}:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (role === undefined) return arn;
  return turn.world.iam.roles[role]?.arn ?? arn;
}

/** The session's name: the last part of an assumed role's ARN. */
const sessionOf = (arn: string): string => arn.split('/').at(-1)!;

/** What a mapping's template makes of this caller: https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html */
function usernameOf(turn: Turn, template: string, arn: string): string {
  const session = sessionOf(arn);
  const instance = turn.state.ec2.instances[session];
  return template
    .replaceAll('{{SessionNameRaw}}', session)
    .replaceAll('{{SessionName}}', session.replaceAll('@', '-'))
    .replaceAll('{{EC2PrivateDNSName}}', instance?.privateDnsName ?? session)
    .replaceAll('{{AccountID}}', turn.account);
}

/** Who a bearer token is in this cluster; undefined means 401 Unauthorized. */
export function userOf(
  turn: Turn,
  state: KubernetesState,
  { token, wallNow }: { token: string; wallNow: number },
): User | undefined {
  if (state.selfManaged !== undefined) return selfManagedUser(new Store(turn, state), { token, wallNow });
  const checked = checkToken(turn, token, { cluster: state.name, wallNow });
  const cluster = turn.state.eks.clusters[state.name];
  if ('refused' in checked || cluster === undefined) return undefined;
  const entry = cluster.accessEntries[principalOf(turn, checked.arn)];
  if (entry === undefined) return undefined;
  return {
    name: usernameOf(turn, entry.username, checked.arn),
    uid: `aws-iam-authenticator:${turn.account}:${checked.userId.split(':')[0]}`,
    groups: [...entry.groups, 'system:authenticated'],
    policies: Object.values(entry.policies),
  };
}

/** STS tells a role without its path. */
const withoutPath = (arn: string): string => arn.replace(/:role\/.*\//, ':role/').toLowerCase();

/** Groups of nodes: https://github.com/kubernetes-sigs/aws-iam-authenticator#full-configuration-format */
const nodeGroups = ['system:nodes'];

/** What aws-iam-authenticator on the seats makes of a token, by the mappings that the store had at the last full minute. */
function selfManagedUser(store: Store, { token, wallNow }: { token: string; wallNow: number }): User | undefined {
  const { turn, state } = store;
  const checked = checkToken(turn, token, { cluster: state.selfManaged!.cluster, wallNow });
  if ('refused' in checked) return undefined;
  applyClusterState(store);
  const applied = appliedState(state);
  if (applied === undefined) return undefined;
  const arn = withoutPath(principalOf(turn, checked.arn));
  const mappings = [
    ...applied.nodeRoles.map((role) => ({ arn: role, username: 'system:node:{{SessionName}}', groups: nodeGroups })),
    ...applied.mappings,
  ];
  const found = mappings.find((mapping) => withoutPath(mapping.arn) === arn);
  if (found === undefined) return undefined;
  return {
    name: usernameOf(turn, found.username, checked.arn),
    uid: `aws-iam-authenticator:${turn.account}:${checked.userId.split(':')[0]}`,
    groups: [...found.groups, 'system:authenticated'],
    policies: [],
  };
}
