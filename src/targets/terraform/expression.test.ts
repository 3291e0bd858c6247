// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of Terraform
import { describe, expect, it } from 'vitest';
import { join, type Ref } from '../../model/value.ts';
import { besides, code, render } from './expression.ts';

const vpcId: Ref = { $ref: 'vpc', field: 'vpcId' };
const arn: Ref = { $ref: 'role/node-a', field: 'arn' };
const addresses: Readonly<Record<string, string>> = { vpc: 'aws_vpc.vpc.id', 'role/node-a': 'aws_iam_role.node-a.arn' };

function rendered(value: unknown): { value: unknown; files: Record<string, string> } {
  const files: Record<string, string> = {};
  const rendering = {
    addressOf: ({ $ref }: Ref) => addresses[$ref]!,
    onFile: (path: string, text: string) => {
      files[path] = text;
    },
  };
  return { value: render(value, rendering), files };
}

describe('a value in Terraform’s JSON', () => {
  it.each([
    ['a text', 'plain', 'plain'],
    ['a text that Terraform would read as code', 'a ${b} %{c} $${d}', 'a $${b} %%{c} $$${d}'],
    ['a reference', vpcId, '${aws_vpc.vpc.id}'],
    ['a text with references', join`${vpcId}/\${x}/${arn}`, '${aws_vpc.vpc.id}/$${x}/${aws_iam_role.node-a.arn}'],
    ['a list', [vpcId, 'x'], ['${aws_vpc.vpc.id}', 'x']],
    ['members that are null or undefined', { a: null, b: undefined, c: false, d: 0, e: '' }, { c: false, d: 0, e: '' }],
    ['a key of a map', { 'k${x}': 1 }, { 'k$${x}': 1 }],
    ['code', code`cidrsubnet(${vpcId}, 8, ${3})`, '${cidrsubnet(aws_vpc.vpc.id, 8, 3)}'],
    ['a text in code', code`f(${'a "b" ${c}\n'})`, '${f("a \\"b\\" $${c}\\n")}'],
    ['a text with references in code', code`f(${join`a"${vpcId}`})`, '${f("a\\"${aws_vpc.vpc.id}")}'],
    [
      'code in code',
      code`f(${code`g(${arn})`}, ${['x', vpcId]})`,
      '${f(g(aws_iam_role.node-a.arn), ["x", aws_vpc.vpc.id])}',
    ],
  ])('%s', (_, value, expected) => {
    expect(rendered(value).value).toEqual(expected);
  });
});

describe('a text in a file of its own', () => {
  it('without references is read as it is, whatever stands in it', () => {
    const text = 'a ${b} %{c}\n';
    expect(rendered({ x: besides('user-data/a', text) })).toEqual({
      value: { x: '${file("${path.module}/user-data/a")}' },
      files: { 'user-data/a': text },
    });
    expect(rendered(besides('user-data/a', text, { base64: true })).value).toBe(
      '${filebase64("${path.module}/user-data/a")}',
    );
  });

  it('with references is a template whose variables are named for what they are', () => {
    const text = join`id ${vpcId}, again ${vpcId}, by ${arn}, \${shell}`;
    expect(rendered(besides('user-data/a', text, { base64: true }))).toEqual({
      value:
        '${base64encode(templatefile("${path.module}/user-data/a", { vpc_vpcId = aws_vpc.vpc.id, role_node_a_arn = aws_iam_role.node-a.arn }))}',
      files: { 'user-data/a': 'id ${vpc_vpcId}, again ${vpc_vpcId}, by ${role_node_a_arn}, $${shell}' },
    });
  });
});
