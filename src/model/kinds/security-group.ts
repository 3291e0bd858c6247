import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** A security group; its rules are resources of their own: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html */
export const securityGroup = kind({
  concern: 'security',
  label: 'security group',
  headline: ['description'],
  found: 'tag',
  replace: 'create-first',
  usually: { create: seconds(2), update: seconds(1), delete: seconds(2) },
  fields: {
    vpcId: fixed<string>()({ doc: 'the VPC', refersTo: 'vpc' }),
    name: fixed<string>()({ doc: 'unique in the VPC' }),
    description: fixed<string>()({ doc: 'what it is for' }),
    openEgress: mutable<boolean>()({
      doc: "whether AWS's own rule that lets everything out stands",
      interrupts: 'connections that leave',
      interruptsWhen: 'turns-off',
    }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    groupId: observed<string>()({ doc: 'id, `sg-...`' }),
  },
});
