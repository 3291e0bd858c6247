import * as z from 'zod';
import { parseCidr } from '../../base/cidr.ts';
import type { Problem } from '../problem.ts';

/** Text with a rule that says more than a pattern could. `pattern` is what the JSON Schema shows for it. */
export function ruled(rule: (value: string) => Problem | undefined, pattern?: string) {
  const schema = z.string().check((context) => {
    const problem = rule(context.value);
    if (problem === undefined) return;
    context.issues.push({ code: 'custom', input: context.value, message: problem.detail, params: { problem } });
  });
  return pattern === undefined ? schema : schema.meta({ pattern });
}

const quote = (value: string): string => JSON.stringify(value);

/** An address range in canonical form. */
export const cidrText = ruled((value) => {
  const parsed = parseCidr(value);
  if (parsed.ok) return undefined;
  const fix =
    parsed.canonical === undefined
      ? 'Write an address, a slash and a prefix length: 10.0.0.0/16.'
      : `Did you mean ${parsed.canonical}?`;
  return { code: 'spec.bad-cidr', detail: `${quote(value)}: ${parsed.problem}`, fix };
}, '^[0-9a-fA-F:.]+/[0-9]{1,3}$');

/** An IPv4 range in canonical form. */
export const cidr4Text = ruled((value) => {
  const parsed = parseCidr(value);
  if (parsed.ok && parsed.cidr.version === 4) return undefined;
  if (parsed.ok)
    return { code: 'spec.bad-cidr', detail: `${quote(value)} is an IPv6 range; an IPv4 one is needed here` };
  const fix =
    parsed.canonical === undefined
      ? 'Write an address, a slash and a prefix length: 10.0.0.0/16.'
      : `Did you mean ${parsed.canonical}?`;
  return { code: 'spec.bad-cidr', detail: `${quote(value)}: ${parsed.problem}`, fix };
}, '^[0-9.]+/[0-9]{1,2}$');

/** A member of an access list: a range, or `nat`. */
export const accessSource = ruled((value) => {
  if (value === 'nat') return undefined;
  const parsed = parseCidr(value);
  if (parsed.ok) return undefined;
  const alone = parseCidr(`${value}/32`);
  const fix = alone.ok
    ? `A single address is written ${value}/32.`
    : parsed.canonical === undefined
      ? 'Write an address range like 203.0.113.0/24, or nat.'
      : `Did you mean ${parsed.canonical}?`;
  return { code: 'spec.bad-cidr', detail: `${quote(value)}: ${parsed.problem}`, fix };
}, '^(nat|[0-9a-fA-F:.]+/[0-9]{1,3})$');

export const ipv4Text = ruled(
  (value) =>
    parseCidr(`${value}/32`).ok
      ? undefined
      : {
          code: 'spec.bad-cidr',
          detail: `${quote(value)} is not an IPv4 address`,
          fix: 'Write an address like 203.0.113.7.',
        },
  '^[0-9.]+$',
);

const namePattern = '^[a-z]([-a-z0-9]*[a-z0-9])?$';

const suggestedName = (value: string): string =>
  value
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');

/** A name that Kubernetes and AWS both take. */
export const nameText = ruled((value) => {
  if (value.length <= 63 && new RegExp(namePattern).test(value)) return undefined;
  const suggested = suggestedName(value);
  const detail =
    value.length > 63
      ? `${quote(value)} has ${value.length} characters; at most 63 are allowed`
      : `${quote(value)}: a name has small letters, digits and dashes, with a letter first and no dash last`;
  return { code: 'spec.bad-name', detail, ...(suggested === '' ? {} : { fix: `Did you mean ${suggested}?` }) };
}, namePattern);

/** A namespace or service account: what Kubernetes allows as a DNS name. */
export const kubernetesName = ruled(
  (value) =>
    value.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(value)
      ? undefined
      : {
          code: 'spec.bad-name',
          detail: `${quote(value)}: Kubernetes allows small letters, digits, dashes and dots here, with a letter or digit first and last`,
        },
  '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
);

/** The name of something of one's own in IAM or EC2. An ARN is told apart, since that is the usual mistake. */
export const ownName = ruled((value) => {
  if (value.startsWith('arn:'))
    return {
      code: 'spec.bad-name',
      detail: `${quote(value)} is an ARN; the name is needed here`,
      fix: `Write ${value.slice(value.lastIndexOf('/') + 1)}.`,
    };
  return /^[\w+=,.@ -]{1,255}$/.test(value)
    ? undefined
    : { code: 'spec.bad-name', detail: `${quote(value)} is not a name that AWS allows` };
});

const id = (prefix: string, what: string) =>
  ruled(
    (value) =>
      new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(value)
        ? undefined
        : {
            code: 'spec.bad-id',
            detail: `${quote(value)} is not the id of ${what}`,
            fix: `It is written ${prefix}- and 17 (in old accounts 8) hexadecimal digits.`,
          },
    `^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`,
  );

export const vpcId = id('vpc', 'a VPC');
export const subnetId = id('subnet', 'a subnet');
export const securityGroupId = id('sg', 'a security group');
export const amiId = id('ami', 'an image');

const arn = (pattern: string, what: string, example: string) =>
  ruled(
    (value) =>
      new RegExp(pattern).test(value)
        ? undefined
        : {
            code: 'spec.bad-arn',
            detail: `${quote(value)} is not the ARN of ${what}`,
            fix: `It is written like ${example}.`,
          },
    pattern,
  );

const partition = 'arn:aws(-cn|-us-gov)?';
export const policyArn = arn(
  `^${partition}:iam::(aws|[0-9]{12}):policy/.+$`,
  'an IAM policy',
  'arn:aws:iam::123456789012:policy/NAME',
);
export const roleArn = arn(
  `^${partition}:iam::[0-9]{12}:role/.+$`,
  'an IAM role',
  'arn:aws:iam::123456789012:role/NAME',
);
export const kmsKeyArn = arn(
  `^${partition}:kms:[a-z0-9-]+:[0-9]{12}:key/.+$`,
  'a KMS key',
  'arn:aws:kms:us-east-1:123456789012:key/1234abcd-...',
);

const principalPattern = `^${partition}:iam::[0-9]{12}:(user|role)/.+$`;

/** An IAM user or role. Sessions of roles are refused with the role's ARN as the advice. */
export const principalArn = ruled((value) => {
  if (new RegExp(principalPattern).test(value)) return undefined;
  const session = /^(arn:[a-z-]+):sts::(\d{12}):assumed-role\/([^/]+)/.exec(value);
  const account = /^arn:[a-z-]+:iam::(\d*):/.exec(value)?.[1];
  const fix =
    session !== null
      ? `That is a session; give its role: ${session[1]}:iam::${session[2]}:role/${session[3]} (with the role's path, if it has one).`
      : account !== undefined && account.length !== 12
        ? `The account has ${account.length} digits; it needs 12.`
        : 'It is written like arn:aws:iam::123456789012:role/NAME or arn:aws:iam::123456789012:user/NAME.';
  return { code: 'spec.bad-arn', detail: `${quote(value)} is not the ARN of an IAM user or role`, fix };
}, principalPattern);
