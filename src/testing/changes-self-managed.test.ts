import { ImportKeyPairCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyPlan } from '../app/apply.ts';
import { planCluster } from '../app/plan.ts';
import { Failure } from '../base/diagnostic.ts';
import type { Plan } from '../plan/plan.ts';
import { type SelfManagedEdit, selfManagedSpec } from './living-self-managed.ts';
import { follow } from './run-to-end.ts';
import { loadOrThrow } from './scenarios.ts';
import { type Session, startSession } from './session.ts';

const load = (edit: SelfManagedEdit, what: string) => loadOrThrow(selfManagedSpec(edit), what);

/** What a plan does, without the spec in the store, which every change of a spec writes. */
const acts = ({ steps }: Plan): string[] =>
  steps.flatMap(({ action, resource: id, effect }) =>
    id === 'bucket-object/spec' ? [] : [`${effect === 'rolls' ? 'roll' : action} ${id}`],
  );
const state = 'update bucket-object/state';
/** Seats and workers get new templates; their instances stay as they are. */
const rolled = (...groups: readonly string[]): string[] =>
  groups.flatMap((group) => [`roll auto-scaling-group/${group}`, `roll launch-template/${group}`]);
const seats = ['seat-a', 'seat-b', 'seat-c'];
const each = (action: string, kind: string, ...ids: readonly string[]): string[] =>
  ids.map((id) => `${action} ${kind}/${id}`);

/** What lives by roles of pods, the handler of interruptions with all that it hears by. */
const issuer = [
  ...['bucket/issuer', 'oidc-provider', 'role/ebs-csi', 'role/node-termination-handler'],
  ...['policy/node-termination-handler', 'queue/interruption', 'event-rule/interruption'],
  'lifecycle-hook/workers-terminating',
];
const door = [
  ...['security-group/api-public', 'load-balancer/public', 'target-group/public'],
  ...each('security-group-rule', 'api-public', 'api-to-seats', 'https-203.0.113.0/24').map((id) =>
    id.replace(' ', '/'),
  ),
  'security-group-rule/seats/api-from-api-public',
];
const grown = '      etcd: {volume: {size: 40}}';
const patched: SelfManagedEdit = { version: '1.36.3', plane: grown };
const ssh = (range: string): SelfManagedEdit => ({
  ...patched,
  access: `    ssh: {keyName: all, from: [${range}]}`,
});
const rules = (action: string, range: string): string[] =>
  each(action, 'security-group-rule', `seats/ssh-${range}`, `workers/ssh-${range}`);
const team =
  '    principals: [{arn: "arn:aws:iam::123456789012:role/team", policies: [{policy: AmazonEKSViewPolicy}]}]';

/** One after another on the same cluster: each begins where the one before ended. */
const stories: readonly (readonly [string, SelfManagedEdit, readonly string[]])[] = [
  ['gets a worker', { nodes: 2 }, ['update auto-scaling-group/workers']],
  [
    'gets another group of workers',
    { nodes: 2, more: '    - {name: extra, instanceTypes: [t3.medium], size: 1}' },
    [
      ...['auto-scaling-group', 'instance-profile', 'launch-template'].map((kind) => `create ${kind}/extra`),
      'create lifecycle-hook/extra-terminating',
    ],
  ],
  [
    'loses that group',
    { nodes: 2 },
    ['auto-scaling-group', 'instance-profile', 'launch-template'].map((kind) => `delete ${kind}/extra`),
  ],
  ['lets a team in: no template changes', { nodes: 2, access: team }, [state]],
  [
    'loses an add-on: no template changes',
    { nodes: 2, spec: '  addons: [{name: aws-ebs-csi-driver, enabled: false}]' },
    [state, 'delete role/ebs-csi'],
  ],
  [
    'gets it back in another version: no template changes',
    { nodes: 2, spec: '  addons: [{name: aws-ebs-csi-driver, version: "2.50.0"}]' },
    [state, 'create role/ebs-csi'],
  ],
  ['gets the version of the catalog', { nodes: 2 }, [state]],
  [
    'gets a public door, whose name is new to the certificates',
    { nodes: 2, access: '    api: {public: true, from: [203.0.113.0/24]}' },
    [...door.map((id) => `create ${id}`), 'create listener/public', ...rolled(...seats)],
  ],
  [
    'opens it to one more range',
    { nodes: 2, access: '    api: {public: true, from: [203.0.113.0/24, 198.51.100.0/24]}' },
    ['create security-group-rule/api-public/https-198.51.100.0/24'],
  ],
  [
    'closes it',
    { nodes: 2 },
    [
      ...[...door, 'security-group-rule/api-public/https-198.51.100.0/24'].map((id) => `delete ${id}`),
      ...rolled(...seats),
    ],
  ],
  [
    'gets a name in a private zone',
    { nodes: 2, plane: '      dns: {zone: k8s.internal, type: private}' },
    ['create hosted-zone', 'create dns-record/api', ...rolled(...seats)],
  ],
  ['loses it', { nodes: 2 }, ['delete hosted-zone', 'delete dns-record/api', ...rolled(...seats)]],
  ['makes snapshots more often', { nodes: 2, plane: '      etcd: {snapshots: {everyMinutes: 30}}' }, rolled(...seats)],
  [
    'gets larger volumes for etcd, without a machine being touched',
    { nodes: 2, plane: '      etcd: {snapshots: {everyMinutes: 30}, volume: {size: 40}}' },
    each('update', 'volume', 'etcd-a', 'etcd-b', 'etcd-c'),
  ],
  [
    'gets a name in its certificates',
    {
      plane:
        '      etcd: {snapshots: {everyMinutes: 30}, volume: {size: 40}}\n      certificateNames: [k8s.example.com]',
    },
    ['update auto-scaling-group/workers', ...rolled(...seats)],
  ],
  ['gets a patch of Kubernetes', patched, [state, ...rolled(...seats, 'workers')]],
  [
    'gives up the protection of its load balancer',
    { ...patched, plane: `${grown}\n      deletionProtection: false` },
    ['update load-balancer/internal'],
  ],
  ['gets it back', patched, ['update load-balancer/internal']],
  [
    'gives no roles to pods any more',
    { ...patched, plane: `${grown}\n      podRoles: false` },
    [...issuer.map((id) => `delete ${id}`), state, ...rolled(...seats)],
  ],
  [
    'gives them again',
    patched,
    [
      ...[...issuer, 'bucket-object/issuer-configuration', 'bucket-object/issuer-keys'].map((id) => `create ${id}`),
      ...[state, ...rolled(...seats)],
    ],
  ],
  ['opens SSH', ssh('10.0.0.0/8'), [...rules('create', '10.0.0.0/8'), ...rolled(...seats, 'workers')]],
  [
    'opens it to another range',
    ssh('10.0.0.0/16'),
    [...rules('delete', '10.0.0.0/8'), ...rules('create', '10.0.0.0/16')],
  ],
];

/** Wishes that a cluster which runs refuses, by code and place. */
const refused: readonly (readonly [string, SelfManagedEdit, string, string])[] = [
  ['fewer seats', { seats: '1' }, 'app.seats-change', 'spec.controlPlane.selfManaged.seats'],
  ['more seats', { seats: '5' }, 'app.seats-change', 'spec.controlPlane.selfManaged.seats'],
  ['EKS', { eks: true }, 'app.control-plane-change', 'spec.controlPlane'],
  ['an older patch', { version: '1.36.2' }, 'app.version-skips', 'spec.kubernetesVersion'],
  ['an older minor', { version: '1.35' }, 'app.version-skips', 'spec.kubernetesVersion'],
  ['another pod network', { network: '    podNetwork: calico' }, 'app.irreplaceable', 'spec.network.podNetwork.type'],
  [
    'another range of services',
    { network: '    serviceCidr: 100.80.0.0/16' },
    'app.irreplaceable',
    'spec.network.serviceCidr',
  ],
  [
    'secrets in the clear',
    { plane: `${grown}\n      secretsEncryption: false` },
    'app.irreplaceable',
    'spec.controlPlane.selfManaged.secretsEncryption',
  ],
  [
    'smaller volumes for etcd',
    { plane: '      etcd: {volume: {size: 30}}' },
    'app.irreplaceable',
    'spec.controlPlane.selfManaged.etcd.volume.size',
  ],
];

describe('a self-managed cluster that lives', () => {
  let session: Session;
  beforeAll(async () => {
    session = await startSession();
    const PublicKeyMaterial = new TextEncoder().encode(
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4b3wUWJm0r6Lq0m0mYH8mJ8v3xHq8nT1b6b3o2n5aA',
    );
    await session.ports.connection.clients.ec2.send(new ImportKeyPairCommand({ KeyName: 'all', PublicKeyMaterial }));
    const planned = await planCluster(load({}, 'is made'), session.ports.toRead);
    expect(await follow(applyPlan(planned, session.ports.toWrite), 0)).toMatchObject({ outcome: 'done', failures: [] });
  });
  afterAll(() => session.stop());

  it.each(stories)('%s, and is then as the spec says', async (what, edit, expected) => {
    const loaded = load(edit, what);
    const planned = await planCluster(loaded, session.ports.toRead);
    expect(await follow(applyPlan(planned, session.ports.toWrite), 0)).toMatchObject({ outcome: 'done', failures: [] });
    const left = await planCluster(loaded, (await session.again()).toRead);
    expect(left.plan.steps.map(({ action, id, changes }) => [action, id, changes])).toEqual([]);
    expect(acts(planned.plan).sort()).toEqual([...expected].sort());
  });

  it.each(refused)('refuses %s, says where, and changes nothing', async (what, edit, code, path) => {
    const from = session.aws.calls.length;
    const asked = planCluster(load({ ...patched, ...edit }, what), session.ports.toRead);
    const error = await asked.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(Failure);
    expect((error as Failure).diagnostics.map((said) => [said.code, said.at?.path])).toEqual([[code, path]]);
    expect((error as Failure).diagnostics.every(({ fix }) => (fix ?? '').length > 20)).toBe(true);
    expect(session.aws.calls.slice(from).filter(({ write }) => write)).toEqual([]);
  });
});
