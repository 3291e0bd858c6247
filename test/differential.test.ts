import { describe, expect, it } from 'vitest';
import { compareCall, type Side } from '../scripts/judges/differential/compare.ts';
import { Names } from '../scripts/judges/differential/names.ts';
import { grouped, verdictOn } from '../scripts/judges/differential/triage.ts';

const call = { service: 'ec2', operation: 'DescribeVpcs' };

function side(parsed: unknown, { status = 200, code = null as string | null, names = new Names() } = {}): Side {
  const answer = { status, headers: {}, body: Buffer.alloc(0) };
  return { answer, read: { parsed, code, unknown: [] }, names };
}

const kinds = (a: Side, b: Side) => compareCall(call, a, b).map(({ kind, path }) => `${kind} ${path}`);

describe('names of an AWS', () => {
  it('are learned from two answers and put into what is asked next', () => {
    const names = new Names();
    names.learn(
      { body: { VpcId: 'vpc-0123456789abcdef0', State: 'pending', CidrBlock: '10.0.0.0/16' } },
      { body: { VpcId: 'vpc-0fedcba9876543210', State: 'available', CidrBlock: '10.0.0.0/16' } },
    );
    expect(names.to('VpcId=vpc-0123456789abcdef0&State=pending')).toBe('VpcId=vpc-0fedcba9876543210&State=pending');
    expect(names.back('vpc-0fedcba9876543210')).toBe('vpc-0123456789abcdef0');
  });

  it('do not become others that are names on both sides', () => {
    const names = new Names();
    names.learn(
      { one: 'sgr-00000000000000001', two: 'sgr-00000000000000002' },
      { one: 'sgr-00000000000000002', two: 'sgr-00000000000000003' },
    );
    expect(names.to('sgr-00000000000000001,sgr-00000000000000002')).toBe('sgr-00000000000000002,sgr-00000000000000003');
  });

  it('are found in lists whatever their order', () => {
    const names = new Names();
    const item = (name: string, id: string) => ({ name, id });
    names.learn(
      [item('one', 'i-00000000000000001'), item('two', 'i-00000000000000002')],
      [item('two', 'i-0000000000000000b'), item('one', 'i-0000000000000000a')],
    );
    expect(names.to('i-00000000000000001 i-00000000000000002')).toBe('i-0000000000000000a i-0000000000000000b');
  });

  it('are put in percent-encoded, and a longer one before what it holds', () => {
    const names = new Names();
    const arn = (id: string) => `arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/a/${id}`;
    names.learn(
      { id: '0123456789abcdef', arn: arn('0123456789abcdef') },
      { id: 'fedcba9876543210', arn: arn('fedcba9876543210').replace('/net/', '/app/') },
    );
    expect(names.to(`Arn=${encodeURIComponent(arn('0123456789abcdef'))}`)).toBe(
      `Arn=${encodeURIComponent(arn('fedcba9876543210').replace('/net/', '/app/'))}`,
    );
  });
});

describe('two answers to one call', () => {
  it('are alike where only names and moments differ', () => {
    const names = new Names();
    names.learn({ id: 'vpc-0123456789abcdef0' }, { id: 'vpc-0fedcba9876543210' });
    const a = { Vpcs: [{ VpcId: 'vpc-0123456789abcdef0', At: { $time: '2026-11-01' } }] };
    const b = { Vpcs: [{ VpcId: 'vpc-0fedcba9876543210', At: { $time: '2026-12-01' } }] };
    expect(kinds(side(a), side(b, { names }))).toEqual([]);
  });

  it('differ in success, in the code of an error, in members, in values and in how many there are', () => {
    expect(kinds(side({}), side({}, { status: 400, code: 'InvalidVpcID.NotFound' }))).toEqual([
      'outcome success and InvalidVpcID.NotFound',
    ]);
    expect(kinds(side({}, { status: 400, code: 'A' }), side({}, { status: 404, code: 'B' }))).toEqual(['code A and B']);
    expect(kinds(side({ Vpcs: [{ a: 1, b: 2 }] }), side({ Vpcs: [{ a: 1, c: 3 }] }))).toEqual([
      'only-embedded Vpcs[].b',
      'only-moto Vpcs[].c',
    ]);
    expect(kinds(side({ State: 'pending' }), side({ State: 'available' }))).toEqual(['value State']);
    expect(kinds(side({ Tags: ['a', 'b'] }), side({ Tags: ['a'] }))).toEqual(['count Tags[]']);
  });

  it('are opened where a text holds JSON', () => {
    const policy = (Action: string) => ({ Policy: JSON.stringify({ Statement: [{ Action, Effect: 'Allow' }] }) });
    expect(kinds(side(policy('s3:GetObject')), side(policy('s3:PutObject')))).toEqual([
      'value Policy.Statement[].Action',
    ]);
  });

  it('show members of the embedded AWS that no model knows', () => {
    const odd = side({});
    const a = { ...odd, read: { ...odd.read, unknown: ['Vpc.madeUp'] } };
    expect(kinds(a, side({}))).toEqual(['unknown-member Vpc.madeUp']);
  });
});

it('a difference falls under the first row whose patterns fit, and one that fits none is not triaged', () => {
  const rows = [
    { operation: 'ec2:Describe*', path: '*.State', kind: 'value', whose: 'moto', note: 'no time' },
    { operation: 'ec2:*', path: 'Vpcs[].A', kind: '*', whose: 'unspecified', note: 'either' },
  ] as const;
  const difference = (path: string) => ({ kind: 'value', operation: 'ec2:DescribeVpcs', path, seen: '' }) as const;
  expect(verdictOn(difference('Vpcs[].State'), rows)?.note).toBe('no time');
  expect(verdictOn(difference('Vpcs[].A'), rows)?.note).toBe('either');
  expect(verdictOn(difference('Vpcs[].B'), rows)).toBeUndefined();
  expect(grouped([difference('a'), difference('b'), difference('a')]).map(({ path, count }) => [path, count])).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
});
