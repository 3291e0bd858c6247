import { basename } from 'node:path';

/** `LENGTH VALUE`, as SSH writes what a key is made of: https://www.rfc-editor.org/rfc/rfc4251#section-5 */
const field = (value: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([length, value]);
};

/** A well-formed RSA public key whose number is a row of numbers: nobody has its other half. */
function publicKey(): string {
  const number = Buffer.from(Array.from({ length: 256 }, (_, at) => ((at * 6 + 0xc1) & 0xff) | (at === 255 ? 1 : 0)));
  const parts = [Buffer.from('ssh-rsa'), Buffer.from([1, 0, 1]), Buffer.concat([Buffer.alloc(1), number])];
  return `ssh-rsa ${Buffer.concat(parts.map(field)).toString('base64')} stand-in\n`;
}

const policy = (statement: object): string => `${JSON.stringify({ Version: '2012-10-17', Statement: [statement] })}\n`;

const trust = policy({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' });
const identity = policy({ Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' });
const queue = policy({
  Effect: 'Allow',
  Principal: { Service: ['events.amazonaws.com', 'sqs.amazonaws.com'] },
  Action: 'sqs:SendMessage',
  Resource: 'arn:aws:sqs:*:*:*',
});
const pattern = `${JSON.stringify({ source: ['aws.ec2'], 'detail-type': ['stand-in'] })}\n`;

/** What stands in for a file that kops writes beside its configuration, by the name of the resource that reads it. */
const kinds: readonly (readonly [RegExp, () => string])[] = [
  [/^aws_iam_role_policy_/, () => identity],
  [/^aws_iam_role_.*policy$/, () => trust],
  [/^aws_sqs_queue_.*_policy$/, () => queue],
  [/^aws_cloudwatch_event_rule_/, () => pattern],
  [/^aws_key_pair_/, publicKey],
  [/policy/, () => identity],
];

/** The content that stands in for a file. */
export function standInFile(path: string): string {
  const name = basename(path);
  return kinds.find(([form]) => form.test(name))?.[1]() ?? `stand-in for ${name}\n`;
}

/** Policies of what somebody else has made. */
export const [givenPolicy, trustPolicy] = [identity, trust];
