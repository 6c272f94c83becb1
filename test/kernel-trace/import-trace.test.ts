import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importTrace, isTrace } from '../../src/kernel-trace/import-trace.js';
import { expectSame } from '../support/same.js';
import { cycles, MADE, madeSweep, madeTrace, tracefsLine } from './made-trace.js';

const LABELS = { scenario: 'empty', state: '', mapping: '', strategy: '', threads: '', memoryBytes: null };

async function* inChunks(text: string, size = text.length): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < text.length; from += size) yield Buffer.from(text.slice(from, from + size));
}

/** What a trace tells, at 1 GHz unless told otherwise: a tick is a nanosecond. */
function read(text: string, tscGhz: number | null = 1, chunkSize?: number, states: string[] | null = null) {
  return importTrace(inChunks(text, chunkSize), { labels: LABELS, states, tscGhz });
}

const sample = (name: string) =>
  readFileSync(fileURLToPath(new URL(`samples/${name}.txt`, import.meta.url)), 'latin1');
const kinds = ({ warnings }: Awaited<ReturnType<typeof read>>) => warnings.map(({ kind }) => kind);

describe('a sweep of which everything is known', () => {
  const rounds = 4;
  const elapsed = MADE.local + rounds * MADE.roundEvery + 59;

  test('comes to the phases, calls, delays and places that were made', async () => {
    const { results, cpus, rounds: steps, arrivals, sweeps } = await read(madeTrace(madeSweep(rounds)));
    expect(sweeps).toBe(1);
    expect(
      results.map(({ phase, elapsedNs, perCpuNs, regions }) => [phase, elapsedNs, perCpuNs, regions]),
    ).toEqual([
      ['local', MADE.local, MADE.local, rounds],
      ['remote', elapsed - MADE.local, Math.round((elapsed - MADE.local) / 3), rounds],
      ['total', elapsed, null, rounds],
    ]);
    const callOf = (cpu: number) => MADE.call + cpu * MADE.callMore;
    expect(
      cpus.map(({ cpu, role, inRmpoptNs, interrupts, longestNs }) => [
        cpu,
        role,
        inRmpoptNs,
        interrupts,
        longestNs,
      ]),
    ).toEqual([0, 4, 6].map((cpu) => [cpu, 'remote', rounds * callOf(cpu), rounds, callOf(cpu)]));
    expect(results[1]).toMatchObject({
      ...{ ipis: 12, fastestCpu: 0, fastestNs: 4 * callOf(0), medianNs: 4 * callOf(4) },
      ...{ slowestCpu: 6, slowestNs: 4 * callOf(6), longestInterruptNs: callOf(6) },
      cpuTimeNs: 4 * (callOf(0) + callOf(4) + callOf(6)),
    });
    const { firstDelay, nextDelay } = MADE;
    expect(
      arrivals.map((row) => [
        row.cpu,
        row.delayMinNs,
        row.delayMaxNs,
        row.positionMean,
        row.firstRounds,
        row.lastRounds,
      ]),
    ).toEqual([
      [0, firstDelay, firstDelay + 2 * nextDelay, 2, 2, 2],
      [4, firstDelay + nextDelay, firstDelay + nextDelay, 2, 0, 0],
      [6, firstDelay, firstDelay + 2 * nextDelay, 2, 2, 2],
    ]);
    expect(steps).toMatchObject([
      {
        ...{ worker: 'rmpopt_work_handler', callback: 'rmpopt_smp', senderCpu: 2, isComplete: 'yes' },
        ...{ rounds, startedRounds: rounds, calls: 12, firstEntryMeanNs: firstDelay },
        lastEntryMeanNs: 2 * nextDelay,
      },
    ]);
  });

  test('is the same whether one call of a round was recorded as queued, or all', async () => {
    const [one, all] = [await read(madeTrace(madeSweep(5))), await read(madeTrace(madeSweep(5, true)))];
    expect({ ...all, observations: [] }).toEqual({ ...one, observations: [] });
  });

  test('is the same wherever the chunks of the file end', async () => {
    const text = madeTrace(madeSweep(3));
    const whole = await read(text);
    for (const size of [1, 7, 64, 1000]) expect(await read(text, 1, size)).toEqual(whole);
  });

  test('has figures of time only where the rate of the clock is known', async () => {
    const text = madeTrace(madeSweep(3));
    const at = (ghz: number | null, head = '') => read(head + text, ghz);
    expect((await at(2)).results.at(-1)?.elapsedNs).toBe(
      Math.round((MADE.local + 3 * MADE.roundEvery + 59) / 2),
    );
    const unknown = await at(null);
    expect(kinds(unknown)).toContain('clock-rate-unknown');
    const times = (row: object) => Object.entries(row).filter(([name]) => name.endsWith('Ns'));
    for (const row of [...unknown.results, ...unknown.cpus, ...unknown.rounds, ...unknown.arrivals]) {
      expect(times(row).map(([, ns]) => ns)).toEqual(times(row).map(() => null));
    }
    expect(unknown.rounds).toMatchObject([{ rounds: 3, calls: 9 }]);
  });

  test('is timed by the clock that the capture put beside the TSC', async () => {
    const events = madeSweep(3);
    const [start, end] = [events[0], events.at(-1)];
    if (start === undefined || end === undefined) throw new Error('a sweep has a start and an end');
    const head = [tracefsLine(start, '10.000000'), tracefsLine(end, '10.000043')].map(
      (line) => `# mono_raw: ${line}`,
    );
    const { results, warnings } = await read(`${head.join('')}${madeTrace(events)}`, null);
    expect(results.at(-1)?.elapsedNs).toBe(43_000);
    expect(warnings[0]).toMatchObject({ kind: 'clock-rate' });
    const oneMissing = await read(`${head[0]}${madeTrace(events)}`, null);
    expect(kinds(oneMissing)).toContain('clock-rate-unknown');
  });
});

test('sweeps are labelled one by one, and a TSC that the kernel does not trust makes their times doubtful', async () => {
  const [first, second] = [madeSweep(2), madeSweep(3)];
  const text = madeTrace([...first, ...second.map((event) => ({ ...event, at: event.at + 1_000_000 }))]);
  const { results, warnings } = await read(`# clocksource: hpet\n${text}`, 1, undefined, ['empty', 'again']);
  expect(results.map(({ state, doubtful }) => [state, doubtful.split(';')[0]])).toEqual([
    ...Array(3).fill(['empty', 'elapsedNs']),
    ...Array(3).fill(['again', 'elapsedNs']),
  ]);
  expect(warnings.map(({ kind }) => kind)).toContain('clock-unstable');
  expect((await read(text)).results.map(({ doubtful }) => doubtful)).toEqual(Array(6).fill(''));
});

describe('real text', () => {
  test.each([
    ['perf', 'perf-us', 'perf-ns', 2],
    ['trace-cmd', 'trace-cmd-us', 'trace-cmd-ns', 2],
  ])(
    'of %s comes to the same in microseconds and nanoseconds, but for rounding',
    async (_, us, ns, sweeps) => {
      const [coarse, fine] = [await read(sample(us)), await read(sample(ns))];
      expect(kinds(coarse)).toContain('clock-coarse');
      expect(kinds(fine)).not.toContain('clock-coarse');
      expect([coarse.sweeps, fine.sweeps, fine.notes]).toEqual([sweeps, sweeps, []]);
      for (const [i, row] of fine.results.entries()) {
        const other = coarse.results[i];
        expect([other?.phase, other?.regions, other?.ipis]).toEqual([row.phase, row.regions, row.ipis]);
        expect(Math.abs((other?.elapsedNs ?? 0) - (row.elapsedNs ?? 0))).toBeLessThan(1000);
      }
      expect(fine.rounds).toMatchObject([
        { run: 1, isComplete: 'yes', rounds: 6, calls: 18 },
        { run: 2, isComplete: 'yes', rounds: 6, calls: 18 },
      ]);
    },
  );

  test('of trace-cmd in cycles, whose stamps stand close to the CPU', async () => {
    const { rounds, results, notes } = await read(sample('trace-cmd-tsc'), 2.499982);
    expect([rounds.length, notes]).toEqual([2, []]);
    expect(rounds).toMatchObject(
      Array(2).fill({ isComplete: 'yes', rounds: 6, startedRounds: 6, calls: 18 }),
    );
    // The stand-in's own accounts of this sweep were 687228 and 915824 cycles.
    expect(results.slice(0, 2).map(({ elapsedNs }) => (elapsedNs ?? 0) > 240_000)).toEqual([true, true]);
  });
});

describe('what is missing', () => {
  const events = madeSweep(4);
  const figuresOf = async (text: string) => {
    const { results, cpus } = await read(text);
    return JSON.stringify([
      results.map(({ elapsedNs }) => elapsedNs),
      cpus.map(({ inRmpoptNs }) => inRmpoptNs),
    ]);
  };

  test.each([
    ['a trace with the start of each round', events],
    ['a trace without', events.filter(({ says }) => !says.startsWith('csd_queue'))],
  ])(
    'makes no figure another one: of %s up to three lost events leave it as it is, or out',
    async (_, events) => {
      const whole = await read(madeTrace(events));
      const lost = fc.uniqueArray(fc.nat(events.length - 1), { minLength: 1, maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(lost, async (indices) => {
          const rest = await read(madeTrace(events.filter((_, i) => !indices.includes(i))));
          const told = (row: object) =>
            Object.entries(row).filter(([name, value]) => value !== null && name !== 'derived');
          const knownRows = rest.results.map((row, i) => {
            const known: Record<string, unknown> = { ...whole.results[i] };
            return told(row).map(([name]) => [name, known[name]]);
          });
          expectSame(rest.results.map(told), knownRows);
          const isKnown = (row: (typeof rest.cpus)[number]) => {
            const known = whole.cpus.find(({ cpu }) => cpu === row.cpu);
            return (
              [null, known?.inRmpoptNs].includes(row.inRmpoptNs) &&
              [null, known?.interrupts].includes(row.interrupts)
            );
          };
          expect(rest.cpus.filter((row) => !isKnown(row))).toEqual([]);
          expect(rest.sweeps === 0 || kinds(rest).includes('sweeps-incomplete')).toBe(true);
        }),
        { numRuns: 300 },
      );
    },
  );

  test('takes nothing from the sweeps before a trace that breaks off', async () => {
    const [first, second] = [madeSweep(2), madeSweep(3)];
    const later = second.map((event) => ({ ...event, at: event.at + 1_000_000 }));
    const text = madeTrace([...first, ...later]);
    const known = await figuresOf(madeTrace(first));
    const from = madeTrace(first).length;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: from, max: text.length - 1 }), async (length) => {
        const { results, cpus } = await read(text.slice(0, length));
        const of = (run: number) => [
          results.filter((row) => row.run === run).map(({ elapsedNs }) => elapsedNs),
          cpus.filter((row) => row.run === run).map(({ inRmpoptNs }) => inRmpoptNs),
        ];
        expect(JSON.stringify(of(1))).toBe(known);
        const total = results.find(({ run, phase }) => run === 2 && phase === 'total');
        const isWhole = text.length - length < 10;
        if (!isWhole) expect(total?.elapsedNs ?? null).toBeNull();
      }),
      { numRuns: 100 },
    );
  });

  test('times are differences of printed stamps, in whatever order lines come, and whichever of them', async () => {
    const lines = sample('trace-cmd-tsc').split('\n');
    const stamps = lines.flatMap((line) => /\](\d+): /.exec(line)?.[1] ?? []).map(Number);
    const differences = new Set(stamps.flatMap((a) => stamps.map((b) => a - b)));
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(lines), async (some) => {
        const { results, arrivals } = await read(some.join('\n'));
        for (const { elapsedNs } of results) if (elapsedNs !== null) expect(differences).toContain(elapsedNs);
        for (const { delayMinNs, delayMaxNs } of arrivals) {
          for (const ns of [delayMinNs, delayMaxNs]) if (ns !== null) expect(differences).toContain(ns);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('times are differences of printed stamps, whatever digits were garbled', async () => {
    const text = madeTrace(events);
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.nat(9), async (at, digit) => {
        const garbled =
          text.slice(0, at) + (/\d/.test(text[at] ?? '') ? digit : text[at]) + text.slice(at + 1);
        const stamps = [...garbled.matchAll(/ (\d+): /g)].map(([, stamp = '']) => BigInt(stamp));
        const differences = new Set(stamps.flatMap((a) => stamps.map((b) => Number(a - b))));
        const { results, arrivals } = await read(garbled);
        for (const { elapsedNs } of results) if (elapsedNs !== null) expect(differences).toContain(elapsedNs);
        for (const { delayMinNs, delayMedianNs, delayMaxNs } of arrivals) {
          for (const ns of [delayMinNs, delayMedianNs, delayMaxNs])
            if (ns !== null) expect(differences).toContain(ns);
        }
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['tracefs', 'CPU:4 [LOST 17 EVENTS]\n', '17 on CPU 4'],
    ['trace-cmd', 'CPU:4 [17 EVENTS DROPPED]\n', '17 on CPU 4'],
    ['trace-cmd without a number', 'CPU:4 [EVENTS DROPPED]\n', 'some on CPU 4'],
    ['the capture', '# lost on cpu 4: 17 events\n', '17 on CPU 4'],
    ['the head of tracefs', '# entries-in-buffer/entries-written: 30/47   #P:8\n', '17'],
  ])('is said where %s says so', async (_, line, said) => {
    const totals = events.filter(({ says }) => !says.startsWith('csd_function'));
    const { warnings, results } = await read(`${line}${madeTrace(totals)}`);
    expect(warnings).toContainEqual({ kind: 'events-lost', message: `the trace has lost events (${said})` });
    // Without calls nothing confirms that every round is there.
    expect(results.map(({ elapsedNs }) => elapsedNs === null)).toEqual([true, true, false]);
    expect(results.map(({ regions }) => regions)).toEqual([null, null, null]);
  });

  test('is seen where the capture has counted more sweeps than the trace has', async () => {
    const two = [...events, ...events.map((event) => ({ ...event, at: event.at + 1_000_000 }))];
    const merged = two.filter((_, i) => i !== events.length - 1 && i !== events.length);
    const { results, sweeps } = await read(`# rmpopt-capture: full\n# sweeps: 2\n${madeTrace(merged)}`);
    expect([sweeps, results.map(({ elapsedNs, regions }) => elapsedNs ?? regions)]).toEqual([
      1,
      [null, null, null],
    ]);
  });
});

describe('what is no sweep', () => {
  test('calls outside of sweeps and of other functions are counted and in no figure', async () => {
    const events = madeSweep(3);
    const other = (at: number) => ({
      ...{ at, cpu: 4, thread: '<idle>-0' },
      says: 'csd_function_entry: func=rmpopt_enable_cpu, csd=000000000d5fb831',
    });
    const within = [...events, other(30)].sort((a, b) => a.at - b.at);
    const trace = await read(tracefsLine(other(-500)) + madeTrace(within));
    const plain = await read(madeTrace(events));
    expect(trace.results).toEqual(plain.results);
    expect(trace.warnings.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        'calls outside of sweeps are in no figure: 1 of rmpopt_enable_cpu',
        'calls of other functions during sweeps are in no figure: 1',
      ]),
    );
  });

  test('what others call in the middle of a round takes nothing from the sweep', async () => {
    const events = madeSweep(3);
    const second = events.findIndex(({ says }) => says.startsWith('csd_function_entry')) + 1;
    const at = events[second]?.at ?? 0;
    const others = [
      { at, cpu: 5, thread: 'bash-9', says: 'csd_queue_cpu: cpu=4 callsite=x func=rmpopt_enable csd=1' },
      { at, cpu: 4, thread: '<idle>-0', says: 'csd_function_entry: func=rmpopt_enable, csd=1' },
      { at, cpu: 4, thread: '<idle>-0', says: 'csd_function_exit: func=rmpopt_enable, csd=1' },
      {
        at,
        cpu: 1,
        thread: 'kworker/1:1-8',
        says: 'workqueue_execute_start: work struct 1: function rmpopt_other',
      },
      {
        at,
        cpu: 1,
        thread: 'kworker/1:1-8',
        says: 'workqueue_execute_end: work struct 1: function rmpopt_other',
      },
    ];
    const mixed = await read(madeTrace([...events.slice(0, second), ...others, ...events.slice(second)]));
    expect(mixed.results).toEqual((await read(madeTrace(events))).results);
    expect(kinds(mixed)).toEqual(['clock-rate', 'calls-outside', 'runs-without-rounds']);
  });

  test.each([
    [
      'calls without a worker',
      madeSweep(2).filter(({ says }) => says.startsWith('csd_')),
      'calls, and no start',
    ],
    [
      'a worker without rounds',
      madeSweep(0),
      'runs of a worker that made no rounds (1 of rmpopt_work_handler)',
    ],
    [
      'other functions',
      madeSweep(2).map((event) => ({ ...event, says: event.says.replaceAll('rmpopt', 'some') })),
      'events of other functions (some_work_handler, some_smp)',
    ],
  ])('%s: it says why there is none', async (_, events, reason) => {
    const trace = await read(madeTrace(events));
    expect([trace.sweeps, trace.reason?.startsWith(reason)]).toEqual([0, true]);
  });

  test('functions that the capture was told to look for count, whatever their names', async () => {
    const events = madeSweep(2).map((event) => ({ ...event, says: event.says.replaceAll('rmpopt', 'some') }));
    const { sweeps } = await read(
      `# rmpopt-capture: full\n# functions: some_smp some_work_handler\n${madeTrace(events)}`,
    );
    expect(sweeps).toBe(1);
  });

  test('lines that look like events and are none are noted', async () => {
    const line = ` <idle>-0 [004] d.h1. ${cycles(5)}: csd_function_entry: func\n`;
    const { notes } = await read(line + madeTrace(madeSweep(2)));
    expect(notes).toEqual([{ line: 1, reason: 'not understood', text: line.trimEnd() }]);
  });
});

test('a command may be called like a part of an event', async () => {
  const events = madeSweep(2).map((event) => ({
    ...event,
    thread: event.thread.replace('<idle>', 'a [001] 1: csd_'),
  }));
  expect((await read(madeTrace(events))).results).toEqual((await read(madeTrace(madeSweep(2)))).results);
});

test('a sender that moves leaves rounds without a start, and the rest as it is', async () => {
  const events = madeSweep(4);
  const queued = events.filter(({ says }) => says.startsWith('csd_queue'));
  const { rounds, results } = await read(
    `# rmpopt-capture: full\n${madeTrace(events.filter((event) => event !== queued[2]))}`,
  );
  expect(rounds).toMatchObject([{ rounds: 4, startedRounds: 3, isComplete: 'no' }]);
  expect(results.map(({ elapsedNs, regions }) => [elapsedNs === null, regions])).toEqual(
    Array(3).fill([false, 4]),
  );
});

test('without the start of any round there are calls, and no phases', async () => {
  const events = madeSweep(4).filter(({ says }) => !says.startsWith('csd_queue'));
  const { results, cpus, arrivals } = await read(madeTrace(events));
  expect(results.map(({ elapsedNs, regions }) => [elapsedNs === null, regions])).toEqual([
    ...[
      [true, 4],
      [true, 4],
      [false, 4],
    ],
  ]);
  expect(cpus.map(({ interrupts, peggedShare }) => [interrupts, peggedShare])).toEqual(
    Array(3).fill([4, null]),
  );
  expect(arrivals.map(({ delayMinNs, positionMean }) => [delayMinNs, positionMean])).toEqual(
    Array(3).fill([null, 2]),
  );
});

describe('a file is taken for a trace', () => {
  test.each(['perf-us', 'perf-ns', 'trace-cmd-us', 'trace-cmd-tsc'])('of %s', (name) => {
    expect(isTrace(Buffer.from(sample(name)))).toBe(true);
  });

  test('by its head, and a log of a kernel is none', () => {
    expect(isTrace(Buffer.from('# tracer: nop\n#\n'))).toBe(true);
    expect(isTrace(Buffer.from('[    1.234567] SEV-SNP: RMPOPT execution time 5 ns\n'))).toBe(false);
    expect(isTrace(Buffer.from(''))).toBe(false);
  });
});
