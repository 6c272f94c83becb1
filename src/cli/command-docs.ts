import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandTree } from '../command-tree/command-tree.js';
import { renderManPage } from '../command-tree/man-page.js';
import { renderReference } from '../command-tree/reference.js';
import { EXIT, EXIT_MEANINGS } from '../exit-codes.js';
import { Files } from '../files/files.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { describeTree } from './describe-tree.js';
import { EXAMPLES, VALUE_RULES } from './help-screen.js';
import { readOptionValues } from './option-values.js';
import { createProgram } from './program.js';
import { FILE_SCHEMA_NAMES, schemaText } from './schema-action.js';

/** A file of the documentation; its path counts from the folder of the package. */
export interface CommandDocument {
  readonly path: string;
  readonly content: string;
}

/** The documentation that is made from the commands and schemas: nothing here is specific to one of them. */
export async function commandDocs(packageFolder: string): Promise<CommandDocument[]> {
  const tree = await commandTree(packageFolder);
  const exitCodes = (Object.keys(EXIT) as (keyof typeof EXIT)[]).map((exit) => {
    return { code: EXIT[exit], says: EXIT_MEANINGS[exit] };
  });
  const page = {
    tree,
    examples: EXAMPLES.map(([line, says]) => `rmpopt-bench ${line.padEnd(46)} ${says}`),
    exitCodes,
    valueRules: VALUE_RULES,
  };
  return [
    { path: 'docs/cli.md', content: renderReference(page) },
    { path: `man/${tree.name}.1`, content: renderManPage(page) },
    ...FILE_SCHEMA_NAMES.map((name) => {
      return { path: `scenarios/schemas/${name}.json`, content: schemaText(name) };
    }),
  ];
}

/** The commands that there are, with what they take. */
export async function commandTree(packageFolder: string): Promise<CommandTree> {
  const { name, version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const values = await readOptionValues({ packageFolder, files: new Files() });
  const program = createProgram(silentContext({ name, version }, packageFolder), () => {});
  return describeTree(program, version, DEFAULTS.command, values);
}

/** The commands are looked at, not run. */
function silentContext(tool: CommandContext['tool'], packageFolder: string): CommandContext {
  return {
    ...{ tool, packageFolder, argv: [] },
    files: new Files(),
    writeStdout: async () => true,
    writeStderr: () => {},
    terminal: () => null,
    cores: () => 1,
    startThread: null,
    onInterrupt: () => () => {},
    stdoutColors: () => 0,
    stdoutColumns: null,
    isUtf8: false,
  };
}
