import { describeFound, InputError } from '../errors.js';
import { isPath, namesIn, shippedFolders } from '../scenario/shipped.js';
import { listChoices, suggest } from '../scenario/suggest.js';
import type { CommandContext } from './context.js';

/**
 * Tells a misspelt command from a scenario, before its options are found to be none of run.
 * @throws InputError where the first word is nearer to a command than to a scenario
 */
export function checkFirstWord(
  commands: readonly string[],
  { argv: [word = ''], packageFolder }: Pick<CommandContext, 'argv' | 'packageFolder'>,
): void {
  if (word.startsWith('-') || isPath(word)) return;
  const { scenarios, churn } = shippedFolders(packageFolder);
  const states = [...namesIn(scenarios), ...namesIn(churn)];
  const hint = suggest(word, [...states, ...commands]);
  const isOfCommand = hint !== undefined && commands.some((name) => suggest(word, [name]) === hint);
  if (states.includes(word) || !isOfCommand) return;
  const expected = `${listChoices(commands)}, or a scenario`;
  throw new InputError([{ where: 'command', expected, found: describeFound(word), hint }]);
}

/**
 * Has help asked for one command that there is.
 * @param asked what stands behind help
 * @throws InputError
 */
export function checkHelped(commands: readonly string[], asked: readonly string[]): void {
  const [word, more] = asked.filter((argument) => !argument.startsWith('-'));
  if (word !== undefined && !commands.includes(word)) {
    const hint = suggest(word, commands);
    throw new InputError([
      { where: 'help', expected: listChoices(commands), found: describeFound(word), hint },
    ]);
  }
  if (more === undefined) return;
  throw new InputError([{ where: 'help', expected: 'one command', found: `${describeFound(more)}, too` }]);
}
