import { readFileSync } from 'node:fs';
import { CreateAccessKeyCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import { makeClients } from '../../src/adapters/aws/clients.ts';
import type { Clock } from '../../src/base/clock.ts';
import { type Given, makeGivenThings } from '../../src/cli/demo/given-things.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export const region = 'us-east-1';

/** Somebody whom this AWS knows, so that what is made for its caller is made for a user. */
export async function administrator(url: string): Promise<Credentials> {
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'nobody' };
  const { iam } = makeClients({ region, url, credentials });
  await iam.send(new CreateUserCommand({ UserName: 'admin' }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'admin' }));
  return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
}

/** Makes what the article takes for given: VPC, subnets, user, key pair, hosted zone. */
export function makeGiven(url: string, { credentials, clock }: { credentials: Credentials; clock: Clock }) {
  const { ec2, iam, route53 } = makeClients({ region, url, credentials });
  return makeGivenThings({ ec2, iam, route53, clock });
}

/** An example's text with what is given in the place of its placeholders. */
export function specOf(example: 'seed-eks' | 'seed-kops', given: Given): string {
  const text = readFileSync(`examples/${example}.yaml`, 'utf8').replace(/\bvpc-0{16}1\b/, given.vpcId);
  return given.subnetIds.reduce((spec, id, i) => spec.replace(`subnet-0000000000000000${i + 1}`, id), text);
}
