import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import type {
  CommandTree,
  DescribedArgument,
  DescribedCommand,
  DescribedOption,
  Takes,
} from '../command-tree/command-tree.js';
import { collect } from './choices.js';
import type { OptionValues } from './option-values.js';

/**
 * The commands of a program as data.
 * @param defaultName the command that is meant where none is named
 */
export function describeTree(
  program: CommandUnknownOpts,
  version: string,
  defaultName: string,
  values: OptionValues,
): CommandTree {
  const own = program.createHelp().visibleCommands(program);
  const names = own.map((command) => ({ word: command.name(), says: summaryOf(command) }));
  const known: OptionValues = {
    ...values,
    // The command `help` takes the name of another one.
    arguments: {
      command: { kind: 'words', words: names, isList: false, extensions: [] },
      ...values.arguments,
    },
  };
  const commands = own.map((command) => describeCommand(command, program, known));
  const defaultCommand = commands.find(({ name }) => name === defaultName);
  if (defaultCommand === undefined) throw new Error(`there is no command ${defaultName}`);
  return {
    name: program.name(),
    version,
    says: program.description(),
    usage: program.usage(),
    options: describeOptions(program, known),
    commands,
    defaultCommand,
  };
}

function describeCommand(
  command: CommandUnknownOpts,
  program: CommandUnknownOpts,
  values: OptionValues,
): DescribedCommand {
  return {
    name: command.name(),
    says: command.description(),
    summary: summaryOf(command),
    usage: `${program.name()} ${command.name()} ${command.usage()}`,
    arguments: command.registeredArguments.map((argument) => describeArgument(argument, values)),
    options: describeOptions(command, values),
  };
}

function summaryOf(command: CommandUnknownOpts): string {
  return command.summary() === '' ? command.description() : command.summary();
}

function describeArgument(argument: Argument, values: OptionValues): DescribedArgument {
  const name = argument.name();
  const takes = choicesOf(argument) ?? values.arguments[name];
  if (takes === undefined) throw unknownValues(`argument ${name}`);
  const inner = argument.variadic ? `${name}...` : name;
  return {
    name,
    says: argument.description === '' ? name : argument.description,
    term: argument.required ? `<${inner}>` : `[${inner}]`,
    isVariadic: argument.variadic,
    takes,
  };
}

function describeOptions(command: CommandUnknownOpts, values: OptionValues): DescribedOption[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map((option) => ({
      flags: [option.long, option.short].filter((flag) => flag !== undefined && flag !== null),
      says: option.description,
      term: option.flags,
      isRepeatable: option.variadic || option.parseArg === collect,
      takes: option.required || option.optional ? takesOf(option, values) : null,
    }));
}

function takesOf(option: Option, { options, placeholders }: OptionValues): Takes {
  const [, placeholder = ''] = /[<[]([^>\]]+?)(?:\.{3})?[>\]]/.exec(option.flags) ?? [];
  const takes = choicesOf(option) ?? options[option.long ?? ''] ?? placeholders[placeholder];
  if (takes === undefined) throw unknownValues(`option ${option.flags}`);
  return takes.kind === 'words' ? { ...takes, isList: placeholder === 'list' } : takes;
}

function choicesOf({ argChoices }: Option | Argument): Takes | null {
  if (argChoices === undefined) return null;
  const words = argChoices.map((word) => ({ word, says: '' }));
  return { kind: 'words', words, isList: false, extensions: [] };
}

/** A fault of the program: a test has it found. */
function unknownValues(what: string): Error {
  return new Error(`what ${what} takes is not said in option-values.ts, nor does its placeholder tell`);
}
