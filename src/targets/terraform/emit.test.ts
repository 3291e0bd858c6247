import { describe, expect, it } from 'vitest';
import type { Resource, ResourceGraph } from '../../model/graph.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { scenario, scenarioNames } from '../../testing/scenarios.ts';
import type { ExportInput } from '../export/exported.ts';
import { emitTerraform } from './emit.ts';

interface Body {
  readonly depends_on?: readonly string[];
  readonly policy_arn?: string;
  readonly access_scope?: unknown;
  readonly rule?: string;
}
interface Configuration {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Body>>>>;
}
const configurationOf = (files: Readonly<Record<string, string>>) =>
  JSON.parse(files['main.tf.json']!) as Configuration;

const emit = (graph: ResourceGraph, more: Partial<ExportInput> = {}) =>
  emitTerraform({ graph, account: '123456789012', partition: 'aws', specFile: 'spec.yaml', ...more });

const attachments = (graph: ResourceGraph): Readonly<Record<string, Body>> =>
  configurationOf(emit(graph).files).resource.aws_iam_role_policy_attachment ?? {};

/** One role of a scenario with these policies. */
function withPolicies(policyArns: readonly string[]): ResourceGraph {
  const { graph } = scenario('seed-eks');
  const role = graph.resources.find(({ id }) => id === 'role/cluster') as Resource<'role'>;
  return { ...graph, resources: [{ ...role, desired: { ...role.desired, policyArns } }] };
}

function written(name: string) {
  const { files } = emit(scenario(name).graph);
  const { resource } = configurationOf(files);
  return new Map(
    Object.entries(resource).flatMap(([type, named]) =>
      Object.entries(named).map(([own, body]) => [`${type}.${own}`, body] as const),
    ),
  );
}

/** Addresses that a resource names in `depends_on` or in an argument. */
const behind = (body: object, all: Iterable<string>): readonly string[] => {
  const text = JSON.stringify(body);
  return [...all].filter((address) => text.includes(`"${address}"`) || text.includes(`${address}.`));
};

describe.each(scenarioNames())('the order of %s', (name) => {
  const resources = written(name);
  const needs = new Map<string, readonly string[]>(
    [...resources].map(([address, body]) => [address, behind(body, resources.keys())]),
  );

  it('has no circle', () => {
    const done = new Set<string>();
    const walk = (address: string, above: readonly string[]): void => {
      expect(above, [...above, address].join(' -> ')).not.toContain(address);
      if (done.has(address)) return;
      for (const next of needs.get(address)!) walk(next, [...above, address]);
      done.add(address);
    };
    for (const address of needs.keys()) walk(address, []);
  });

  it('lets nobody use a role before its policies are attached', () => {
    for (const [address, direct] of needs) {
      for (const role of direct.filter((each) => each.startsWith('aws_iam_role.'))) {
        if (address.startsWith('aws_iam_role_policy_attachment.')) continue;
        const attached = [...needs.keys()].filter(
          (each) => each.startsWith('aws_iam_role_policy_attachment.') && needs.get(each)!.includes(role),
        );
        expect(direct, address).toEqual(expect.arrayContaining(attached));
      }
    }
  });

  it('puts no document in a bucket before its versions are kept and the public is kept out', () => {
    for (const [address, direct] of needs) {
      if (!address.startsWith('aws_s3_object.')) continue;
      for (const bucket of direct.filter((each) => each.startsWith('aws_s3_bucket.'))) {
        const own = bucket.slice('aws_s3_bucket.'.length);
        const settings = [...needs.keys()].filter(
          (each) => /^aws_s3_bucket_.*\./.test(each) && each.endsWith(`.${own}`),
        );
        expect(settings).toContain(`aws_s3_bucket_public_access_block.${own}`);
        expect(direct, address).toEqual(expect.arrayContaining(settings));
      }
    }
  });
});

describe('policies of a role', () => {
  const aws = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  const own = 'arn:aws:iam::123456789012:policy/team/ReadOnlyAccess';
  const addressOf = (graph: ResourceGraph, arn: string) =>
    Object.entries(attachments(graph)).find(([, { policy_arn }]) => policy_arn === arn)?.[0];

  it('have addresses of their own though their names are the same', () => {
    expect(
      Object.values(attachments(withPolicies([aws, own])))
        .map(({ policy_arn }) => policy_arn)
        .sort(),
    ).toEqual([own, aws]);
  });

  it('keep their address when another one comes', () => {
    expect(addressOf(withPolicies([aws, own]), aws)).toBe('cluster_ReadOnlyAccess');
    for (const arn of [aws, own]) {
      expect(addressOf(withPolicies([arn]), arn)).toBe(addressOf(withPolicies([own, aws]), arn));
    }
  });

  it('are attached once though they are named twice', () => {
    expect(Object.keys(attachments(withPolicies([aws, aws])))).toEqual(['cluster_ReadOnlyAccess']);
  });
});

it('gives each policy of an access entry an address of its own, one that is named twice its later scope', () => {
  const { graph } = scenario('private-only');
  const entry = graph.resources.find(({ id }) => id === 'access-entry/admin') as Resource<'access-entry'>;
  const policy = (name: string, ...namespaces: string[]) => ({
    policyArn: `arn:aws:eks::aws:cluster-access-policy/${name}`,
    namespaces,
  });
  const policies = [policy('AmazonEKSViewPolicy'), policy('AmazonEKSEditPolicy'), policy('AmazonEKSViewPolicy', 'web')];
  const resources = graph.resources.map((one) =>
    one === entry ? { ...entry, desired: { ...entry.desired, policies } } : one,
  );
  const { resource } = configurationOf(emit({ ...graph, resources }).files);
  const associations = Object.entries(resource.aws_eks_access_policy_association!).filter(([name]) =>
    name.startsWith('admin_'),
  );
  expect(associations.map(([name, { access_scope }]) => [name, access_scope]).sort()).toEqual([
    ['admin_AmazonEKSEditPolicy', { type: 'cluster' }],
    ['admin_AmazonEKSViewPolicy', { type: 'namespace', namespaces: ['web'] }],
  ]);
});

describe('a configuration that imports', () => {
  const { graph } = scenario('seed-kops');
  const snapshot = { cluster: graph.cluster, found: [] } as unknown as Snapshot;
  const outputsOf = (more: Partial<ExportInput>) =>
    Object.keys((JSON.parse(emit(graph, more).files['outputs.tf.json']!) as { output: object }).output);

  it('has nothing that could be adopted', () => {
    expect(outputsOf({})).toContain('adopt_command');
    expect(outputsOf({ snapshot })).not.toContain('adopt_command');
    expect(outputsOf({ snapshot })).toContain('kubeconfig_command');
  });

  it('says of the documents which command keeps them', () => {
    const documents = emit(graph, { snapshot }).diagnostics.filter(({ detail }) => detail.startsWith('bucket-object/'));
    expect(documents.map(({ detail, fix }) => [detail.slice(0, detail.indexOf(': ')), fix])).toEqual([
      [expect.stringMatching(/ and \d+ more$/), 'Run `quilla store fill --update -f FILE` when the spec changes.'],
    ]);
  });
});

it('says of keys, and of what needs them, which command makes them', () => {
  const fixes = emit(scenario('seed-kops').graph).diagnostics.map(({ detail, fix }) => [detail.split(':')[0], fix]);
  const fill = 'Run `quilla store fill -f FILE` once the rest stands.';
  expect(fixes).toEqual([
    ['cluster-keys', fill],
    ['bucket-object/issuer-keys', fill],
  ]);
});

it('refers to a rule of EventBridge where it has a target', () => {
  const { resource } = configurationOf(emit(scenario('seed-kops').graph).files);
  const target = resource.aws_cloudwatch_event_target!.interruption!;
  expect(target.rule).toBe(`\${aws_cloudwatch_event_rule.interruption.name}`);
  expect(target.depends_on ?? []).not.toContain('aws_cloudwatch_event_rule.interruption');
});

it('says before a destroy what load balancers that are protected want', () => {
  const { graph } = scenario('seed-kops');
  const withProtection = (deletionProtection: boolean): ResourceGraph => ({
    ...graph,
    resources: graph.resources.map((one) =>
      one.kind === 'load-balancer' ? { ...one, desired: { ...one.desired, deletionProtection } } : one,
    ),
  });
  expect(emit(withProtection(true)).files['outputs.tf.json']).toContain('"before_destroy"');
  expect(emit(withProtection(false)).files['outputs.tf.json']).not.toContain('"before_destroy"');
});
