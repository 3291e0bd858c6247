import type { ExportInput } from '../export/exported.ts';

/** The AWS provider for which the kinds are written. */
export const awsProvider = { source: 'hashicorp/aws', version: '~> 5.100' } as const;

/** Versions, and the provider: one region, one account, and without an opinion on the tags by which Quilla knows what is its own. */
export const versions = (
  { graph, account }: ExportInput,
  ignored: { readonly keys: readonly string[]; readonly prefixes: readonly string[] },
): unknown => ({
  '//': `Written by quilla export terraform for cluster ${graph.cluster}. Changes are lost when it is written again.`,
  terraform: { required_version: '>= 1.5', required_providers: { aws: awsProvider } },
  provider: {
    aws: {
      region: graph.region,
      allowed_account_ids: [account],
      ignore_tags: {
        ...(ignored.keys.length === 0 ? {} : { keys: ignored.keys }),
        key_prefixes: ignored.prefixes,
      },
    },
  },
});
