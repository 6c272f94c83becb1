import { join } from 'node:path';
import { InputError, ProblemList } from '../errors.js';
import { outputOfProgram } from '../files/program-output.js';
import { describeHost } from '../host/host-machine.js';
import { MACHINE_ACTION_NAMES, oneOf } from './choices.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { readInputFile } from './input-file.js';
import { writeOutput } from './output.js';

interface MachineOptions {
  readonly sysfs?: string | undefined;
  readonly lsmem?: string | undefined;
  readonly output?: string | undefined;
}

/** A file of sysfs has a page at most. */
const SYSFS_MAX_BYTES = 65_536;

/** What tar puts behind files of sysfs, which are shorter than they say. */
const PADDING = /\0+$/;

/** Writes a machine file of a host, and says on stderr what could not be seen of it. */
export async function initMachine(
  action: string,
  { sysfs, lsmem, output }: MachineOptions,
  context: CommandContext,
): Promise<void> {
  const { files } = context;
  const problems = new ProblemList();
  problems.read('machine', action, oneOf(MACHINE_ACTION_NAMES));
  const file = problems.read('--output', output, (path) => files.output('--output', path));
  const saved = problems.read('--lsmem', lsmem, (path) => readInputFile(path, files));
  if (problems.isAny) throw problems.toError();
  // The memory of this host is not that of another.
  const memory = saved ?? (sysfs === undefined ? outputOfProgram('lsmem', ['-J', '-b']) : null);
  const cpuinfo = sysfs === undefined ? readerOf('/proc', context)('cpuinfo') : null;
  const host = { read: readerOf(sysfs ?? '/sys', context), cpuinfo, lsmem: memory };
  const { yaml, notes } = describeHost(DEFAULTS.machine, host);
  for (const note of notes) context.writeStderr(`warning: ${note}\n`);
  await writeOutput({ file, color: false, isVerbose: false }, context, () => yaml);
}

function readerOf(root: string, { files }: CommandContext): (path: string) => string | null {
  return (path) => {
    try {
      return files.read(join(root, path), SYSFS_MAX_BYTES).toString('utf8').replace(PADDING, '');
    } catch (error) {
      if (error instanceof InputError) return null;
      throw error;
    }
  };
}
