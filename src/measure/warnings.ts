import { WINDOW_REGIONS } from '../machine/memory.js';
import { isPlausible, PARAMETERS, type ResolvedParameter } from '../machine/parameters.js';
import type { ResultRow } from '../run-document/columns.js';
import type { RecordedMachine, Warning } from '../run-document/run-document.js';
import { formatBytes, GIB_BYTES } from '../units.js';

/**
 * What a reader of the results should know, each thing once.
 * @param setByUser the parameters given on the command line
 */
export function runWarnings(
  machines: readonly RecordedMachine[],
  setByUser: readonly ResolvedParameter[],
  results: readonly ResultRow[],
): Warning[] {
  const memorySizes = [...new Set(machines.map(({ memoryBytes }) => memoryBytes))];
  return [
    ...memorySizes.filter((bytes) => bytes > WINDOW_REGIONS * GIB_BYTES).map(memoryAboveWindow),
    ...setByUser.filter((parameter) => !isPlausible(parameter)).map(outsidePlausibleRange),
    ...setByUser.flatMap(withoutEffect),
    ...nothingOptimized(results),
  ];
}

/** A sweep without a single success is worth a word: it costs time and gains nothing, whatever the scenario meant to show. */
function nothingOptimized(results: readonly ResultRow[]): Warning[] {
  const states = results
    .filter(({ phase, optimized }) => phase === 'total' && optimized === 0)
    .map(({ scenario, measure }) => (scenario === measure ? scenario : `${scenario}: ${measure}`));
  if (states.length === 0) return [];
  const names = [...new Set(states)].join(', ');
  return [
    {
      kind: 'nothing-optimized',
      message: `no region could be optimized in ${names}: each one swept holds an assigned page`,
    },
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
