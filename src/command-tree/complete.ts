import type { CommandTree, DescribedCommand, DescribedOption, Takes, Word } from './command-tree.js';

/** What may stand in place of the last word of a command line. */
export interface Completion {
  readonly words: readonly Word[];
  /** Extensions of the files that may stand there, too; none: of any. `null`: no files. */
  readonly extensions: readonly string[] | null;
}

const NOTHING: Completion = { words: [], extensions: null };

/** @param words the command line without the program; the last one is completed, and may be empty */
export function complete(tree: CommandTree, words: readonly string[]): Completion {
  const [first = ''] = words;
  const isFirst = words.length <= 1;
  const named = isFirst ? undefined : tree.commands.find(({ name }) => name === first);
  const command = named ?? tree.defaultCommand;
  const current = words.at(-1) ?? '';
  const { option, operands, isEnded } = read(command, words.slice(named === undefined ? 0 : 1, -1));
  if (option !== null) return value(option.takes, current, '');
  if (isEnded || !current.startsWith('-')) {
    const operand = argument(command, operands, current);
    return isFirst ? { ...operand, words: [...operand.words, ...tree.commands.map(commandWord)] } : operand;
  }
  const [, flag, rest = ''] = /^(--[^=]*)=(.*)$/s.exec(current) ?? [];
  if (flag !== undefined) return value(optionOf(command, flag)?.takes ?? null, rest, `${flag}=`);
  const options = isFirst ? [...command.options, ...tree.options] : command.options;
  return { words: options.flatMap(optionWords), extensions: null };
}

interface WordsBefore {
  /** That of which the value is completed. */
  readonly option: DescribedOption | null;
  readonly operands: number;
  /** Whether -- has ended the options. */
  readonly isEnded: boolean;
}

function read(command: DescribedCommand, words: readonly string[]): WordsBefore {
  let option: DescribedOption | null = null;
  let operands = 0;
  let isEnded = false;
  for (const word of words) {
    if (option !== null) option = null;
    else if (isEnded || !word.startsWith('-')) operands++;
    else if (word === '--') isEnded = true;
    else {
      const known = optionOf(command, word);
      option = known === undefined || known.takes === null ? null : known;
    }
  }
  return { option, operands, isEnded };
}

function optionOf({ options }: DescribedCommand, flag: string): DescribedOption | undefined {
  return options.find(({ flags }) => flags.includes(flag));
}

function optionWords({ flags, says }: DescribedOption): Word[] {
  return flags.map((word) => ({ word, says }));
}

function commandWord({ name, summary }: DescribedCommand): Word {
  return { word: name, says: summary };
}

function argument({ arguments: all }: DescribedCommand, operands: number, current: string): Completion {
  const last = all.at(-1);
  const own = all[operands] ?? (last?.isVariadic === true ? last : undefined);
  return value(own?.takes ?? null, current, '');
}

/**
 * @param text what stands there of the value
 * @param before what stands before the value, as part of the same word
 */
function value(takes: Takes | null, text: string, before: string): Completion {
  switch (takes?.kind) {
    case 'words': {
      const head = before + (takes.isList ? upToLast(',', text) : '');
      const { extensions } = takes;
      return { words: takes.words.map(after(head)), extensions: extensions.length === 0 ? null : extensions };
    }
    case 'assignments':
      return { words: assignments(takes, text).map(after(before)), extensions: null };
    case 'files':
      return { words: [], extensions: takes.extensions };
    default:
      return NOTHING;
  }
}

function assignments(
  { names, afterComma }: Extract<Takes, { kind: 'assignments' }>,
  text: string,
): readonly Word[] {
  const head = afterComma === 'assignment' ? upToLast(',', text) : '';
  const [name, assigned] = text.slice(head.length).split(/=(.*)/s);
  if (assigned === undefined) return names.map(({ word, says }) => ({ word: `${head}${word}=`, says }));
  const values = names.find(({ word }) => word === name)?.values ?? [];
  const others = afterComma === 'value' ? upToLast(',', assigned) : '';
  return values.map((word) => ({ word: `${head}${name}=${others}${word}`, says: '' }));
}

function upToLast(mark: string, text: string): string {
  return text.slice(0, text.lastIndexOf(mark) + 1);
}

function after(head: string) {
  return ({ word, says }: Word): Word => ({ word: head + word, says });
}

/** Words as a line of bash has them, which cuts before and behind every =. */
export function gluedAtEquals(words: readonly string[]): string[] {
  const glued: string[] = [];
  for (const [i, word] of words.entries()) {
    const isPart = i > 0 && (word === '=' || words[i - 1] === '=');
    glued.push(isPart ? `${glued.pop()}${word}` : word);
  }
  return glued;
}
