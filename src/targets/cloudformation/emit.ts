import { Failure } from '../../base/diagnostic.ts';
import { report } from '../export/codes.ts';
import type { Exported, ExportInput } from '../export/exported.ts';
import { adoptCommand } from '../export/output-texts.ts';
import type { Output } from './cloudformation-kind.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { dynamicReferences } from './dynamic-references.ts';
import { render } from './expression.ts';
import { kindOf } from './kind-of.ts';
import { nested } from './nested.ts';
import { alone, renderingIn, sectionsOf } from './template.ts';
import { bodyLimit, bytesOf, objectLimit, type Template, templateText } from './template-text.ts';
import { type World, worldOf } from './world.ts';

/** Resources of a template at most: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const mostResources = 500;

/** Names of stacks hold letters, digits and hyphens, and begin with a letter. */
const stackName = (cluster: string): string => `quilla-${cluster.replaceAll(/[^A-Za-z0-9]+/g, '-')}`.slice(0, 128);

type Way = 'call' | 'bucket' | 'package';

/** How the template is deployed: roles have names, which CloudFormation wants to be told. */
function deployCommand({ input: { graph } }: World, way: Way): string {
  const file = way === 'package' ? 'packaged.json' : 'template.json';
  const first = `aws cloudformation package --template-file template.json --s3-bucket BUCKET --use-json --output-template-file ${file} && `;
  const bucket = way === 'call' ? '' : ' --s3-bucket BUCKET';
  return `${way === 'package' ? first : ''}aws cloudformation deploy --template-file ${file} --stack-name ${stackName(graph.cluster)} --region ${graph.region} --capabilities CAPABILITY_NAMED_IAM${bucket}`;
}

const description = (world: World, way: Way): string =>
  `Cluster ${world.input.graph.cluster} in account ${world.input.account}, written by quilla export cloudformation; changes are lost when it is written again. Deploy: ${deployCommand(world, way)}`;

export function outputsOf({ input, context }: World): Readonly<Record<string, Output>> {
  const own = input.graph.resources.map((resource) => kindOf(resource).outputs?.(resource, context) ?? {});
  return Object.assign({}, ...own, { AdoptCommand: adoptCommand(input.specFile, 'this template') }) as Record<
    string,
    Output
  >;
}

function single(world: World, way: Way): Template {
  const rendering = renderingIn(world, alone);
  const outputs = Object.entries(outputsOf(world)).map(([name, output]) => [
    name,
    { Description: output.description, Value: render(output.value, rendering) },
  ]);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: description(world, way),
    ...sectionsOf(world.items, world, alone),
    Outputs: Object.fromEntries(outputs),
  };
}

interface Written {
  readonly files: Readonly<Record<string, string>>;
  readonly way: Way;
}

function written(world: World): Written {
  if (world.items.length <= mostResources) {
    const small = templateText(single(world, 'call'));
    if (bytesOf(small) <= bodyLimit) return { files: { 'template.json': small }, way: 'call' };
    const large = templateText(single(world, 'bucket'));
    if (bytesOf(large) <= objectLimit) return { files: { 'template.json': large }, way: 'bucket' };
  }
  const parts = nested(world, outputsOf(world));
  const root = { AWSTemplateFormatVersion: '2010-09-09', Description: description(world, 'package'), ...parts.root };
  const stacks = Object.entries(parts.stacks).map(([path, template]) => [path, templateText(template)]);
  return { files: { 'template.json': templateText(root), ...Object.fromEntries(stacks) }, way: 'package' };
}

const reasonOf = {
  call: '',
  bucket: 'it is larger than 51,200 bytes',
  package: 'it is divided into nested stacks',
} as const;

/** A graph as a CloudFormation template. Equal input gives equal text, with logical ids that follow from the ids of resources. */
export function emitCloudFormation(input: ExportInput): Exported {
  const world = worldOf(input);
  const replaced = dynamicReferences(world.held.held);
  if (replaced.length > 0) throw new Failure(...replaced);
  const { files, way } = written(world);
  const byBucket =
    way === 'call'
      ? []
      : [
          report('export.needs-bucket', {
            detail: reasonOf[way],
            fix: `Deploy with a bucket of yours for BUCKET: ${deployCommand(world, way)}`,
          }),
        ];
  const moves =
    way === 'package'
      ? [
          report('export.moves', {
            detail: `${Object.keys(files).length - 1} nested stacks; nothing may move between stacks that are deployed`,
          }),
        ]
      : [];
  return {
    files,
    diagnostics: [...diagnosticsOf(world), ...byBucket, ...moves],
    commands: [deployCommand(world, way)],
  };
}
