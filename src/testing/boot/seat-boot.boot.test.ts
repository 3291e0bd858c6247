import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type BootWorld, startBootWorld } from './boot-world.ts';
import { keysOfCluster, newSeat, type Seat, type StandIn, startStandIn } from './seat.ts';

const state = {
  nodeRoles: [],
  mappings: [],
  creator: null,
  bindings: [],
  charts: [],
  coredns: false,
  kubeProxy: false,
};
let world: BootWorld;
let standIn: StandIn;
let seat: Seat;

beforeAll(async () => {
  world = await startBootWorld();
  for (const [name, text] of Object.entries(keysOfCluster())) await world.put(`cluster/keys/${name}`, text);
  await world.put('cluster/state.json', JSON.stringify(state));
});
beforeEach(async () => {
  standIn = await startStandIn();
  standIn.answers = { health: {}, readyz: 'ok' };
  await world.s3.deleteObject({ Bucket: 'store', Key: 'seats/a/started' });
  const { NetworkInterfaces = [] } = await world.ec2.describeNetworkInterfaces({
    Filters: [{ Name: 'private-ip-address', Values: ['172.31.0.11'] }],
  });
  const [old] = NetworkInterfaces;
  const link = old
    ? { id: old.NetworkInterfaceId ?? '', mac: old.MacAddress ?? '' }
    : await world.networkInterface('172.31.0.11');
  if (old?.Attachment?.AttachmentId !== undefined)
    await world.ec2.detachNetworkInterface({ AttachmentId: old.Attachment.AttachmentId });
  seat = await newSeat(world, link, { env: standIn.env });
});
afterEach(async () => {
  standIn.server.close();
  await seat.remove();
});
afterAll(() => world.aws.stop());

it('a seat boots to the end, step by step, and says so', async () => {
  const { code, output } = await seat.run('run');
  expect(code, output).toBe(0);
  expect(output.match(/STEP \S+/g)?.map((step) => step.slice(5))).toEqual([
    ...[
      'configure',
      'program',
      'host',
      'files',
      'containerd',
      'volume',
      'interface',
      'keys',
      'certificates',
      'kubelet',
    ],
    ...['etcd', 'authenticator', 'control-plane', 'cluster', 'timers'],
  ]);
  expect(await world.told(seat.instanceId)).toMatch(/^ready \S+Z$/);
  const phases = (await seat.calls()).filter((call) => call.startsWith('kubeadm'));
  expect(phases.map((call) => call.replace(/ --config .*/, ''))).toEqual([
    'kubeadm init phase certs all',
    'kubeadm init phase kubeconfig all',
    'kubeadm init phase control-plane all',
    'kubeadm init phase mark-control-plane',
    'kubeadm init phase upload-config all',
  ]);
  await expect(seat.read('etc/kubernetes/super-admin.conf')).rejects.toThrow(/ENOENT/);
  expect((await seat.json('var/lib/kubelet/config.yaml')).staticPodPath).toBe('/etc/kubernetes/manifests');
  expect(await seat.read('etc/systemd/system/quilla-snapshot.timer')).toContain('OnUnitInactiveSec=60min');
  expect(await seat.calls()).toContain(
    'systemctl enable --now quilla-state.timer quilla-renew.timer quilla-snapshot.timer',
  );
});

it('a second run changes no certificate, no manifest and no marker', async () => {
  expect((await seat.run('run')).code).toBe(0);
  await seat.write('var/lib/etcd/data/member/wal/0.wal', '');
  const files = ['etc/kubernetes/manifests/etcd.yaml', 'etc/kubernetes/pki/etcd/peer.crt', 'var/lib/etcd/quilla.json'];
  const before = await Promise.all(files.map(seat.read));
  expect((await seat.run('run')).code).toBe(0);
  expect(await Promise.all(files.map(seat.read))).toEqual(before);
});

it('only health is open to those without a name; secrets are encrypted with the key of the store', async () => {
  await seat.step('keys');
  await seat.step('control-plane');
  expect(await seat.json('etc/kubernetes/quilla/authentication.yaml')).toEqual({
    apiVersion: 'apiserver.config.k8s.io/v1beta1',
    kind: 'AuthenticationConfiguration',
    anonymous: { enabled: true, conditions: [{ path: '/livez' }, { path: '/readyz' }, { path: '/healthz' }] },
  });
  const encryption = await seat.json('etc/kubernetes/quilla/encryption.yaml');
  expect(encryption.resources[0].resources).toEqual(['secrets']);
  expect(encryption.resources[0].providers[0].secretbox.keys[0].secret).toBe(Buffer.alloc(32, 7).toString('base64'));
  expect(await seat.mode('etc/kubernetes/quilla/encryption.yaml')).toBe('600');
});

it('the tag names the step that failed', async () => {
  standIn.answers = { health: {} };
  const { code, output } = await seat.run('run');
  expect(code).toBe(1);
  expect(output).toContain('waiting: the API server of this seat is not ready');
  expect(await world.told(seat.instanceId)).toMatch(/^failed \S+Z control-plane$/);
});

it('the leader of etcd writes a snapshot with its revision and hash, the others none', async () => {
  // The forms of `etcdutl snapshot status -w json` and of etcd's gateway, from etcd 3.7.0.
  const told = '{"hash":805110246,"revision":4,"totalKey":12,"totalSize":536576,"version":"3.7.0"}';
  await seat.write(
    'programs/crictl',
    `#!/bin/bash\ncase "$*" in ps*) echo c1 ;; *save*) echo database > "$QUILLA_ROOT\${@: -1}" ;; *status*) echo '${told}' ;; esac\n`,
  );
  await seat.write('var/lib/quilla/backup/.keep', '');
  await seat.step('keys');
  await seat.step('certificates');
  const status = (leader: string) => ({ 'maintenance/status': { header: { member_id: '7' }, leader } });
  const backups = async () => (await world.s3.listObjectsV2({ Bucket: 'store', Prefix: 'backups/' })).Contents ?? [];
  standIn.answers = status('8');
  expect((await seat.run('snapshot')).code).toBe(0);
  expect(await backups()).toEqual([]);
  standIn.answers = status('7');
  const { code, output } = await seat.run('snapshot');
  expect(code, output).toBe(0);
  const [database = '', notes = ''] = (await backups()).map(({ Key }) => Key ?? '');
  expect(database).toMatch(/^backups\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ-a\.db$/);
  expect(notes).toBe(`${database}.json`);
  expect(await world.text(database)).toBe('database\n');
  expect(JSON.parse(await world.text(notes))).toMatchObject({ ...JSON.parse(told), member: 'a' });
});
