import { describe, expect, test } from 'vitest';
import type { AccessPolicy, Principal } from '../../../spec/cluster.ts';
import { resourceOf } from '../../../testing/clusters.ts';
import { type SelfManagedOf, selfManagedGraph } from '../../../testing/self-managed-clusters.ts';
import type { Facts } from '../../facts.ts';
import type { ClusterState } from '../../store-layout.ts';
import { isJoin } from '../../value.ts';

function stateOf(of: SelfManagedOf = {}, facts: Partial<Facts> = {}): ClusterState {
  const { content } = resourceOf(selfManagedGraph(of, facts), 'bucket-object', 'bucket-object/state').desired;
  const pieces = isJoin(content) ? content.$join : [String(content)];
  return JSON.parse(pieces.map((piece) => (typeof piece === 'string' ? piece : `<${piece.$ref}>`)).join(''));
}

const policy = (name: string, ...namespaces: string[]): AccessPolicy => ({
  name,
  arn: `arn:aws:eks::aws:cluster-access-policy/${name}`,
  namespaces,
});

const account = 'arn:aws:iam::123456789012';
const principal = (arn: string, of: Partial<Principal> = {}): Principal => ({ arn, groups: [], policies: [], ...of });
const access = (...principals: Principal[]): SelfManagedOf => ({ access: { creatorAdmin: false, principals } });

describe('who may what', () => {
  test('whoever makes the cluster is bound to cluster-admin, and remembered', () => {
    const creator = `${account}:user/admin`;
    expect(stateOf()).toMatchObject({
      creator,
      mappings: [{ arn: creator, username: creator, groups: ['quilla:cluster-admins'] }],
      bindings: [
        { name: 'cluster-admins', group: 'quilla:cluster-admins', clusterRole: 'cluster-admin', namespaces: [] },
      ],
    });
  });

  test('not where the spec does not want it, or names him itself', () => {
    expect(stateOf({ access: { creatorAdmin: false } })).toMatchObject({ creator: null, mappings: [], bindings: [] });
    const named = principal(`${account}:user/admin`, { policies: [policy('AmazonEKSViewPolicy')] });
    expect(stateOf({ access: { principals: [named] } })).toMatchObject({
      creator: null,
      mappings: [{ groups: ['quilla:view'] }],
    });
  });

  test.each([
    ['AmazonEKSClusterAdminPolicy', 'cluster-admins', 'cluster-admin'],
    ['AmazonEKSAdminPolicy', 'admin', 'admin'],
    ['AmazonEKSEditPolicy', 'edit', 'edit'],
    ['AmazonEKSViewPolicy', 'view', 'view'],
  ])('%s is the cluster role of %s', (name, binding, clusterRole) => {
    const { bindings, mappings } = stateOf(access(principal(`${account}:user/me`, { policies: [policy(name)] })));
    expect(bindings).toEqual([{ name: binding, group: `quilla:${binding}`, clusterRole, namespaces: [] }]);
    expect(mappings[0]?.groups).toEqual([`quilla:${binding}`]);
  });

  test('in namespaces a binding stands for the role and these namespaces, whoever has them', () => {
    const { bindings, mappings } = stateOf(
      access(
        principal(`${account}:user/a`, { policies: [policy('AmazonEKSEditPolicy', 'b', 'a-*')] }),
        principal(`${account}:user/b`, { policies: [policy('AmazonEKSEditPolicy', 'a-*', 'b')] }),
        principal(`${account}:user/c`, { policies: [policy('AmazonEKSEditPolicy', 'c')] }),
      ),
    );
    expect(bindings.map(({ clusterRole, namespaces }) => ({ clusterRole, namespaces }))).toContainEqual({
      clusterRole: 'edit',
      namespaces: ['a-*', 'b'],
    });
    expect(bindings).toHaveLength(2);
    const [a, b, c] = mappings.map(({ groups }) => groups);
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  test('people keep the groups and names of the spec; sessions of roles are told apart', () => {
    const { mappings } = stateOf(
      access(
        principal(`${account}:user/me`, { username: 'me', groups: ['team'] }),
        principal(`${account}:role/path/ops`, { groups: ['ops'] }),
      ),
    );
    expect(mappings).toEqual([
      { arn: `${account}:user/me`, username: 'me', groups: ['team'] },
      {
        arn: `${account}:role/path/ops`,
        username: 'arn:aws:sts::123456789012:assumed-role/ops/{{SessionName}}',
        groups: ['ops'],
      },
    ]);
  });

  test('roles of workers are named once', () => {
    const groups = [{ name: 'a' }, { name: 'b' }, { name: 'c', policies: [`${account}:policy/p`] }];
    expect(stateOf({ groups }).nodeRoles).toEqual(['<role/workers>', '<role/node-c>']);
  });
});

test('a minor version stands for the newest patch that the catalog has', () => {
  expect(stateOf({ further: { kubernetesVersion: '1.36' } }).kubernetes).toBe('1.36.3');
  expect(stateOf({ further: { kubernetesVersion: '1.36.1' } }).kubernetes).toBe('1.36.1');
});

test('kubeadm’s own add-ons follow the spec', () =>
  expect(stateOf({ plane: { coredns: false, kubeProxy: false } })).toMatchObject({ coredns: false, kubeProxy: false }));
