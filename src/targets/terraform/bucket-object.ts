import { besides } from './expression.ts';
import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_object */
export const bucketObject: TerraformKind<'bucket-object'> = {
  // An import learns no content, so that the first plan would write every document once more.
  whyNot: (_, { imports }) =>
    imports
      ? 'an import cannot read what stands in it; `quilla store fill` keeps the documents of the store'
      : undefined,
  blocks: ({ id, desired }, { nameOf }) => [
    {
      type: 'aws_s3_object',
      body: {
        bucket: desired.bucket,
        key: desired.key,
        content_type: desired.contentType,
        content: besides(`documents/${nameOf(id)}`, desired.content),
      },
    },
  ],
  attributes: { location: null },
};
