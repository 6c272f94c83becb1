// Whether nine in ten new measurements fall inside the ranges of a calibration: truths are drawn from the prior of a hypothesis,
// figures like the published ones are made up under each, and the hypothesis is fitted to them. One truth is one process.
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { printTable } from './support/print.js';
import { loadSimulator, withSimulator } from './support/simulator.js';

const FIT_TRUTH = resolve(import.meta.dirname, 'support/fit-truth.js');
const OPTIONS = {
  seed: { type: 'string', default: '1' },
  truths: { type: 'string', default: '10' },
  hypothesis: { type: 'string', multiple: true },
  sigma: { type: 'string', default: 'prior' },
  steps: { type: 'string', default: '12000' },
};
const COUNT_MAX = 1_000_000;

/** By noise of a sweep in percent, the least share inside. It leans, for a fit knows no more of the noise than its prior. */
const LEAST_PCT = { 3: 85, 5: 85, 10: 82 };
/** All others: nine in ten, as far as so few truths tell. */
const NINE_IN_TEN_PCT = [86, 94];

export const title =
  'Ranges that hold nine in ten measurements (--seed N, --truths N of each, --hypothesis NAMES, --sigma prior,3,5,10, --steps N)';
export const takesOptions = true;

export async function run(args) {
  const { catalogue, drawBits } = await loadSimulator();
  const known = Object.keys(catalogue.machine('posted-2p').hypotheses);
  const choice = readChoice(args, known);
  if (choice === null) return;
  const { levels, hypotheses, steps } = choice;
  const truths = levels.flatMap((sigmaPct) =>
    hypotheses.flatMap((hypothesis) =>
      Array.from({ length: choice.truths }, (_, i) => {
        // The same truth whatever else is asked for.
        const key = [sigmaPct ?? 0, known.indexOf(hypothesis), i];
        return { hypothesis, sigmaPct, steps, seed: drawBits(choice.seed, 'plausibleSets', ...key) };
      }),
    ),
  );
  const startMs = performance.now();
  const fits = await withSimulator((file) => fitAll(file, truths));
  printFits(fits);
  console.log();
  printSweeps(fits);
  const minutes = ((performance.now() - startMs) / 60_000).toFixed(1);
  const cpuS = Math.round(meanOf(fits.map((one) => one.cpuS)));
  console.log(
    `\n${fits.length} truths in ${minutes} minutes, ${cpuS} s of a CPU each; walks of ${steps} steps`,
  );
}

/** `null`, said to the user, where it cannot be read. */
function readChoice(args, known) {
  try {
    const { values } = parseArgs({ args, options: OPTIONS });
    const hypotheses = values.hypothesis?.flatMap((names) => names.split(',')) ?? known;
    const unknown = hypotheses.filter((name) => !known.includes(name));
    if (unknown.length > 0)
      throw new TypeError(`--hypothesis: expected ${known.join(', ')}, found ${unknown.join(', ')}`);
    return {
      hypotheses,
      seed: readNumber('--seed', values.seed, 0),
      truths: readNumber('--truths', values.truths, 1),
      steps: readNumber('--steps', values.steps, 100),
      levels: values.sigma
        .split(',')
        .map((level) => (level === 'prior' ? null : readNumber('--sigma', level, 1))),
    };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`error: ${error.message}`);
    process.exitCode = 2;
    return null;
  }
}

function readNumber(option, text, least) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= COUNT_MAX) return value;
  throw new TypeError(`${option}: expected a whole number from ${least} to ${COUNT_MAX}, found ${text}`);
}

/** Fits as many at a time as there are cores. */
async function fitAll(file, truths) {
  const fits = [];
  let next = 0;
  const fitSome = async () => {
    while (next < truths.length) {
      const number = next++;
      const truth = truths[number];
      const { stdout } = await promisify(execFile)(process.execPath, [
        FIT_TRUTH,
        file,
        JSON.stringify(truth),
      ]);
      fits[number] = { ...truth, ...JSON.parse(stdout) };
      console.error(`${fits.filter(Boolean).length} of ${truths.length} truths`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, fitSome));
  return fits;
}

/** By noise and hypothesis, with the median width, and the worst agreement of walks. Truths whose walks disagree are no fits, and stand in a column of their own. */
function printFits(fits) {
  const levels = [...new Set(fits.map(({ sigmaPct }) => sigmaPct))];
  const hypotheses = [...new Set(fits.map(({ hypothesis }) => hypothesis))];
  const rows = levels.flatMap((level) => {
    const own = fits.filter(({ sigmaPct }) => sigmaPct === level);
    const name = level === null ? 'noise from its prior' : `noise of ${level} %`;
    return [
      ...hypotheses.map((hypothesis) =>
        fitsRow(
          `${name}, ${hypothesis}`,
          own.filter((one) => one.hypothesis === hypothesis),
          'least 75 %',
        ),
      ),
      fitsRow(name, own, level in LEAST_PCT ? `least ${LEAST_PCT[level]} %` : ''),
    ];
  });
  rows.push(fitsRow('altogether', fits, `${NINE_IN_TEN_PCT.join(' to ')} %`));
  printTable(
    [
      'of what was not measured',
      ...['truths', 'refused', 'measurements', 'inside', '+-', 'with refused', 'goal'],
      ...['high/low', 'effective draws', 'R-hat'],
    ],
    rows,
  );
}

function fitsRow(name, fits, goal) {
  const fitted = fits.filter(({ isRefused }) => !isRefused);
  const shares = (some) => some.map(({ measurements }) => shareInside(unmeasured(measurements)));
  const ratios = fitted.flatMap(({ measurements }) => unmeasured(measurements).map(highOverLow));
  return [
    name,
    String(fits.length),
    String(fits.length - fitted.length),
    String(ratios.length),
    percent(meanOf(shares(fitted))),
    percent(errorOf(shares(fitted))),
    percent(meanOf(shares(fits))),
    goal,
    ratios.length === 0 ? '-' : median(ratios).toFixed(2),
    Math.min(...fits.map(({ effectiveSize }) => effectiveSize)).toFixed(0),
    Math.max(...fits.map(({ rHat }) => rHat)).toFixed(3),
  ];
}

/** By sweep and phase, measured ones included: where a range is wrong if one is. */
function printSweeps(fits) {
  const all = fits.filter(({ isRefused }) => !isRefused).flatMap(({ measurements }) => measurements);
  const nameOf = ({ name, phase, isMeasured }) => `${name}, ${phase}${isMeasured ? ' (measured)' : ''}`;
  const rows = [...new Set(all.map(nameOf))].map((name) => {
    const own = all.filter((one) => nameOf(one) === name);
    const below = own.filter(({ measuredNs, lowNs }) => measuredNs < lowNs).length / own.length;
    const above = own.filter(({ measuredNs, highNs }) => measuredNs > highNs).length / own.length;
    return [name, ...[shareInside(own), below, above].map(percent), median(own.map(highOverLow)).toFixed(2)];
  });
  printTable(['', 'inside', 'below', 'above', 'median high/low'], rows);
}

function unmeasured(measurements) {
  return measurements.filter(({ isMeasured }) => !isMeasured);
}

function shareInside(measurements) {
  const inside = measurements.filter(
    ({ measuredNs, lowNs, highNs }) => measuredNs >= lowNs && measuredNs <= highNs,
  );
  return inside.length / measurements.length;
}

function highOverLow({ lowNs, highNs }) {
  return highNs / lowNs;
}

function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Measurements of one truth go together, so truths are what is counted. */
function errorOf(shares) {
  const mean = meanOf(shares);
  const squares = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0);
  return Math.sqrt(squares / (shares.length - 1) / shares.length);
}

function percent(share) {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : '-';
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
