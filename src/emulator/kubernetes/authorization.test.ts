import { describe, expect, it } from 'vitest';
import type { Data } from './data.ts';
import { kubernetesTrial } from './kubernetes-trial.ts';
import { anonymous, type User } from './user.ts';

const name = 'arn:aws:sts::123456789012:assumed-role/dev/ana';
const withPolicy = (policy?: string, namespaces: string[] = []): User => ({
  name,
  groups: ['system:authenticated', 'devs'],
  policies:
    policy === undefined
      ? []
      : [
          {
            policyArn: `arn:aws:eks::aws:cluster-access-policy/${policy}`,
            scope: namespaces.length > 0 ? 'namespace' : 'cluster',
            namespaces,
            associatedAt: 0,
            modifiedAt: 0,
          },
        ],
});
const status = (user: User, method: string, path: string, body?: unknown): number =>
  kubernetesTrial({ addons: [] }).request(method, path, body, { user }).status;

describe('what EKS access policies allow', () => {
  // https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
  it.each([
    ['AmazonEKSClusterAdminPolicy', 'GET', '/api/v1/nodes', 200],
    ['AmazonEKSAdminPolicy', 'GET', '/api/v1/nodes', 403],
    ['AmazonEKSAdminPolicy', 'GET', '/api/v1/secrets', 200],
    ['AmazonEKSAdminViewPolicy', 'GET', '/api/v1/nodes', 200],
    ['AmazonEKSAdminViewPolicy', 'DELETE', '/api/v1/namespaces/kube-public', 403],
    ['AmazonEKSEditPolicy', 'GET', '/api/v1/secrets', 200],
    ['AmazonEKSEditPolicy', 'GET', '/apis/rbac.authorization.k8s.io/v1/roles', 403],
    ['AmazonEKSViewPolicy', 'GET', '/api/v1/pods', 200],
    ['AmazonEKSViewPolicy', 'GET', '/api/v1/secrets', 403],
    ['AmazonEKSViewPolicy', 'GET', '/api/v1/nodes', 403],
  ])('%s: %s %s is %i', (policy, method, path, expected) => {
    expect(status(withPolicy(policy), method, path)).toBe(expected);
  });

  it('ends at the namespaces of its scope', () => {
    const user = withPolicy('AmazonEKSViewPolicy', ['team-*', 'default']);
    expect(status(user, 'GET', '/api/v1/namespaces/default/pods')).toBe(200);
    expect(status(user, 'GET', '/api/v1/namespaces/team-a/pods')).toBe(200);
    expect(status(user, 'GET', '/api/v1/namespaces/kube-system/pods')).toBe(403);
    expect(status(user, 'GET', '/api/v1/pods')).toBe(403);
  });
});

describe('a user without rights', () => {
  it('is told so in the words of a kube-apiserver', () => {
    const { body } = kubernetesTrial({ addons: [] }).request('GET', '/api/v1/nodes', undefined, { user: withPolicy() });
    expect(body).toMatchObject({
      reason: 'Forbidden',
      code: 403,
      message: `nodes is forbidden: User "${name}" cannot list resource "nodes" in API group "" at the cluster scope`,
    });
    const deployments = kubernetesTrial({ addons: [] }).request(
      'GET',
      '/apis/apps/v1/namespaces/default/deployments/web',
      undefined,
      { user: withPolicy() },
    );
    expect((deployments.body as Data).message).toBe(
      `deployments.apps "web" is forbidden: User "${name}" cannot get resource "deployments" in API group "apps" in the namespace "default"`,
    );
  });

  it('gets them by RBAC for a group of theirs', () => {
    const trial = kubernetesTrial({ addons: [] });
    trial.request('POST', '/apis/rbac.authorization.k8s.io/v1/clusterroles', {
      metadata: { name: 'nodes' },
      rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }],
    });
    trial.request('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: 'devs' },
      subjects: [{ kind: 'Group', name: 'devs' }],
      roleRef: { kind: 'ClusterRole', name: 'nodes' },
    });
    expect(trial.request('GET', '/api/v1/nodes', undefined, { user: withPolicy() }).status).toBe(200);
    expect(trial.request('GET', '/api/v1/nodes/x', undefined, { user: withPolicy() }).status).toBe(403);
  });

  it('may ask what they may do', () => {
    const ask = (user: User) =>
      kubernetesTrial({ addons: [] }).request(
        'POST',
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        { spec: { resourceAttributes: { verb: 'list', resource: 'nodes' } } },
        { user },
      ).body as { status: { allowed: boolean } };
    expect(ask(withPolicy()).status.allowed).toBe(false);
    expect(ask(withPolicy('AmazonEKSClusterAdminPolicy')).status.allowed).toBe(true);
  });
});

describe('someone without a token', () => {
  it('sees health and version alone', () => {
    for (const path of ['/healthz', '/livez', '/readyz', '/version']) expect(status(anonymous, 'GET', path)).toBe(200);
    expect(status(anonymous, 'GET', '/api')).toBe(403);
    expect(
      kubernetesTrial({ addons: [] }).request('GET', '/api/v1/nodes', undefined, { user: anonymous }).body,
    ).toMatchObject({ message: expect.stringContaining('User "system:anonymous" cannot list resource "nodes"') });
  });
});
