import { CreateKeyPairCommand } from '@aws-sdk/client-ec2';
import { CreateRoleCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import { CreateHostedZoneCommand } from '@aws-sdk/client-route-53';
import type { LoadedCluster } from '../app/index.ts';
import { defined } from '../base/defined.ts';
import type { Ports } from '../cli/ports.ts';

/** What a spec takes for given of an account, which a new one lacks: key pair, hosted zone, users and roles. */
export interface GivenThings {
  readonly keyName?: string;
  readonly zone?: string;
  /** ARNs. */
  readonly principals: readonly string[];
}

export function givenThings({ input, cluster }: Pick<LoadedCluster, 'input' | 'cluster'>): GivenThings {
  const { controlPlane } = cluster.spec;
  const dns = controlPlane.type === 'self-managed' ? controlPlane.dns : { type: 'none' as const };
  const { access } = input.spec;
  return {
    ...defined({ keyName: access?.ssh?.keyName }),
    ...(dns.type === 'public' && { zone: dns.zone }),
    principals: (access?.principals ?? []).map(({ arn }) => arn),
  };
}

/** Codes of AWS for what is there already: a second `up` finds what the first made. */
const there = /AlreadyExists|Duplicate|HostedZoneAlreadyExists/;

/** Makes what is not there yet, and tells of each in a line. */
export async function makeGivenThings(
  given: GivenThings,
  ports: Pick<Ports, 'connection' | 'toRead'>,
): Promise<readonly string[]> {
  const { ec2, iam, route53 } = ports.connection.clients;
  const made: string[] = [];
  const make = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
      made.push(what);
    } catch (error) {
      if (!there.test((error as Error).name)) throw error;
    }
  };
  const { keyName, zone, principals } = given;
  if (keyName !== undefined)
    await make(`key pair ${keyName}`, () => ec2.send(new CreateKeyPairCommand({ KeyName: keyName })));
  if (zone !== undefined)
    await make(`hosted zone ${zone}`, () =>
      route53.send(new CreateHostedZoneCommand({ Name: zone, CallerReference: `machines-${zone}` })),
    );
  const { account } = ports.toRead.identity;
  // Those of other accounts are for their own.
  for (const arn of principals.filter((each) => each.split(':')[4] === account)) {
    const [, kind, path] = /:(user|role)\/(.+)$/.exec(arn) ?? [];
    const name = path?.split('/').at(-1);
    if (kind === 'user') await make(arn, () => iam.send(new CreateUserCommand({ UserName: name })));
    if (kind === 'role')
      await make(arn, () => iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust(arn) })));
  }
  return made;
}

/** The role may be taken by who may do all in its account. */
const trust = (arn: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${arn.split(':')[4]}:root` }, Action: 'sts:AssumeRole' },
    ],
  });
