import type { Io } from './io.ts';

/** 0 done, 1 failed, 2 usage, 3 changes or findings where `--check` asked. */
export type ExitCode = 0 | 1 | 2 | 3;

export interface OptionDeclaration {
  /** As on the command line: `-f, --file <file>`. */
  readonly flags: string;
  readonly summary: string;
  readonly choices?: readonly string[];
  readonly default?: string | boolean | number;
  readonly required?: boolean;
}

export interface ArgumentDeclaration {
  readonly name: string;
  readonly summary: string;
  readonly required: boolean;
  readonly choices?: readonly string[];
}

/** What a verb was called with. Values of flags are text or true; a verb reads its own. */
export interface Invocation {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly io: Io;
  /** Every verb, for those that describe the program itself. */
  readonly commands: readonly Command[];
}

/** A verb as data: help, completion and the reference are made from it. `run` loads what it needs when it is called. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly details?: string;
  readonly arguments?: readonly ArgumentDeclaration[];
  readonly options: readonly OptionDeclaration[];
  readonly examples: readonly string[];
  /** Whether it calls AWS and so takes --aws, --region and --profile. */
  readonly callsAws: boolean;
  /** Whether it prints a result and so takes -o json. */
  readonly printsResult: boolean;
  run(invocation: Invocation): Promise<ExitCode>;
}

export const fileOption: OptionDeclaration = {
  flags: '-f, --file <file>',
  summary: 'the spec, a YAML file',
  required: true,
};
export const yesOption: OptionDeclaration = { flags: '-y, --yes', summary: 'act without asking' };

export const awsOptions: readonly OptionDeclaration[] = [
  {
    flags: '--aws <which>',
    summary:
      '`embedded`: the AWS that comes inside; `real`: the standard AWS chain decides (default: QUILLA_AWS, else real)',
    choices: ['real', 'embedded'],
  },
  { flags: '--region <region>', summary: 'AWS region, where no spec says it' },
  { flags: '--profile <profile>', summary: 'profile of the AWS configuration' },
];

export const outputOption: OptionDeclaration = {
  flags: '-o, --output <form>',
  summary: 'form of the result',
  choices: ['human', 'json'],
  default: 'human',
};
export const verboseOption: OptionDeclaration = {
  flags: '-v, --verbose',
  summary: 'say more: values in plans, calls to AWS, stack traces of bugs',
};

/** All options of a command, its own first. */
export const optionsOf = (command: Command): readonly OptionDeclaration[] => [
  ...command.options,
  ...(command.printsResult ? [outputOption] : []),
  ...(command.callsAws ? awsOptions : []),
  verboseOption,
];

export const isJson = ({ options }: Invocation): boolean => options.output === 'json';
/** The text of an option, undefined where it was not given. */
export const textOf = ({ options }: Invocation, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
};
