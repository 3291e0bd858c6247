import { describe, expect, it } from 'vitest';
import { scenario, scenarioNames } from '../../testing/scenarios.ts';
import { emitTerraform } from './emit.ts';

interface Configuration {
  readonly resource: Readonly<Record<string, Readonly<Record<string, { readonly depends_on?: readonly string[] }>>>>;
}

function written(name: string) {
  const { graph, facts } = scenario(name);
  const { files } = emitTerraform({ graph, account: facts.account, partition: facts.partition, specFile: 'spec.yaml' });
  const { resource } = JSON.parse(files['main.tf.json']!) as Configuration;
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
