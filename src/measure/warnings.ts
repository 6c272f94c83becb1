import { WINDOW_REGIONS } from '../machine/memory.js';
import {
  isParameterName,
  isPlausible,
  PARAMETERS,
  type ParameterName,
  type ParameterValue,
} from '../machine/parameters.js';
import type { ResultRow } from '../run-document/columns.js';
import type { RecordedMachine, RecordedParameter, Warning } from '../run-document/run-document.js';
import { STRATEGIES } from '../sweep/strategies.js';
import type { Strategy } from '../sweep/strategy.js';
import { formatBytes, GIB_BYTES } from '../units.js';

/**
 * What a reader of the results should know, each thing once.
 * @param setByUser the parameters given on the command line
 */
export function runWarnings(
  machines: readonly RecordedMachine[],
  setByUser: ReadonlyMap<ParameterName, ParameterValue>,
  results: readonly ResultRow[],
): Warning[] {
  const warnings = [
    ...machines.flatMap(memoryAboveWindow),
    ...machines.flatMap(({ parameters }) => parameters.flatMap(outsidePlausibleRange)),
    ...[...setByUser.keys()].flatMap((name) => withoutEffect(name, results)),
    ...nothingOptimized(results),
  ];
  return [...new Map(warnings.map((warning) => [warning.message, warning])).values()];
}

const STATES_NAMED = 6;

/** A sweep without a single success is worth a word: it costs time and gains nothing, whatever the scenario meant to show. */
function nothingOptimized(results: readonly ResultRow[]): Warning[] {
  const states = results
    .filter(({ phase, optimized }) => phase === 'total' && optimized === 0)
    .map(({ scenario, measure }) => (scenario === measure ? scenario : `${scenario}: ${measure}`));
  if (states.length === 0) return [];
  const distinct = [...new Set(states)];
  const left = distinct.length - STATES_NAMED;
  const names = `${distinct.slice(0, STATES_NAMED).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
  return [
    {
      kind: 'nothing-optimized',
      message: `no region could be optimized in ${names}: each one swept holds an assigned page`,
    },
  ];
}

function memoryAboveWindow({ memoryBytes }: RecordedMachine): Warning[] {
  const tailBytes = memoryBytes - WINDOW_REGIONS * GIB_BYTES;
  if (tailBytes <= 0) return [];
  const message = `RMPOPT covers 2 TiB: the upper ${formatBytes(tailBytes)} of ${formatBytes(memoryBytes)} are never optimized and not part of any sweep`;
  return [{ kind: 'memory-above-window', message }];
}

function outsidePlausibleRange(parameter: RecordedParameter): Warning[] {
  const { name, value, low, high } = parameter;
  if (!isParameterName(name) || isPlausible({ ...parameter, name })) return [];
  const message = `${name}=${value} is outside what is plausible for this machine, ${low} to ${high}`;
  return [{ kind: 'outside-plausible-range', message }];
}

function withoutEffect(name: ParameterName, results: readonly ResultRow[]): Warning[] {
  const { affects } = PARAMETERS[name];
  const strategies: Readonly<Record<string, Strategy>> = STRATEGIES;
  const doRegionsOverlap = results.some(({ strategy }) => strategies[strategy]?.treatsRegionsAlone === false);
  if (affects === 'sweep' || (affects === 'overlap' && doRegionsOverlap)) return [];
  return [{ kind: 'without-effect', message: `${name} changes nothing in the time of these sweeps` }];
}
