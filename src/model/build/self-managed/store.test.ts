import { describe, expect, test } from 'vitest';
import { idsOf, resourceOf } from '../../../testing/clusters.ts';
import { selfManagedGraph } from '../../../testing/self-managed-clusters.ts';
import { keyObjects } from '../../store-layout.ts';

interface Policy {
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}
const policyOf = (text: unknown): Policy => JSON.parse(text as string) as Policy;

describe('the store', () => {
  test('keeps versions, is closed to the public and answers over TLS only', () => {
    const { desired } = resourceOf(selfManagedGraph(), 'bucket', 'bucket/store');
    expect(desired).toMatchObject({
      versioning: true,
      publicRead: false,
      noncurrentDays: 30,
      expiry: [{ prefix: 'backups/', days: 7 }],
    });
    expect(desired.name).toMatch(/^k8s-store-[0-9a-f]{12}$/);
    const [statement, ...others] = policyOf(desired.policy).Statement;
    expect(others).toEqual([]);
    expect(statement).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      Resource: [`arn:aws:s3:::${desired.name}`, `arn:aws:s3:::${desired.name}/*`],
    });
  });

  test('has another name in another account or region', () => {
    const nameOf = (graph: ReturnType<typeof selfManagedGraph>) =>
      resourceOf(graph, 'bucket', 'bucket/store').desired.name;
    const names = [
      nameOf(selfManagedGraph()),
      nameOf(selfManagedGraph({}, { account: '210987654321' })),
      nameOf(selfManagedGraph({ base: { region: 'us-west-2', network: { zones: ['us-west-2a'] } } })),
    ];
    expect(new Set(names).size).toBe(3);
  });

  test('holds every key', () => {
    const { desired } = resourceOf(selfManagedGraph(), 'cluster-keys', 'cluster-keys');
    expect(desired).toMatchObject({
      bucket: { $ref: 'bucket/store' },
      prefix: 'cluster/keys/',
      objects: keyObjects.map(({ name }) => name),
    });
  });

  test('may be a bucket of one’s own, which is not made and not altered', () => {
    const graph = selfManagedGraph({ plane: { storeBucket: 'mine', podRoles: false } });
    expect(idsOf(graph, 'bucket')).toEqual([]);
    expect(resourceOf(graph, 'cluster-keys', 'cluster-keys').desired.bucket).toBe('mine');
    expect(resourceOf(graph, 'policy', 'policy/seats').desired.document).toMatchObject({
      $join: expect.arrayContaining([expect.stringContaining('arn:aws:s3:::mine/cluster/*')]),
    });
  });

  test('holds what seats read at boot before they come', () => {
    const graph = selfManagedGraph();
    const { needs } = resourceOf(graph, 'auto-scaling-group', 'auto-scaling-group/seat-a');
    expect(needs).toEqual(
      expect.arrayContaining([
        'cluster-keys',
        'bucket-object/state',
        'bucket-object/seat-program',
        'listener/internal',
      ]),
    );
    const { key } = resourceOf(graph, 'bucket-object', 'bucket-object/seat-program').desired;
    // By its digest: seats that still boot with an earlier script find theirs, or nothing.
    expect(key).toMatch(/^cluster\/seat-[0-9a-f]{16}\.json$/);
  });

  test('tells the spec without what stands in files', () => {
    const host = {
      files: [{ path: '/etc/secret', content: 'hunter2', mode: '0600' }],
      packages: [],
      commands: [],
      sysctls: {},
    };
    const graph = selfManagedGraph({ plane: { host }, groups: [{ name: 'w', host }] });
    const { desired } = resourceOf(graph, 'bucket-object', 'bucket-object/spec');
    expect(desired.key).toBe('cluster/spec.json');
    expect(JSON.stringify(desired.content)).not.toContain('hunter2');
    const spec = JSON.parse(desired.content as string) as { spec: { controlPlane: { host: typeof host } } };
    expect(spec.spec.controlPlane.host.files[0]).toEqual({
      path: '/etc/secret',
      // printf hunter2 | sha256sum
      content: 'sha256:f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7',
      mode: '0600',
    });
  });
});

describe('the issuer', () => {
  test('is a bucket of two documents that everybody may read, and nothing else of it', () => {
    const graph = selfManagedGraph();
    const { desired } = resourceOf(graph, 'bucket', 'bucket/issuer');
    const name = desired.name as string;
    expect(desired.publicRead).toBe(true);
    const allowing = policyOf(desired.policy).Statement.filter(({ Effect }) => Effect === 'Allow');
    expect(allowing).toEqual([
      {
        Sid: expect.any(String),
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: [`arn:aws:s3:::${name}/.well-known/openid-configuration`, `arn:aws:s3:::${name}/openid/v1/jwks`],
      },
    ]);
    const inIt = graph.resources.filter(
      (one) => one.kind === 'bucket-object' && JSON.stringify(one.desired.bucket).includes('issuer'),
    );
    expect(inIt.map(({ id }) => id)).toEqual(['bucket-object/issuer-configuration', 'bucket-object/issuer-keys']);
  });

  test('says of itself what IAM asks: its own URL, and where its keys are', () => {
    const graph = selfManagedGraph();
    const url = resourceOf(graph, 'oidc-provider', 'oidc-provider').desired.url as string;
    const name = resourceOf(graph, 'bucket', 'bucket/issuer').desired.name as string;
    expect(url).toBe(`https://${name}.s3.us-east-1.amazonaws.com`);
    const configuration = resourceOf(graph, 'bucket-object', 'bucket-object/issuer-configuration').desired;
    expect(JSON.parse(configuration.content as string)).toMatchObject({
      issuer: url,
      jwks_uri: `${url}/openid/v1/jwks`,
    });
    expect(resourceOf(graph, 'bucket-object', 'bucket-object/issuer-keys').desired.content).toEqual({
      $ref: 'cluster-keys',
      field: 'serviceAccountJwks',
    });
  });

  test('is not there where pods get no roles', () => {
    const graph = selfManagedGraph({ plane: { podRoles: false } });
    expect(idsOf(graph).filter((id) => /issuer|oidc|role\/(ebs|node-term)/.test(id))).toEqual([]);
  });
});
