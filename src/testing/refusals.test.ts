import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { applyPlan } from '../app/apply.ts';
import { planCluster } from '../app/plan.ts';
import { type Diagnostic, Failure } from '../base/diagnostic.ts';
import { connectPorts, type Ports } from '../cli/ports.ts';
import type { FaultPlan } from '../emulator/faults.ts';
import type { World } from '../emulator/world.ts';
import { diagnosticsOf } from '../ports/failure-diagnostic.ts';
import { givenWorld } from './given-world.ts';
import { loadOrThrow, scenario } from './scenarios.ts';
import { type Session, type SessionOptions, startSession } from './session.ts';

const specOf = ({
  zones = 'us-east-1a, us-east-1b',
  manager = 'eks',
  type = 'm6i.large',
  size = 1,
  nat = 'single',
} = {}): string => `
apiVersion: quilla.dev/v1alpha1
kind: Cluster
metadata: {name: demo}
spec:
  region: us-east-1
  kubernetesVersion: "1.36"
  controlPlane: eks
  network: {cidr: 10.0.0.0/16, zones: [${zones}], nat: ${nat}}
  nodeGroups:
    - {name: workers, manager: ${manager}, instanceTypes: [${type}], size: ${size}}
`;
const load = (edit: Parameters<typeof specOf>[0] = {}) => loadOrThrow(specOf(edit), 'demo');

let session: Session;
afterEach(() => session.stop());

const begin = async (options: SessionOptions = {}): Promise<Session> => {
  session = await startSession(options);
  return session;
};

/** Everything that a run says is wrong, thrown or failed in a step. */
async function said(work: () => Promise<Ports>, loaded = load()): Promise<readonly Diagnostic[]> {
  const all: Diagnostic[] = [];
  try {
    const { toRead, toWrite } = await work();
    for await (const event of applyPlan(await planCluster(loaded, toRead), toWrite))
      if (event.type === 'failed') all.push(...event.diagnostics);
  } catch (error) {
    if (error instanceof Failure) all.push(...error.diagnostics);
    else all.push(...diagnosticsOf(error));
  }
  return all;
}

/** Somebody who may do everything but one thing. */
async function userWithout(action: string): Promise<Ports> {
  const { iam } = session.ports.connection.clients;
  const UserName = 'ana';
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }));
  const statement = { Effect: 'Deny', Action: action, Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'not', PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return session.as({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! });
}

const faults = (...rules: FaultPlan['rules']): SessionOptions => ({ faults: { rules } });

describe('what AWS refuses', () => {
  it.each([
    ['ec2:CreateVpc'],
    ['ssm:PutParameter'],
    ['eks:CreateCluster'],
    ['iam:CreateRole'],
    ['eks:DescribeCluster'],
  ])('a user who may not %s is told so, and what to do', async (action) => {
    await begin();
    const diagnostics = await said(() => userWithout(action));
    expect(diagnostics.length).toBeGreaterThan(0);
    for (const { code, detail, fix } of diagnostics) {
      expect(code).toBe('aws.denied');
      expect(detail).toContain(`permission ${action} is missing`);
      expect(fix).toMatch(/quilla policy/);
    }
  });

  const bad: readonly (readonly [string, string, RegExp, () => Promise<Ports>])[] = [
    [
      'a key that nobody has',
      'aws.no-credentials',
      /AWS_PROFILE/,
      async () => session.as({ accessKeyId: 'AKIA0000000000000000', secretAccessKey: 'none' }),
    ],
    [
      'a secret that does not belong to its key',
      'aws.no-credentials',
      /AWS_PROFILE/,
      async () => session.as({ ...(await keyOf('ben')), secretAccessKey: 'wrong' }),
    ],
    [
      'no credentials at all',
      'aws.no-credentials',
      /AWS_PROFILE/,
      async () => {
        const credentials = async () => {
          throw Object.assign(new Error('Could not load credentials from any providers'), {
            name: 'CredentialsProviderError',
          });
        };
        const { clock, aws } = session;
        return connectPorts({
          region: 'us-east-1',
          clock,
          url: aws.endpoint,
          credentials,
          signal: new AbortController().signal,
        });
      },
    ],
  ];
  const keyOf = async (UserName: string) => {
    const { iam } = session.ports.connection.clients;
    await iam.send(new CreateUserCommand({ UserName }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  };
  it.each(bad)('%s is %s', async (_, code, fix, ports) => {
    await begin();
    const from = session.aws.calls.length;
    expect(await said(ports)).toMatchObject([{ code, fix: expect.stringMatching(fix) }]);
    expect(session.aws.calls.slice(from).filter(({ write, service }) => write && service !== 'iam')).toEqual([]);
  });

  it.each([
    ['throttled without end', 'aws.throttled', { kind: 'throttle', service: 'ec2', operation: 'CreateVpc' }, /minutes/],
    [
      'failing without end',
      'aws.unavailable',
      { kind: 'internal-error', service: 'ec2', operation: 'CreateVpc' },
      /again/,
    ],
    [
      'a service control policy',
      'aws.denied',
      { kind: 'denied', service: 'ec2', operation: 'CreateVpc' },
      /quilla policy/,
    ],
  ] as const)('%s is %s', async (_, code, rule, fix) => {
    await begin(faults(rule));
    const diagnostics = await said(async () => session.ports);
    expect(diagnostics).toMatchObject([
      { code, detail: expect.stringContaining('ec2:CreateVpc'), fix: expect.stringMatching(fix) },
    ]);
  });
});

describe('no capacity', () => {
  const anywhere: FaultPlan['rules'] = [{ kind: 'no-capacity', instanceType: 'm6i.large' }];
  it.each([['eks'], ['asg']])(
    'for a group whose manager is %s is said with its zone and type, and what to do',
    async (manager) => {
      await begin(faults(...anywhere));
      const diagnostics = await said(async () => session.ports, load({ manager }));
      expect(diagnostics[0]).toMatchObject({
        code: 'aws.no-capacity',
        detail: expect.stringMatching(/m6i\.large.*us-east-1[ab]|us-east-1[ab].*m6i\.large/),
        fix: expect.stringMatching(/instance types or zones/),
      });
    },
  );

  it.each([['eks'], ['asg']])('in one zone alone does not stop a group whose manager is %s', async (manager) => {
    await begin(faults({ kind: 'no-capacity', zone: 'us-east-1a' }));
    expect(await said(async () => session.ports, load({ manager, size: 2 }))).toEqual([]);
  });

  it.each([['eks'], ['asg']])('that ends lets the next run finish a group whose manager is %s', async (manager) => {
    await begin(faults({ kind: 'no-capacity', instanceType: 'm6i.large', until: '90m' }));
    expect((await said(async () => session.ports, load({ manager }))).map(({ code }) => code)).toContain(
      'aws.no-capacity',
    );
    await session.clock.sleep({ ms: 2 * 3_600_000 });
    expect(await said(() => session.again(), load({ manager }))).toEqual([]);
    expect((await planCluster(load({ manager }), session.ports.toRead)).plan.steps).toEqual([]);
  });
});

describe('a quota that is too small', () => {
  const withQuota = async (code: string, value: number): Promise<void> => {
    await begin();
    await session.ports.toRead.facts.identity();
    await planCluster(load(), session.ports.toRead);
    session.aws.world.regions['us-east-1']!.quotas.overrides[code] = value;
  };
  it.each([
    ['VPCs', 'vpc/L-F678F1CE', 1, load(), /1 more of VPCs.*1 of 1 are used/],
    ['elastic IP addresses', 'ec2/L-0263D0A3', 1, load({ nat: 'per-zone' }), /2 more of elastic IP.*0 of 1 are used/],
    ['vCPUs', 'ec2/L-1216C47A', 5, load({ size: 3 }), /6 more of vCPUs.*0 of 5 are used/],
  ])('of %s is said while planning, and nothing is made', async (_, code, value, loaded, detail) => {
    await withQuota(code, value);
    const from = session.aws.calls.length;
    await expect(planCluster(loaded, session.ports.toRead)).rejects.toMatchObject({
      diagnostics: [
        {
          code: 'app.quota-too-small',
          detail: expect.stringMatching(detail),
          fix: expect.stringMatching(/Service Quotas/),
        },
      ],
    });
    expect(session.aws.calls.slice(from).filter(({ write }) => write)).toEqual([]);
  });

  it('that is just enough lets the plan pass', async () => {
    await withQuota('ec2/L-1216C47A', 6);
    expect((await planCluster(load({ size: 3 }), session.ports.toRead)).plan.steps.length).toBeGreaterThan(10);
  });

  describe('is asked for only where more would be made', () => {
    let given: World;
    const seed = scenario('seed-eks');
    beforeAll(async () => {
      given = await givenWorld(seed);
    });
    const asked = () => session.aws.calls.filter(({ service }) => service === 'servicequotas').length;

    it('not for VPCs and addresses in a given VPC, nor for anything when nothing is to do', async () => {
      await begin({ world: structuredClone(given) });
      const planned = await planCluster(seed.loaded, session.ports.toRead);
      expect(asked()).toBe(1);
      for await (const event of applyPlan(planned, session.ports.toWrite)) expect(event.type).not.toBe('failed');
      await planCluster(seed.loaded, session.ports.toRead);
      expect(asked()).toBe(1);
    });
  });
});
