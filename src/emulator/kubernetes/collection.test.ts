import { describe, expect, it } from 'vitest';
import { seconds } from '../../base/duration.ts';
import type { WatchEvent } from './collection.ts';
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

describe('lists', () => {
  it('select by labels and fields', () => {
    const { call } = trialWith('one', 'two', 'three');
    const names = (query: string) => call('GET', `${maps}?${query}`).body.items.map(({ metadata }) => metadata.name);
    expect(names('labelSelector=app in (one,two)')).toEqual(['one', 'two']);
    expect(names('labelSelector=app,app!=one')).toEqual(['three', 'two']);
    expect(names('labelSelector=!app')).toEqual(['kube-root-ca.crt']);
    expect(names('fieldSelector=metadata.name=two')).toEqual(['two']);
    expect(call('GET', `${maps}?fieldSelector=data.a=1`)).toMatchObject({
      status: 400,
      body: { message: 'field label not supported: data.a' },
    });
  });

  it('come in pages that together are the whole', () => {
    const { call } = trialWith('one', 'two', 'three');
    const first = call('GET', `${maps}?limit=3`).body;
    expect(first.metadata).toMatchObject({ remainingItemCount: 1 });
    const second = call('GET', `${maps}?limit=3&continue=${String(first.metadata.continue)}`).body;
    expect([...first.items, ...second.items].map(({ metadata }) => metadata.name)).toEqual([
      'kube-root-ca.crt',
      'one',
      'three',
      'two',
    ]);
    expect(second.metadata.continue).toBeUndefined();
  });

  it('that are continued after a change are gone', () => {
    const { call } = trialWith('one', 'two');
    const token = String(call('GET', `${maps}?limit=1`).body.metadata.continue);
    call('DELETE', `${maps}/two`);
    expect(call('GET', `${maps}?limit=1&continue=${token}`)).toMatchObject({
      status: 410,
      body: { reason: 'Expired' },
    });
  });

  it('come as tables with the columns of kubectl', async () => {
    const { trial } = trialWith();
    trial.launch();
    await trial.pass(seconds(40));
    const table = trial.request('GET', '/api/v1/nodes', undefined, {
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' },
    }).body as { kind: string; columnDefinitions: { name: string }[]; rows: { cells: unknown[] }[] };
    expect(table.kind).toBe('Table');
    expect(table.columnDefinitions.slice(0, 5).map(({ name }) => name)).toEqual([
      'Name',
      'Status',
      'Roles',
      'Age',
      'Version',
    ]);
    expect(table.rows[0]?.cells.slice(1, 4)).toEqual(['NotReady', '<none>', '5s']);
  });
});

describe('watches', () => {
  const watching = (query = '') => {
    const { trial, call } = trialWith('one');
    const seen: WatchEvent[] = [];
    const open = (more: string) =>
      trial.request('GET', `${maps}?watch=true&${more}`).watch!.start((event) => seen.push(event));
    const told = () =>
      seen.map(
        ({ type, object }) => `${type} ${(object as unknown as KubernetesObject).metadata?.name ?? object.reason}`,
      );
    if (query !== '') open(query);
    return { trial, call, open, told, seen };
  };

  it('without a version begin with what is there', () => {
    const { told } = watching('labelSelector=app');
    expect(told()).toEqual(['ADDED one']);
  });

  it('from a version tell what came after it, and nothing once stopped', () => {
    const { call, open, told, trial } = watching();
    const stop = open(`resourceVersion=${trial.state.revision}`);
    call('POST', maps, configMap('two'));
    call('PATCH', `${maps}/two`, { data: { b: '1' } }, 'application/merge-patch+json');
    call('DELETE', `${maps}/two`);
    stop();
    call('POST', maps, configMap('three'));
    expect(told()).toEqual(['ADDED two', 'MODIFIED two', 'DELETED two']);
  });

  it('with a selector tell an object that ceases to match as deleted', () => {
    const { call, told } = watching('labelSelector=app=one');
    call('PATCH', `${maps}/one`, { metadata: { labels: { app: 'other' } } }, 'application/merge-patch+json');
    expect(told()).toEqual(['ADDED one', 'DELETED one']);
  });

  it('from a version that is forgotten end with 410', () => {
    const { open, seen } = watching();
    open('resourceVersion=0&resourceVersionMatch=NotOlderThan');
    seen.length = 0;
    open('resourceVersion=-1');
    expect(seen[0]).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  });

  it('end their initial events with a bookmark where the client asks for them', () => {
    const { seen } = watching('sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true');
    expect(seen.at(-1)).toMatchObject({
      type: 'BOOKMARK',
      object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
    });
  });
});
