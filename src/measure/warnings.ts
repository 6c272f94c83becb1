import { WINDOW_REGIONS } from '../machine/memory.js';
import { isParameterName, isPlausible, PARAMETERS, type ParameterName } from '../machine/parameters.js';
import type { WindowName } from '../machine/window.js';
import type { ChangeRow, ResultRow } from '../run-document/columns.js';
import type { RecordedMachine, RecordedParameter, RunTables, Warning } from '../run-document/run-document.js';
import { stateText } from '../run-document/state-text.js';
import { STRATEGIES } from '../sweep/strategies.js';
import type { Strategy } from '../sweep/strategy.js';
import { formatBytes, GIB_BYTES } from '../units.js';

/** What the command line chose of costs. */
interface CostChoice {
  /** The parameters set or varied. */
  readonly parameters: readonly ParameterName[];
  readonly isJittered: boolean;
}

/** What a reader of the results should know, each thing once. */
export function runWarnings(
  machines: readonly RecordedMachine[],
  { parameters: setByUser, isJittered }: CostChoice,
  { results, changes }: Pick<RunTables, 'results' | 'changes'>,
): Warning[] {
  const strategies = [...new Set(results.map(({ strategy }) => strategy))];
  return eachOnce([
    ...machines.flatMap(memoryAboveWindow),
    ...outsidePlausibleRange(machines.flatMap(({ parameters }) => parameters)),
    ...withoutEffect(setByUser, strategies, { jitter: isJittered ? null : `${IN_SWEEPS} without --jitter` }),
    ...nothingOptimized(results, changes),
    ...strainedHypotheses(machines),
  ]);
}

/** What decides whether a cost plays a part where guests come and go. */
interface ChurnChoice {
  /** The parameters set. */
  readonly parameters: readonly ParameterName[];
  readonly strategy: string;
  readonly windows: readonly WindowName[];
  /** Whether the command line has said how long a sweep waits, whatever the machine says. */
  readonly isDelayGiven: boolean;
}

/** What a reader of an account of guests that come and go should know, each thing once. */
export function churnWarnings(
  machines: readonly RecordedMachine[],
  { parameters: setByUser, strategy, windows, isDelayGiven }: ChurnChoice,
): Warning[] {
  const isAllLow = windows.every((window) => window === 'low');
  return eachOnce([
    ...(isAllLow ? machines.flatMap(memoryAboveWindow) : []),
    ...outsidePlausibleRange(machines.flatMap(({ parameters }) => parameters)),
    ...withoutEffect(setByUser, [strategy], {
      conversion: null,
      churn: isDelayGiven ? 'beside --delay' : null,
    }),
    ...strainedHypotheses(machines),
  ]);
}

function strainedHypotheses(machines: readonly RecordedMachine[]): Warning[] {
  return machines.flatMap(({ hypothesis, file, strained }): Warning[] =>
    strained.length === 0
      ? []
      : [
          {
            kind: 'strained-hypothesis',
            message: `hypothesis ${hypothesis} of ${file} does not fit its figures well: ${strained.join('; ')}`,
          },
        ],
  );
}

function eachOnce(warnings: readonly Warning[]): Warning[] {
  return [...new Map(warnings.map((warning) => [warning.message, warning])).values()];
}

const STATES_NAMED = 6;

/** Sweeps without a single success are worth a word, unless it is the scenario that makes pages of every region private. */
function nothingOptimized(results: readonly ResultRow[], changes: readonly ChangeRow[]): Warning[] {
  const isAskedFor = new Set(
    changes.filter(({ event }) => event === 'assign').map(({ scenario }) => scenario),
  );
  const totals = results.filter(
    ({ phase, issued, scenario }) => phase === 'total' && issued > 0 && !isAskedFor.has(scenario),
  );
  const names = new Map<string, { failed: number; all: number }>();
  for (const { scenario, state, optimized } of totals) {
    const name = stateText(scenario, state);
    const { failed, all } = names.get(name) ?? { failed: 0, all: 0 };
    names.set(name, { failed: failed + (optimized === 0 ? 1 : 0), all: all + 1 });
  }
  const states = [...names].flatMap(([name, { failed, all }]) => {
    if (failed === 0) return [];
    return [failed === all ? name : `${name} (${failed} of ${all} sweeps)`];
  });
  if (states.length === 0) return [];
  const left = states.length - STATES_NAMED;
  const named = `${states.slice(0, STATES_NAMED).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
  return [
    {
      kind: 'nothing-optimized',
      message: `no region could be optimized in ${named}: each holds private memory`,
    },
  ];
}

function memoryAboveWindow({ memoryBytes }: RecordedMachine): Warning[] {
  const tailBytes = memoryBytes - WINDOW_REGIONS * GIB_BYTES;
  if (tailBytes <= 0) return [];
  const message = `RMPOPT covers 2 TiB: the upper ${formatBytes(tailBytes)} of ${formatBytes(memoryBytes)} are never optimized and not part of any sweep`;
  return [{ kind: 'memory-above-window', message }];
}

/** Each parameter once, whatever the number of its values. */
function outsidePlausibleRange(parameters: readonly RecordedParameter[]): Warning[] {
  const outside = parameters.filter(
    (parameter) => isParameterName(parameter.name) && !isPlausible({ ...parameter, name: parameter.name }),
  );
  const names = [...new Set(outside.map(({ name }) => name))];
  return names.flatMap((name) => {
    const own = outside.filter((parameter) => parameter.name === name);
    const values = [...new Set(own.map(({ value }) => Number(value)))].sort((a, b) => a - b);
    const [first] = own;
    const told =
      values.length === 1 ? `${values[0]}` : `${values[0]} to ${values.at(-1)} (${values.length} values)`;
    const message = `${name}=${told} is outside what is plausible for this machine, ${first?.low} to ${first?.high}`;
    return [{ kind: 'outside-plausible-range', message }];
  });
}

const IN_SWEEPS = 'in the time of these sweeps';

/**
 * Costs that were set and play no part.
 * @param own what the command has a word on: where costs of that kind change nothing, `null` if they do
 */
function withoutEffect(
  setByUser: readonly ParameterName[],
  strategies: readonly string[],
  own: Partial<Record<AffectedTime, string | null>>,
): Warning[] {
  const changeNothing: Record<AffectedTime, string | null> = {
    sweep: null,
    overlap: strategies.some(doRegionsOverlap) ? null : IN_SWEEPS,
    ...{ conversion: IN_SWEEPS, jitter: IN_SWEEPS, churn: IN_SWEEPS },
    ...own,
  };
  return setByUser.flatMap((name) => {
    const where = changeNothing[PARAMETERS[name].affects];
    return where === null ? [] : [{ kind: 'without-effect', message: `${name} changes nothing ${where}` }];
  });
}

type AffectedTime = (typeof PARAMETERS)[ParameterName]['affects'];

function doRegionsOverlap(strategy: string): boolean {
  const strategies: Readonly<Record<string, Strategy>> = STRATEGIES;
  return strategies[strategy]?.treatsRegionsAlone === false;
}
