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
