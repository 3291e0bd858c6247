import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { defaultCharts } from '../catalog/charts.ts';
import { selfManagedVersions } from '../catalog/node-files.ts';
import { loadCluster } from './load.ts';

interface BadSpec {
  readonly say: string;
  /** Which base spec it is made of; EKS's by default. */
  readonly on?: 'self-managed';
  readonly replace: readonly { readonly from?: string; readonly to: string }[];
  readonly expect: readonly {
    readonly code: string;
    readonly at: string;
    readonly path?: string;
    readonly detail: string;
    readonly fix?: string;
  }[];
}

const table = parse(readFileSync(new URL('bad-specs.yaml', import.meta.url), 'utf8')) as {
  base: string;
  selfManagedBase: string;
  cases: BadSpec[];
};
const today = new Date('2026-11-01T00:00:00Z');
const load = (text: string) => loadCluster(text, { file: 'demo.yaml', today });
const edited = (...edits: readonly [string, string][]): string =>
  edits.reduce((text, [from, to]) => text.replace(from, () => to), table.base);

describe('a bad spec', () => {
  test.each(table.cases)('$say is refused with its place and what to do', ({ on, replace, expect: expected }) => {
    const text = replace.reduce(
      (all, { from, to }) => {
        expect(all).toContain(from ?? '');
        return from === undefined ? to : all.replace(from, () => to);
      },
      on === 'self-managed' ? table.selfManagedBase : table.base,
    );
    const result = load(text);
    expect(result.ok).toBe(false);
    expect(
      result.diagnostics.map(({ code, at, detail, fix }) => ({
        code,
        at: `${at?.line}:${at?.column}`,
        ...(at?.path === undefined ? {} : { path: at.path }),
        detail,
        ...(fix === undefined ? {} : { fix }),
      })),
    ).toEqual(expected);
    for (const { at } of result.diagnostics) expect(at?.file).toBe('demo.yaml');
  });

  test('the table is long enough to mean something', () => expect(table.cases.length).toBeGreaterThan(40));

  test('a file of more than a mebibyte is refused unread', () => {
    expect(load(`${table.base}# ${'x'.repeat(1024 * 1024)}\n`).diagnostics.map(({ code }) => code)).toEqual([
      'spec.too-large',
    ]);
  });

  test.each([
    ['flow lists', '['.repeat(50_000)],
    ['dashes', `${'- '.repeat(50_000)}x`],
    ['indentation', Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ])('%s nested without end are refused unread', (_, text) => {
    expect(load(text).diagnostics.map(({ code }) => code)).toEqual(['spec.too-deep']);
  });

  test('aliases that grow a hundredfold are refused', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`,
    );
    const [only, ...rest] = load(['l0: &l0 x', ...levels].join('\n')).diagnostics;
    expect(only?.code).toBe('spec.anchors');
    expect(rest).toEqual([]);
  });

  test('an alias inside its own anchor is refused at its place', () => {
    const result = load(edited(['[us-east-1a, us-east-1b]', '&z [us-east-1a, *z]']));
    expect(result.diagnostics.map(({ code, at }) => [code, at?.line, at?.column])).toEqual([['spec.anchors', 11, 28]]);
  });
});

describe('a spec with something to warn of', () => {
  const found = (...edits: readonly [string, string][]) => {
    const result = load(edited(...edits));
    return {
      ok: result.ok,
      said: result.diagnostics.map(({ code, severity, at }) => `${severity} ${code} ${at?.path}`),
    };
  };

  test('is sound as it is', () => expect(found()).toEqual({ ok: true, said: [] }));

  test.each<[string, [string, string], string]>([
    ['an open API', ['203.0.113.0/24', '0.0.0.0/0'], 'warning spec.api-open-to-the-world spec.access.api.from[0]'],
    [
      'one spot type',
      ['size: {', 'capacity: spot\n      size: {'],
      'warning spec.one-type-spot spec.nodeGroups[0].instanceTypes',
    ],
    [
      'spot types of unlike size',
      ['[m6i.large]', '[m6i.large, m6i.4xlarge]\n      capacity: spot'],
      'warning spec.mixed-sizes-spot spec.nodeGroups[0].instanceTypes',
    ],
    [
      'extended support',
      ['"1.36"\n  controlPlane: eks', '"1.32"\n  controlPlane: {eks: {upgradePolicy: extended}}'],
      'warning spec.version-extended-support spec.kubernetesVersion',
    ],
    [
      'standard support that ends in a month',
      ['"1.36"', '"1.34"'],
      'warning spec.version-ends-soon spec.kubernetesVersion',
    ],
    ['no version', ['  kubernetesVersion: "1.36"\n', ''], 'note spec.version-not-pinned spec'],
    [
      'system:masters',
      [
        '  nodeGroups:',
        '    principals: [{arn: "arn:aws:iam::123456789012:user/a", groups: ["system:masters"]}]\n  nodeGroups:',
      ],
      'note spec.masters-as-policy spec.access.principals[0].groups[0]',
    ],
    [
      'a principal that may do nothing',
      ['  nodeGroups:', '    principals: [{arn: "arn:aws:iam::123456789012:user/a"}]\n  nodeGroups:'],
      'warning spec.powerless-principal spec.access.principals[0]',
    ],
    [
      'SSH from everywhere',
      ['  nodeGroups:', '    ssh: {keyName: all, from: [0.0.0.0/0]}\n  nodeGroups:'],
      'warning spec.ssh-open-to-the-world spec.access.ssh.from[0]',
    ],
    ['a range of the internet', ['10.0.0.0/16', '8.8.0.0/16'], 'warning spec.cidr-not-private spec.network.cidr'],
    [
      'an endpoint that is not known',
      ['cidr: 10.0.0.0/16', 'endpoints: [s3, fnord]'],
      'warning spec.unknown-endpoint spec.network.endpoints[1]',
    ],
  ])('%s: is loaded and said', (_, edit, said) => expect(found(edit)).toEqual({ ok: true, said: [said] }));

  test('no nodes', () => {
    const text = table.base.slice(0, table.base.indexOf('  nodeGroups:'));
    expect(load(text).diagnostics.map(({ code }) => code)).toEqual(['spec.no-nodes']);
  });

  test('nodes without the private endpoint, with their NAT gateways in the list, are fine', () => {
    expect(
      found(['public: true', 'public: true\n      private: false'], ['203.0.113.0/24', '203.0.113.0/24, nat']),
    ).toEqual({ ok: true, said: [] });
  });
});

describe('a self-managed spec with something to warn of', () => {
  const found = (...edits: readonly [string, string][]): string[] => {
    const text = edits.reduce((all, [from, to]) => all.replace(from, () => to), table.selfManagedBase);
    const result = load(text);
    expect(result.ok).toBe(true);
    return result.diagnostics.map(({ code, severity, at }) => `${severity} ${code} ${at?.path}`);
  };

  test('is sound as it is', () => expect(found()).toEqual([]));

  const seats = 'spec.controlPlane.selfManaged.seats';
  const bastion = '{keyName: all, from: [198.51.100.0/24]}, bastion: {from: [0.0.0.0/0]}';
  test.each<[string, [string, string][], string[]]>([
    ['seven seats', [['seats: 3', 'seats: 7']], [`warning spec.many-seats ${seats}`]],
    ['one seat', [['seats: 3', 'seats: 1']], [`note spec.single-seat ${seats}`]],
    [
      'one seat, since there is one zone',
      [
        ['\n      seats: 3', ' {}'],
        ['[us-east-1a, us-east-1b, us-east-1c]', '[us-east-1a]'],
      ],
      ['note spec.single-seat spec.network'],
    ],
    [
      'two of three seats in one zone',
      [['seats: 3', 'seats: {zones: [us-east-1a, us-east-1a, us-east-1b]}']],
      [`warning spec.seats-in-one-zone ${seats}.zones`],
    ],
    ['no version', [['  kubernetesVersion: "1.36"\n', '']], ['note spec.version-not-pinned spec']],
    [
      'SSH and a bastion for the world',
      [['  nodeGroups:', `  access: {ssh: ${bastion}}\n  nodeGroups:`]],
      [
        'warning spec.ssh-unreachable spec.access.ssh.from[0]',
        'warning spec.ssh-open-to-the-world spec.access.bastion.from[0]',
      ],
    ],
    [
      'no nodes',
      [[/ {2}nodeGroups:[\s\S]*/.exec(table.selfManagedBase)![0], '']],
      ['warning spec.no-nodes spec.nodeGroups'],
    ],
  ])('%s: is loaded and said', (_, edits, said) => expect(found(...edits)).toEqual(said));

  test('a version that Kubernetes no longer maintains', () => {
    const result = loadCluster(table.selfManagedBase, { today: new Date('2027-07-01T00:00:00Z') });
    expect(result.diagnostics.map(({ code }) => code)).toEqual(['spec.version-unmaintained']);
    expect(result.ok).toBe(true);
  });

  test.each(['1.36.3', '1.36.99', '1.35'])('%s may be asked for', (version) =>
    expect(found(['"1.36"', `"${version}"`])).toEqual([]),
  );
});

describe('charts of a self-managed control plane', () => {
  const chart = defaultCharts.find(({ forPodNetwork }) => forPodNetwork === 'cilium')!;
  const codes = (addons: string): string[] =>
    load(table.selfManagedBase.replace('  nodeGroups:', () => `  addons: ${addons}\n  nodeGroups:`)).diagnostics.map(
      ({ code, detail, fix }) => `${code} ${detail} ${fix}`,
    );

  test('that the catalog does not have need their place', () => {
    const [said, ...rest] = codes('[{name: zzz}]');
    expect(rest).toEqual([]);
    expect(said).toContain('spec.chart "zzz" is not a chart that the catalog knows');
    expect(said).toContain(`Known: ${defaultCharts[0]!.name}`);
    expect(codes('[{name: zzz, version: 1.0.0, chart: {repository: "oci://example.com/charts", name: z}}]')).toEqual(
      [],
    );
  });

  test('of the catalog may have another version, and values', () =>
    expect(codes(`[{name: ${chart.name}, version: 1.2.3, values: {a: b}}]`)).toEqual([]));

  test('of kubeadm may be switched off', () =>
    expect(codes('[{name: coredns, enabled: false}, {name: kube-proxy, enabled: false}]')).toEqual([]));
});

test('a version without files in the catalog is refused with those that have them', () => {
  const codes = load(table.selfManagedBase.replace('"1.36"', '"1.34"')).diagnostics;
  expect(codes.map(({ code, fix }) => [code, fix])).toEqual([
    ['spec.version-not-in-catalog', `The catalog has ${selfManagedVersions.map(({ minor }) => minor).join(', ')}.`],
  ]);
});

test('a minor version of which the catalog has no files needs a patch', () => {
  const bare = selfManagedVersions.find(({ patches }) => patches.length === 0)?.minor;
  if (bare === undefined) return;
  const codes = (version: string) =>
    load(table.selfManagedBase.replace('"1.36"', `"${version}"`)).diagnostics.map(({ code }) => code);
  expect(codes(bare)).toEqual(['spec.version-not-in-catalog']);
  expect(codes(`${bare}.1`)).toEqual([]);
});

test('a password in a URL is not said again', () => {
  const text = table.selfManagedBase.replace('seats: 3', 'mirror: {files: "https://me:sesame@mirror.example.com"}');
  expect(JSON.stringify(load(text).diagnostics)).not.toContain('sesame');
});

describe('places', () => {
  const result = load(table.base);
  const locate = (path: string) => {
    const at = result.ok ? result.value.locate(path) : undefined;
    return `${at?.line}:${at?.column}`;
  };

  test('of a value, of a block, of an entry, and of what was left out', () => {
    expect(locate('spec.region')).toBe('6:11');
    expect(locate('spec.network')).toBe('9:3');
    expect(locate('spec.nodeGroups[0]')).toBe('17:7');
    expect(locate('spec.nodeGroups[0].size.max')).toBe('19:39');
    expect(locate('spec.network.nat')).toBe('9:3');
    expect(locate('spec.tags["a b"]')).toBe('5:1');
  });
});

describe('a spec of a cluster that AWS no longer offers', () => {
  const text = edited(['kubernetesVersion: "1.36"', 'kubernetesVersion: "1.28"']);

  test('is refused for verbs that make something, and not for those that look at or remove what is there', () => {
    const today = new Date('2026-11-01T00:00:00Z');
    expect(loadCluster(text, { today }).diagnostics.map(({ code }) => code)).toContain('spec.version-end-of-life');
    const anyway = loadCluster(text, { today, anyVersion: true });
    expect(anyway.ok && anyway.value.cluster.spec.kubernetesVersion).toBe('1.28');
  });
});
