import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { resourceOf } from '../../../testing/clusters.ts';
import { scenario, scenarioNames } from '../../../testing/scenarios.ts';
import { selfManagedGraph } from '../../../testing/self-managed-clusters.ts';
import { bootConfigIn, partsOf } from '../../../testing/user-data-parts.ts';
import { userDataBytes } from '../../build/node-groups/user-data-size.ts';
import type { Join } from '../../value.ts';

const userDataOf = (what: string) =>
  resourceOf(selfManagedGraph(), 'launch-template', `launch-template/${what}`).desired.userData;

describe.each(['seat-a', 'w'])('user data of %s', (what) => {
  const [script, data, ...more] = partsOf(userDataOf(what));

  test('has a script that cloud-init unpacks and runs, then what it reads', () => {
    expect(more).toEqual([]);
    expect(script).toMatchObject({ type: 'application/gzip', encoding: 'base64' });
    expect(data).toMatchObject({ type: 'application/vnd.quilla.boot+json', encoding: '7bit' });
    expect(gunzipSync(Buffer.from(script!.body, 'base64')).toString()).toMatch(/^#!\/bin\/bash\n/);
  });

  test('has lines of base64 that MIME readers take', () =>
    expect(
      script!.body
        .trim()
        .split('\n')
        .filter((line) => !/^[A-Za-z0-9+/=]{1,76}$/.test(line)),
    ).toEqual([]));

  test('is JSON of the form that the script knows', () =>
    expect(bootConfigIn(userDataOf(what))).toMatchObject({ format: 1, role: what === 'w' ? 'worker' : 'seat' }));
});

/** User data of every seat and worker of a recorded self-managed cluster, by its template. */
const machinesOf = (name: string): readonly (readonly [string, string | Join])[] =>
  [...scenario(name).graph.resources.values()].flatMap((resource) => {
    const userData = resource.kind === 'launch-template' ? resource.desired.userData : null;
    return userData === null ? [] : [[resource.id, userData as string | Join] as const];
  });

const selfManaged = scenarioNames().filter(
  (name) => scenario(name).loaded.cluster.spec.controlPlane.type === 'self-managed',
);

describe.each(selfManaged)('user data of %s', (name) => {
  const machines = machinesOf(name);

  test('fits into what EC2 takes, and is of seats and workers', () => {
    expect(machines.filter(([, userData]) => userDataBytes(userData) > 16_384).map(([id]) => id)).toEqual([]);
    expect(new Set(machines.map(([, userData]) => bootConfigIn(userData).role))).toContain('seat');
  });

  test('holds nothing secret, and every file by its digest', () => {
    for (const [id, userData] of machines) {
      const config = bootConfigIn(userData);
      expect(JSON.stringify(config), id).not.toMatch(/PRIVATE KEY|secretKey|AWS_SECRET/);
      expect(
        config.files.filter(({ sha256 }) => !/^[0-9a-f]{64}$/.test(sha256)),
        id,
      ).toEqual([]);
    }
  });

  test('is the same when it is made again', () => expect(machinesOf(name)).toEqual(machines));
});
