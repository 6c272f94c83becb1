import { WINDOW_REGIONS } from '../machine/memory.js';
import { isPlausible, PARAMETERS, type ResolvedParameter } from '../machine/parameters.js';
import type { RecordedMachine, Warning } from '../run-document/run-document.js';
import { formatBytes, GIB_BYTES } from '../units.js';

/**
 * What a reader of the results should know about the machines they came from, each thing once.
 * @param setByUser the parameters given on the command line
 */
export function machineWarnings(
  machines: readonly RecordedMachine[],
  setByUser: readonly ResolvedParameter[],
): Warning[] {
  const memorySizes = [...new Set(machines.map(({ memoryBytes }) => memoryBytes))];
  return [
    ...memorySizes.filter((bytes) => bytes > WINDOW_REGIONS * GIB_BYTES).map(memoryAboveWindow),
    ...setByUser.filter((parameter) => !isPlausible(parameter)).map(outsidePlausibleRange),
    ...setByUser.flatMap(withoutEffect),
  ];
}

function memoryAboveWindow(memoryBytes: number): Warning {
  const tail = formatBytes(memoryBytes - WINDOW_REGIONS * GIB_BYTES);
  return {
    kind: 'memory-above-window',
    message: `RMPOPT covers 2 TiB: the upper ${tail} of ${formatBytes(memoryBytes)} are never optimized and not part of any sweep`,
  };
}

function outsidePlausibleRange({ name, value, low, high }: ResolvedParameter): Warning {
  return {
    kind: 'outside-plausible-range',
    message: `${name}=${value} is outside what is plausible for this machine, ${low} to ${high}`,
  };
}

function withoutEffect({ name }: ResolvedParameter): Warning[] {
  const { affects } = PARAMETERS[name];
  if (affects === 'sweep') return [];
  return [{ kind: 'without-effect', message: `${name} changes nothing in the time of a sweep` }];
}
