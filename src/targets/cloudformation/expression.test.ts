import { describe, expect, it } from 'vitest';
import { join } from '../../model/value.ts';
import { document, render } from './expression.ts';

const vpc = { $ref: 'vpc', field: 'vpcId' };
const roleArn = { $ref: 'role/nodes', field: 'arn' };
const name = { $ref: 'dns-record/api', field: 'fqdn' };
const block = { $ref: 'vpc', field: 'ipv6Cidr' };

const values: Readonly<Record<string, unknown>> = {
  vpcId: { Ref: 'Vpc' },
  arn: { 'Fn::GetAtt': ['RoleNodes', 'Arn'] },
  fqdn: 'api.example.com',
  ipv6Cidr: { 'Fn::Select': [0, { 'Fn::GetAtt': ['Vpc', 'Ipv6CidrBlocks'] }] },
};
const rendering = { valueOf: ({ field }: { field: string }) => values[field] };

describe('a value in a template', () => {
  it.each([
    ['a literal', 'plain', 'plain'],
    ['text that looks like code, outside of Fn::Sub', 'a ${HOME} b', 'a ${HOME} b'],
    ['a reference', vpc, { Ref: 'Vpc' }],
    ['an attribute', roleArn, { 'Fn::GetAtt': ['RoleNodes', 'Arn'] }],
    ['references in text', join`x/${vpc}/${roleArn}`, { 'Fn::Sub': 'x/${Vpc}/${RoleNodes.Arn}' }],
    ['a sign of its own in text with a reference', join`\${HOME} ${vpc}`, { 'Fn::Sub': '${!HOME} ${Vpc}' }],
    ['a sign that never ends', join`\${HOME ${vpc}`, { 'Fn::Join': ['', ['${HOME ', { Ref: 'Vpc' }]] }],
    ['a sign that bash reads twice', join`\${!HOME} ${vpc}`, { 'Fn::Join': ['', ['${!HOME} ', { Ref: 'Vpc' }]] }],
    ['text whose only reference is known', join`https://${name}`, 'https://api.example.com'],
    [
      'a function in text',
      join`${block},${vpc}`,
      { 'Fn::Join': ['', [{ 'Fn::Select': [0, { 'Fn::GetAtt': ['Vpc', 'Ipv6CidrBlocks'] }] }, ',', { Ref: 'Vpc' }]] },
    ],
    ['a function around text', { 'Fn::Base64': join`id ${vpc}` }, { 'Fn::Base64': { 'Fn::Sub': 'id ${Vpc}' } }],
    ['what is not said', { A: undefined, B: null, C: [vpc] }, { C: [{ Ref: 'Vpc' }] }],
    [
      'text that several share',
      { $parts: [{ $text: 'Text1' }, 'rest ', vpc] },
      { 'Fn::Join': ['', [{ 'Fn::FindInMap': ['Texts', 'Text1', 'Text'] }, 'rest ', { Ref: 'Vpc' }]] },
    ],
  ])('writes %s', (_, value, expected) => {
    expect(render(value, rendering)).toEqual(expected);
  });
});

describe('a document', () => {
  it('is an object in which references stand where they stood in its text', () => {
    const text = join`{"Resource":["${vpc}/*","${roleArn}"],"Condition":{"Bool":{"x":true}},"Note":"a \\"quoted\\" word"}`;
    expect(document(text)).toEqual({
      Resource: [{ $join: [vpc, '/*'] }, roleArn],
      Condition: { Bool: { x: true } },
      Note: 'a "quoted" word',
    });
  });

  it('keeps variables of IAM, beside references too', () => {
    const policy = document(join`{"A":"\${aws:PrincipalTag/team}","B":"${vpc}/\${aws:username}"}`);
    expect(render(policy, rendering)).toEqual({
      A: '${aws:PrincipalTag/team}',
      B: { 'Fn::Sub': '${Vpc}/${!aws:username}' },
    });
  });
});
