import { describe, expect, it } from 'vitest';
import type { Data } from './data.ts';
import { kubernetesTrial } from './kubernetes-trial.ts';
import type { KubernetesObject } from './object.ts';

const configMap = (name: string, data: Record<string, string> = {}, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels },
  data,
});
const maps = '/api/v1/namespaces/default/configmaps';

function trialWith(...names: string[]) {
  const trial = kubernetesTrial({ addons: [] });
  for (const name of names) trial.request('POST', maps, configMap(name, { a: '1' }, { app: name }));
  const call = (method: string, path: string, body?: unknown, contentType = 'application/json') => {
    const { status, body: answer } = trial.request(method, path, body, { headers: { 'content-type': contentType } });
    return {
      status,
      body: answer as Data & KubernetesObject & { items: KubernetesObject[]; message: string; reason: string },
    };
  };
  return { trial, call };
}

describe('objects', () => {
  it('are created with uid, resourceVersion and creation time, and not twice', () => {
    const { call } = trialWith();
    const made = call('POST', maps, configMap('one'));
    expect(made.status).toBe(201);
    expect(made.body.metadata).toMatchObject({
      name: 'one',
      namespace: 'default',
      creationTimestamp: '2026-11-01T00:00:00Z',
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const again = call('POST', maps, configMap('one'));
    expect(again).toMatchObject({
      status: 409,
      body: { kind: 'Status', reason: 'AlreadyExists', message: 'configmaps "one" already exists', code: 409 },
    });
  });

  it('are refused with the message of a kube-apiserver when their name is wrong', () => {
    const { call } = trialWith();
    const refused = call('POST', maps, configMap('Bad_Name'));
    expect(refused.status).toBe(422);
    expect(refused.body.message).toMatch(
      /^ConfigMap "Bad_Name" is invalid: metadata\.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of/,
    );
  });

  it('cannot be made in a namespace that is not there', () => {
    const { call } = trialWith();
    expect(call('POST', '/api/v1/namespaces/nowhere/configmaps', configMap('x')).body.message).toBe(
      'namespaces "nowhere" not found',
    );
  });

  it('are not found by the name of a resource with its group', () => {
    const { call } = trialWith();
    expect(call('GET', '/apis/apps/v1/namespaces/default/deployments/x')).toMatchObject({
      status: 404,
      body: {
        reason: 'NotFound',
        message: 'deployments.apps "x" not found',
        details: { name: 'x', group: 'apps', kind: 'deployments' },
      },
    });
  });

  it('are replaced only from their latest version', () => {
    const { call } = trialWith('one');
    const first = call('GET', `${maps}/one`).body;
    expect(call('PUT', `${maps}/one`, { ...first, data: { a: '2' } }).status).toBe(200);
    const late = call('PUT', `${maps}/one`, { ...first, data: { a: '3' } });
    expect(late).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
    expect(late.body.message).toBe(
      'Operation cannot be fulfilled on configmaps "one": the object has been modified; please apply your changes to the latest version and try again',
    );
    expect(call('GET', `${maps}/one`).body.data).toEqual({ a: '2' });
  });

  it('keep their version when a write changes nothing', () => {
    const { call } = trialWith('one');
    const before = call('GET', `${maps}/one`).body.metadata.resourceVersion;
    expect(
      call('PATCH', `${maps}/one`, { data: { a: '1' } }, 'application/merge-patch+json').body.metadata.resourceVersion,
    ).toBe(before);
  });

  it('are deleted only where the precondition holds', () => {
    const { call } = trialWith('one');
    expect(call('DELETE', `${maps}/one`, { preconditions: { uid: 'other' } }).status).toBe(409);
    expect(call('DELETE', `${maps}/one`)).toMatchObject({ status: 200, body: { status: 'Success' } });
    expect(call('GET', `${maps}/one`).status).toBe(404);
  });

  it('go from a namespace that is deleted, and the namespace after them', () => {
    const { call } = trialWith();
    call('POST', '/api/v1/namespaces', { metadata: { name: 'team' } });
    call('POST', '/api/v1/namespaces/team/configmaps', configMap('x'));
    call('DELETE', '/api/v1/namespaces/team');
    expect(call('GET', '/api/v1/namespaces/team').status).toBe(404);
    expect(call('GET', '/api/v1/configmaps').body.items.some(({ metadata }) => metadata.namespace === 'team')).toBe(
      false,
    );
  });
});

describe('patches', () => {
  it('of RFC 7386 remove what is null', () => {
    const { call } = trialWith('one');
    expect(
      call('PATCH', `${maps}/one`, { data: { a: null, b: '2' } }, 'application/merge-patch+json').body.data,
    ).toEqual({ b: '2' });
  });

  it('of RFC 6902 test, add and remove', () => {
    const { call } = trialWith('one');
    const patch = [
      { op: 'test', path: '/data/a', value: '1' },
      { op: 'add', path: '/data/x~1y', value: '2' },
      { op: 'remove', path: '/data/a' },
    ];
    expect(call('PATCH', `${maps}/one`, patch, 'application/json-patch+json').body.data).toEqual({ 'x/y': '2' });
    expect(
      call('PATCH', `${maps}/one`, [{ op: 'test', path: '/data/x~1y', value: '9' }], 'application/json-patch+json')
        .status,
    ).toBe(422);
  });

  it('of the strategic kind merge containers by name and delete by directive', () => {
    const { call } = trialWith();
    const path = '/apis/apps/v1/namespaces/default/deployments';
    const containers = [
      { name: 'a', image: 'a:1' },
      { name: 'b', image: 'b:1' },
    ];
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers } };
    call('POST', path, { metadata: { name: 'web' }, spec: { selector: { matchLabels: { app: 'web' } }, template } });
    const patch = {
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'a', image: 'a:2' },
              { name: 'b', $patch: 'delete' },
              { name: 'c', image: 'c:1' },
            ],
          },
        },
      },
    };
    const after = call('PATCH', `${path}/web`, patch, 'application/strategic-merge-patch+json').body as unknown as {
      spec: { template: { spec: { containers: { name: string; image: string }[] } } };
    };
    expect(after.spec.template.spec.containers.map(({ name, image }) => [name, image])).toEqual([
      ['a', 'a:2'],
      ['c', 'c:1'],
    ]);
  });

  it('that apply create, take back what is no longer applied, and refuse the fields of another manager', () => {
    const { call } = trialWith();
    const apply = (data: Record<string, string>, query: string) =>
      call(
        'PATCH',
        `${maps}/one?${query}`,
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data },
        'application/apply-patch+yaml',
      );
    expect(apply({ a: '1', b: '1' }, 'fieldManager=me')).toMatchObject({
      status: 201,
      body: { data: { a: '1', b: '1' } },
    });
    call('PATCH', `${maps}/one`, { data: { other: 'x' } }, 'application/merge-patch+json');
    expect(apply({ a: '2' }, 'fieldManager=me').body.data).toEqual({ a: '2', other: 'x' });
    expect(apply({ a: '3' }, 'fieldManager=you')).toMatchObject({
      status: 409,
      body: { message: 'Apply failed with 1 conflict: conflict with "me": .data.a' },
    });
    expect(apply({ a: '3' }, 'fieldManager=you&force=true').body.data).toEqual({ a: '3', other: 'x' });
    expect(apply({}, 'fieldManager=me').body.data).toEqual({ a: '3', other: 'x' });
  });

  it('of another media type are refused', () => {
    const { call } = trialWith('one');
    expect(call('PATCH', `${maps}/one`, {}, 'text/plain')).toMatchObject({
      status: 415,
      body: { reason: 'UnsupportedMediaType' },
    });
  });
});

describe('discovery', () => {
  it('lists resources with their short names and subresources', () => {
    const { call } = trialWith();
    const { body } = call('GET', '/apis/apps/v1');
    const resources = body.resources as { name: string; shortNames?: string[]; kind: string }[];
    expect(resources.find(({ name }) => name === 'deployments')?.shortNames).toEqual(['deploy']);
    expect(resources.find(({ name }) => name === 'deployments/scale')?.kind).toBe('Scale');
  });

  it('answers what is not there as a kube-apiserver does', () => {
    const { call } = trialWith();
    expect(call('GET', '/apis/apps/v2')).toMatchObject({
      status: 404,
      body: { message: 'the server could not find the requested resource' },
    });
    expect(call('POST', '/api/v1/nodes/x')).toMatchObject({ status: 405 });
  });
});
