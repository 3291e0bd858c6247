import { type ArgumentDeclaration, type Command, optionsOf } from './command.ts';

const longFlag = (flags: string): string => /--[a-z-]+/.exec(flags)![0];
const shortFlag = (flags: string): string | undefined => /^-([a-zA-Z]),/.exec(flags)?.[1];
const plain = (text: string): string => text.replace(/[`"'$\\]/g, '').replace(/\s+/g, ' ');
const choicesOf = (command: Command): readonly string[] =>
  (command.arguments ?? []).flatMap(({ choices }: ArgumentDeclaration) => choices ?? []);

function bash(commands: readonly Command[]): string {
  const cases = commands.map((command) => {
    const words = [...optionsOf(command).map(({ flags }) => longFlag(flags)), ...choicesOf(command)];
    return `    ${command.name}) words="${words.join(' ')}" ;;`;
  });
  const values = new Map(
    commands
      .flatMap(optionsOf)
      .flatMap(({ flags, choices }) => (choices === undefined ? [] : [[longFlag(flags), choices.join(' ')] as const])),
  );
  const valueCases = [...values].map(
    ([flag, words]) => `    ${flag}) COMPREPLY=($(compgen -W "${words}" -- "$current")); return ;;`,
  );
  return `_quilla() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  case "$previous" in
    -f|--file|--plan|--out|--state|--faults) COMPREPLY=($(compgen -f -- "$current")); return ;;
${valueCases.join('\n')}
  esac
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words="${commands.map(({ name }) => name).join(' ')}" ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words="${commands.map(({ name }) => name).join(' ')}"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _quilla quilla`;
}

function zsh(commands: readonly Command[]): string {
  const verbs = commands.map(({ name, summary }) => `    '${name}:${plain(summary).replaceAll(':', ' -')}'`);
  const cases = commands.map((command) => {
    const options = optionsOf(command).map(({ flags, summary, choices }) => {
      const value = !flags.includes('<')
        ? ''
        : choices !== undefined
          ? `:value:(${choices.join(' ')})`
          : /file|plan|out|state|faults/.test(flags)
            ? ':file:_files'
            : ':value:';
      return `'${longFlag(flags)}[${plain(summary).replaceAll(/[[\]:]/g, ' ')}]${value}'`;
    });
    const args = choicesOf(command).length > 0 ? [`'1:what:(${choicesOf(command).join(' ')})'`] : [];
    return `    ${command.name}) _arguments ${[...args, ...options].join(' ')} ;;`;
  });
  return `#compdef quilla
_quilla() {
  local -a verbs
  verbs=(
${verbs.join('\n')}
  )
  if (( CURRENT == 2 )); then _describe 'command' verbs; return; fi
  local verb=$words[2]
  shift words; (( CURRENT-- ))
  case $verb in
${cases.join('\n')}
  esac
}
compdef _quilla quilla`;
}

function fish(commands: readonly Command[]): string {
  const verbs = commands.map(
    ({ name, summary }) => `complete -c quilla -n __fish_use_subcommand -f -a ${name} -d '${plain(summary)}'`,
  );
  const options = commands.flatMap((command) => {
    const when = `-n '__fish_seen_subcommand_from ${command.name}'`;
    const flags = optionsOf(command).map(({ flags: text, summary, choices }) => {
      const short = shortFlag(text);
      const value = text.includes('<') ? ` -r${choices === undefined ? '' : ` -f -a '${choices.join(' ')}'`}` : '';
      return `complete -c quilla ${when} -l ${longFlag(text).slice(2)}${short === undefined ? '' : ` -s ${short}`}${value} -d '${plain(summary)}'`;
    });
    const choices = choicesOf(command);
    return choices.length === 0 ? flags : [...flags, `complete -c quilla ${when} -f -a '${choices.join(' ')}'`];
  });
  return [...verbs, ...options].join('\n');
}

const scripts = { bash, zsh, fish } as const;

/** The completion script of a shell, made from the declarations of the verbs. */
export const completionScript = (shell: keyof typeof scripts, commands: readonly Command[]): string =>
  scripts[shell](commands);
