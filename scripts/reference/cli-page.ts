import {
  awsOptions,
  type Command,
  type OptionDeclaration,
  outputOption,
  verboseOption,
} from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands/index.ts';
import { blocks, code, fenced, type Page, page, sentence, table } from './markdown.ts';

const argumentText = ({ name, required }: { name: string; required: boolean }): string =>
  required ? `<${name}>` : `[${name}]`;

function usage({ name, arguments: declared = [], options }: Command): string {
  const needed = options.filter(({ required }) => required === true).map(({ flags }) => flags.replace(/^-\w, /, ''));
  return ['quilla', name, ...declared.map(argumentText), ...needed, '[options]'].join(' ');
}

function facts({ choices, default: fallback, required }: Partial<OptionDeclaration>): string {
  return [
    ...(required === true ? ['needed'] : []),
    ...(choices === undefined ? [] : [`one of ${choices.map(code).join(', ')}`]),
    ...(fallback === undefined ? [] : [`default ${code(String(fallback))}`]),
  ].join('; ');
}

function argumentTable({ arguments: declared = [] }: Command): string {
  if (declared.length === 0) return '';
  const rows = declared.map((argument) => {
    const { required, choices, summary } = argument;
    return [code(argumentText(argument)), summary, facts({ required, ...(choices === undefined ? {} : { choices }) })];
  });
  return table(['Argument', 'What it is', ''], rows);
}

function optionTable(options: readonly OptionDeclaration[]): string {
  if (options.length === 0) return '';
  return table(
    ['Option', 'What it does', ''],
    options.map((option) => [code(option.flags), option.summary, facts(option)]),
  );
}

function sharedOptions({ printsResult, callsAws }: Command): string {
  const also = [...(printsResult ? [outputOption] : []), ...(callsAws ? awsOptions : []), verboseOption];
  return `Also takes ${also.map(({ flags }) => code(flags.replace(/ <.*/, ''))).join(', ')}.`;
}

const section = (command: Command): string =>
  blocks(
    `## quilla ${command.name}`,
    sentence(command.summary),
    command.details ?? '',
    fenced('text', usage(command)),
    argumentTable(command),
    optionTable(command.options),
    sharedOptions(command),
    fenced('sh', command.examples.join('\n')),
  );

/** docs/reference/cli.md, from the declarations of the commands. */
export const cliPage = (): Page =>
  page(
    'docs/reference/cli.md',
    'the declarations of the commands (src/cli/commands)',
    '# The command line',
    'In a clone, `npm run -s quilla -- ARGUMENTS` runs the CLI from source. Results go to standard output; progress, questions and diagnostics go to standard error.',
    table(
      ['Exit code', 'Meaning'],
      [
        ['0', 'done'],
        ['1', 'failed, or stopped before the end'],
        ['2', 'wrong usage'],
        ['3', 'changes or findings, where `--check` asked'],
      ],
    ),
    table(
      ['Environment variable', 'Meaning'],
      [
        ['`QUILLA_AWS`', '`embedded`: as `--aws embedded` on every verb'],
        ['`QUILLA_HOME`', 'folder of the embedded AWS; default `.quilla` in the current folder'],
        [
          '`QUILLA_EMULATOR_KEY`',
          '`ID:SECRET`: a further access key that `quilla emulator` accepts, as that of its user `admin`; none by default',
        ],
        ['`AWS_ENDPOINT_URL`', "where to call instead of AWS's own addresses"],
        ['`AWS_PROFILE`, `AWS_REGION`, `AWS_ACCESS_KEY_ID` ...', 'the standard AWS chain of credentials and region'],
        ['`NO_COLOR`', 'no colours'],
      ],
    ),
    'With `-o json` a verb prints one document: see [the JSON documents](../json.md).',
    '## Options that several verbs take',
    optionTable([outputOption, ...awsOptions, verboseOption]),
    ...commands.map(section),
  );
