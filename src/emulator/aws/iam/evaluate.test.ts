import { describe, expect, it } from 'vitest';
import { evaluate, like } from './evaluate.ts';
import type { Statement } from './policy-document.ts';

const ask = (
  statements: readonly Statement[],
  { action = 'ec2:CreateVpc', resource = 'arn:aws:ec2:us-east-1:1:vpc/v' as string | null, context = {} } = {},
) => evaluate([{ Version: '2012-10-17', Statement: statements }], { action, resource: resource ?? undefined, context });

const allow = (more: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: 'ec2:*',
  Resource: '*',
  ...more,
});

describe('policies', () => {
  it('deny what nothing allows, and what anything denies', () => {
    expect(ask([])).toBe('none');
    expect(ask([allow()])).toBe('allow');
    expect(ask([allow(), { Effect: 'Deny', Action: 'ec2:CreateVpc', Resource: '*' }])).toBe('deny');
  });

  it.each([
    ['ec2:CreateVpc', 'allow'],
    ['EC2:createvpc', 'allow'],
    ['ec2:Create*', 'allow'],
    ['ec2:Create?pc', 'allow'],
    ['ec2:Delete*', 'none'],
    ['ec2:CreateVp', 'none'],
    ['*', 'allow'],
  ])('read the action %s as %s', (Action, verdict) => {
    expect(ask([allow({ Action })])).toBe(verdict);
  });

  it('turn NotAction and NotResource around', () => {
    const others: Statement = { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' };
    expect([ask([others]), ask([others], { action: 'iam:GetRole' })]).toEqual(['allow', 'none']);
    const elsewhere: Statement = { Effect: 'Allow', Action: '*', NotResource: 'arn:aws:ec2:*:*:vpc/v' };
    expect([ask([elsewhere]), ask([elsewhere], { resource: 'arn:aws:ec2:us-east-1:1:vpc/w' })]).toEqual([
      'none',
      'allow',
    ]);
  });

  it('compare resources with their case', () => {
    const one = allow({ Resource: ['arn:aws:s3:::Keys/*'] });
    expect(ask([one], { action: 'ec2:x', resource: 'arn:aws:s3:::Keys/a/b' })).toBe('allow');
    expect(ask([one], { action: 'ec2:x', resource: 'arn:aws:s3:::keys/a' })).toBe('none');
  });

  it('take a resource that is not known for one that is allowed, but not for one that is denied', () => {
    expect(ask([allow({ Resource: 'arn:aws:ec2:*:*:vpc/v' })], { resource: null })).toBe('allow');
    expect(ask([allow(), { Effect: 'Deny', Action: '*', Resource: 'arn:aws:ec2:*:*:vpc/v' }], { resource: null })).toBe(
      'allow',
    );
    expect(ask([allow(), { Effect: 'Deny', Action: '*', Resource: '*' }], { resource: null })).toBe('deny');
  });

  it.each<[string, NonNullable<Statement['Condition']>, Record<string, string | string[]>, 'allow' | 'none']>([
    ['equal tags', { StringEquals: { 'aws:RequestTag/team': 'a' } }, { 'aws:RequestTag/team': 'a' }, 'allow'],
    ['other tags', { StringEquals: { 'aws:RequestTag/team': 'a' } }, { 'aws:RequestTag/team': 'b' }, 'none'],
    ['absent keys', { StringEquals: { 'aws:RequestTag/team': 'a' } }, {}, 'none'],
    ['absent keys of IfExists', { StringEqualsIfExists: { 'aws:RequestTag/team': 'a' } }, {}, 'allow'],
    ['absent keys of a negation', { StringNotEquals: { 'aws:ResourceTag/team': 'a' } }, {}, 'allow'],
    [
      'one of several values',
      { StringLike: { 'aws:ResourceTag/c': ['x-*', 'y'] } },
      { 'aws:ResourceTag/c': 'x-1' },
      'allow',
    ],
    [
      'none of several values',
      { StringNotLike: { 'aws:ResourceTag/c': ['x-*', 'y'] } },
      { 'aws:ResourceTag/c': 'y' },
      'none',
    ],
    [
      'keys of any case',
      { StringEquals: { 'AWS:requestedregion': 'eu-west-1' } },
      { 'aws:RequestedRegion': 'eu-west-1' },
      'allow',
    ],
    ['Null', { Null: { 'aws:RequestTag/team': 'false' } }, { 'aws:RequestTag/team': 'a' }, 'allow'],
    ['Null of an absent key', { Null: { 'aws:RequestTag/team': 'false' } }, {}, 'none'],
    [
      'ForAllValues',
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
      { 'aws:TagKeys': ['a', 'b'] },
      'allow',
    ],
    [
      'ForAllValues with a stranger',
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
      { 'aws:TagKeys': ['a', 'c'] },
      'none',
    ],
    ['ForAnyValue', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a'] } }, { 'aws:TagKeys': ['c', 'a'] }, 'allow'],
    ['numbers', { NumericLessThan: { n: 5 } }, { n: '4' }, 'allow'],
    ['booleans', { Bool: { 'aws:SecureTransport': true } }, { 'aws:SecureTransport': 'false' }, 'none'],
    ['all conditions together', { StringEquals: { a: '1', b: '2' } }, { a: '1', b: '3' }, 'none'],
    ['operators that do not exist', { StringResembles: { a: '1' } }, { a: '1' }, 'none'],
  ])('know %s', (_, Condition, context, verdict) => {
    expect(ask([allow({ Condition })], { context })).toBe(verdict);
  });

  it('match patterns whole', () => {
    expect(like('a.c', 'abc')).toBe(false);
    expect(like('a*c', 'abbbc')).toBe(true);
    expect(like('a*c', 'abcd')).toBe(false);
  });
});

describe('policy variables', () => {
  const arn = 'arn:aws:ec2:us-east-1:1:instance/i-1';
  const own = allow({
    Condition: {
      ArnEquals: { 'ec2:SourceInstanceARN': ['arn:aws:ec2:us-east-1:1:instance/', '{ec2:InstanceID}'].join('$') },
    },
  });

  it('are filled in from the request, and hold nothing where it has no such key', () => {
    const from = (id?: string) =>
      ask([own], { context: { 'ec2:SourceInstanceARN': arn, ...(id && { 'ec2:InstanceID': id }) } });
    expect([from('i-1'), from('i-2'), from()]).toEqual(['allow', 'none', 'none']);
  });

  it('stand in resources, and what they bring in is no wildcard', () => {
    const home = allow({ Action: 's3:*', Resource: ['arn:aws:s3:::b/', '{aws:username}/*'].join('$') });
    const asked = (resource: string, user: string) =>
      ask([home], { action: 's3:GetObject', resource, context: { 'aws:username': user } });
    expect(asked('arn:aws:s3:::b/ann/x', 'ann')).toBe('allow');
    expect(asked('arn:aws:s3:::b/ann/x', '*')).toBe('none');
    expect(asked('arn:aws:s3:::b/*/x', '*')).toBe('allow');
  });
});
