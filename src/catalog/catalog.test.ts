import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compactInstanceTypes } from '../../scripts/compact-instance-types-format.ts';
import { eksAddon } from './eks-addons.ts';
import { instanceType, instanceTypeNames, maxPods } from './instance-types.ts';
import { defaultEksVersion, eksVersionAt, eksVersionsOffered } from './kubernetes-releases.ts';
import { priceOf } from './prices.ts';
import { quotaByCode } from './quotas.ts';
import { partitionOf, regionNamed } from './regions.ts';

const data = (name: string): string => readFileSync(new URL(`data/${name}.json`, import.meta.url), 'utf8');
const day = (text: string): Date => new Date(`${text}T12:00:00Z`);

describe('instance types', () => {
  test('the compact file is made from the rows', () =>
    expect(data('instance-types.compact')).toBe(compactInstanceTypes(JSON.parse(data('instance-types')))));

  test('what EC2 tells of t2.large', () =>
    expect(instanceType('t2.large')).toEqual({
      type: 't2.large',
      vcpus: 2,
      memoryMiB: 8192,
      architecture: 'x86_64',
      hypervisor: 'xen',
      bareMetal: false,
      burstable: true,
      currentGeneration: true,
      gpus: 0,
      ebsOptimized: 'unsupported',
      maxEnis: 3,
      ipv4PerEni: 12,
      branchEnis: 0,
      onDemandUsdPerHour: 0.0928,
    }));

  test('a name that only begins like a type is none', () => {
    expect(instanceType('t2')).toBeUndefined();
    expect(instanceType('t2.large ')).toBeUndefined();
  });

  test('Graviton is told by its name where the source is silent', () =>
    expect(instanceType('c9g.large')?.architecture).toBe('arm64'));

  test('the pods of every type are those that the VPC CNI publishes, up to the ceiling', () => {
    const rows = new Map(
      (JSON.parse(data('eni-max-pods')) as { rows: { type: string; maxPods: number }[] }).rows.map((row) => [
        row.type,
        row.maxPods,
      ]),
    );
    for (const name of instanceTypeNames()) {
      const published = rows.get(name);
      const type = instanceType(name)!;
      if (published === undefined) continue;
      const ceiling = (type.vcpus ?? 0) > 30 ? 250 : 110;
      expect([name, maxPods(type, { prefixDelegation: false, customNetworking: false })]).toEqual([
        name,
        Math.min(published, ceiling),
      ]);
    }
  });

  // AWS's user guide: m5.large has 29 pods, 110 with prefixes, 20 with custom networking; m5.metal and the like 250.
  test.each([
    ['m5.large', false, false, 29],
    ['m5.large', true, false, 110],
    ['m5.large', false, true, 20],
    ['m5.24xlarge', true, false, 250],
    ['t3.small', true, true, 98],
  ])('%s with prefixes %s and custom networking %s', (name, prefixDelegation, customNetworking, pods) =>
    expect(maxPods(instanceType(name)!, { prefixDelegation, customNetworking })).toBe(pods),
  );
});

describe('Kubernetes versions on EKS', () => {
  test.each([
    ['1.36', '2026-06-01', 'not-yet'],
    ['1.36', '2026-06-02', 'standard'],
    ['1.32', '2026-03-22', 'standard'],
    ['1.32', '2026-03-23', 'extended'],
    ['1.32', '2027-03-23', 'ended'],
    ['1.20', '2023-01-01', 'ended'],
  ])('%s on %s is %s', (minor, date, support) => expect(eksVersionAt(minor, day(date))?.support).toBe(support));

  test('one that EKS never had is unknown', () => expect(eksVersionAt('1.99', day('2026-11-01'))).toBeUndefined());

  test('the default has a published end', () => {
    expect(defaultEksVersion(day('2026-11-01'))?.minor).toBe('1.36');
    expect(defaultEksVersion(day('2026-05-01'))?.minor).toBe('1.35');
  });

  test('offered are those in standard and extended support', () =>
    expect(eksVersionsOffered(day('2026-11-01')).map(({ minor }) => minor)).toEqual([
      '1.31',
      '1.32',
      '1.33',
      '1.34',
      '1.35',
      '1.36',
      '1.37',
    ]));
});

test('regions, quotas, prices and add-ons are found by name', () => {
  expect(regionNamed('us-west-1')?.zones).toEqual(['us-west-1a', 'us-west-1b']);
  expect(regionNamed('us-east-9')).toBeUndefined();
  expect([partitionOf('eu-west-1'), partitionOf('cn-north-1'), partitionOf('us-gov-west-1')]).toEqual([
    'aws',
    'aws-cn',
    'aws-us-gov',
  ]);
  expect(quotaByCode('L-F678F1CE')).toMatchObject({ name: 'VPCs per Region', default: 5 });
  expect(priceOf('eks-extended-support')?.usd).toBe(0.5);
  expect(eksAddon('vpc-cni')).toMatchObject({
    beforeNodes: true,
    identity: { serviceAccount: 'aws-node', policies: ['AmazonEKS_CNI_Policy'] },
  });
});
