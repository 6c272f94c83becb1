import { describe, expect, test } from 'vitest';
import type { ChurnDocument, ChurnRow } from '../../src/run-document/churn-document.js';
import { type CliResult, cli, cliOnce, scratchFile } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { plainLayout, rendered } from '../support/rendered.js';

const SMALL = ['--topology', '2x2x2x1', ...FEW_SETS];
/** Of an hour. */
const QUARTER = ['--duration', '900s'];

async function churn(...args: string[]): Promise<ChurnDocument> {
  return documentIn(await cli(['churn', ...args, '--json']));
}

/** The same of what several tests look at. */
async function churnOnce(...args: string[]): Promise<ChurnDocument> {
  return documentIn(await cliOnce(['churn', ...args, '--json']));
}

function documentIn({ exitCode, stdout, stderr }: CliResult): ChurnDocument {
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const ALL = ['--policy', 'all'];
/** Memory comes back at once. */
const AT_ONCE = ['--set', 'rmpupdateNs=0,flushPerPageNs=0'];
const NEVER_PAUSING = ['never-pausing', '--topology', '2x2x2x1', '--memory', '256GiB', ...ALL];

const UNDELAYED = ['immediate', 'after-conversion'];

const bySweeps = ({ results, delayNs }: ChurnDocument) =>
  Object.fromEntries(
    results
      .filter((row) => UNDELAYED.includes(row.policy) || row.delayNs === delayNs)
      .map(({ policy, sweeps }) => [policy, sweeps]),
  );

test('one hundred exits at once are followed by one sweep, under every policy', async () => {
  const document = await churnOnce('mass-exit', ...SMALL, ...ALL);
  const one = { immediate: 1, 'after-conversion': 1, 'first-exit': 1, 'last-exit': 1, 'max-wait': 1 };
  expect(bySweeps(document)).toEqual(one);
  for (const { exits, regions, ipis, exitsUnswept } of document.results) {
    expect({ exits, exitsUnswept }).toEqual({ exits: 100, exitsUnswept: 0 });
    expect(ipis).toBe(regions * 7);
  }
});

test('where guests leave without a pause, last-exit starves and says so, and max-wait does not', async () => {
  const document = await churnOnce(...NEVER_PAUSING);
  const often = { immediate: 108, 'after-conversion': 106, 'first-exit': 36, 'last-exit': 0, 'max-wait': 8 };
  expect(bySweeps(document)).toEqual(often);
  const stdout = await rendered(document, plainLayout(100));
  expect(stdout.replace(/\s+/g, ' ')).toContain(
    'last-exit starves: from 62.0 s to the end (538 s) 108 exits came less than 10 s apart, and each postponed the sweep.',
  );
  expect(stdout.match(/starve/g)).toHaveLength(1);
  const most = Math.max(...document.sweeps.filter((one) => one.policy === 'max-wait').map(waitNs));
  expect(most).toBeLessThan(60e9 + 1e9);
});

test('a wait that the end of the simulation cut off is explained where it is shown, for whatever policies', async () => {
  const host = ['--topology', '2x2x2x1', ...FEW_SETS, '--duration', '3min', '--delays', '10s,2min'];
  for (const policies of ['last-exit', 'last-exit,after-conversion']) {
    const { stdout } = await cli(['churn', 'busy-hour', ...host, '--policy', policies]);
    const [table = '', words = ''] = stdout.split(/^- /m);
    const isShown = / >[\d.]+ /.test(table);
    expect(stdout.includes('(>: none came'), policies).toBe(isShown);
    expect(words).not.toBe('');
    if (policies === 'last-exit') expect(isShown).toBe(true);
  }
});

const waitNs = ({ startNs, elapsedNs, firstExitNs }: ChurnDocument['sweeps'][number]) =>
  startNs + elapsedNs - firstExitNs;

test('sweeps that no free region was waiting for are counted, and told of', async () => {
  // Three seconds after each exit the next launch has taken what the exit had left.
  const host = ['--topology', '1x1x2x1'];
  const wait = ['--policy', 'first-exit', '--delay', '4s', ...AT_ONCE];
  const args = ['never-pausing', ...host, '--duration', '2min', ...wait];
  const { results } = await churn(...args, '--delays', '4s');
  const all = { sweeps: 11, idleSweeps: 11, futileSweeps: 11 };
  expect(results[0]).toMatchObject({ ...all, waitingRegionS: 12 * 15 * 3 });
  const { stdout } = await cli(['churn', ...args, '--delays', '4s']);
  expect(stdout).toContain('Sweeps that found nothing new: first-exit all of 11.');
});

test('what guests lose is the time inside RMPOPT, and leaving guest mode once per IPI', async () => {
  const of = async (...args: string[]) =>
    (
      await churn(
        'never-pausing',
        ...SMALL,
        '--policy',
        'first-exit',
        '--duration',
        '2min',
        '--delays',
        '10s',
        ...args,
      )
    ).results[0];
  const row = await of('--set', 'guestExitNs=3000');
  expect(row?.guestIpis).toBeGreaterThan(0);
  expect(row?.guestTakenNs).toBe((row?.guestInRmpoptNs ?? 0) + 3000 * (row?.guestIpis ?? 0));
});

test('a starving that ended is told of, too', async () => {
  const { stdout } = await cli([
    'churn',
    'busy-hour',
    ...SMALL,
    ...QUARTER,
    '--policy',
    'last-exit',
    '--delay',
    '1min',
    '--delays',
    '1min',
  ]);
  expect(stdout.replace(/\s+/g, ' ')).toMatch(
    /last-exit starved for \d+ s: later exits postponed the sweep after the exit at \d+ s \d+ times/,
  );
});

describe('the tables of a document', () => {
  test('have a row per policy, and one per delay from 0 to 60 s for those that wait', async () => {
    const { results, delayNs } = await churnOnce('mass-exit', ...SMALL, ...ALL);
    expect(delayNs).toBe(10e9);
    const delays = (policy: string) =>
      results.filter((row) => row.policy === policy).map((row) => row.delayNs / 1e9);
    for (const policy of UNDELAYED) expect(delays(policy)).toEqual([0]);
    for (const policy of ['first-exit', 'last-exit', 'max-wait']) {
      expect(delays(policy).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 5, 10, 20, 30, 60]);
    }
  });

  test('agree with each other: sweeps and waiting regions add up to what the results say', async () => {
    const { results, sweeps, waiting, events } = await churn(
      'busy-hour',
      ...SMALL,
      '--duration',
      '5min',
      '--delays',
      '10s',
      ...ALL,
    );
    for (const row of results) {
      const own = sweeps.filter((one) => one.policy === row.policy);
      expect(own).toHaveLength(row.sweeps);
      expect(own.reduce((sum, one) => sum + one.elapsedNs, 0)).toBe(row.elapsedNs);
      expect(own.reduce((sum, one) => sum + one.exits, 0) + row.exitsUnswept).toBe(row.exits);
      expect(Math.max(...own.map((one) => one.elapsedNs))).toBe(row.longestSweepNs);
      expect(row.ipis).toBe(row.rounds * 7);
      expect(row.optimized).toBeLessThan(row.issued);
      expect(row.elapsedLowNs).toBeLessThan(row.elapsedNs);
      expect(row.elapsedHighNs).toBeGreaterThan(row.elapsedNs);
      // The curve counts a sweep at its end, the account each region at the end of its round: at most a sweep apart.
      const curve = waiting.filter((one) => one.policy === row.policy);
      const area = curve.reduce((sum, { atNs, waitingRegions }, i) => {
        return sum + waitingRegions * ((curve[i + 1]?.atNs ?? row.durationNs) - atNs);
      }, 0);
      const slackS = own.reduce((sum, one) => sum + (one.waitingRegions * one.elapsedNs) / 1e9, 0);
      expect(area / 1e9 - row.waitingRegionS).toBeGreaterThanOrEqual(0);
      expect(area / 1e9 - row.waitingRegionS).toBeLessThan(slackS + 1);
    }
    const [{ launches, exits }] = results as [ChurnRow];
    expect(events.filter(({ event }) => event === 'launch')).toHaveLength(launches);
    expect(events.filter(({ event }) => event === 'exit')).toHaveLength(exits);
  });

  test('are the same every time, and others with another seed', async () => {
    const run = (...args: string[]) =>
      cli(['churn', 'busy-hour', ...SMALL, '--duration', '300s', '--delays', '10s', '--json', ...args]);
    const [one, again, other] = await Promise.all([run(), run(), run('--seed', '2')]);
    expect(again.stdout).toBe(one.stdout);
    expect(other.stdout).not.toBe(one.stdout);
  });
});

test('costs change how long sweeps take, not when guests come or how long exits wait for the start of a sweep', async () => {
  const of = async (...args: string[]) =>
    (await churn('busy-hour', ...SMALL, '--duration', '300s', '--delays', '10s', ...args)).results;
  const [cheap, dear] = await Promise.all([of(), of('--set', 'ipiPerTargetNs=125')]);
  for (const [i, row] of dear.entries()) {
    expect(row.elapsedNs).toBeGreaterThan(cheap[i]?.elapsedNs ?? 0);
    expect(row.exits).toBe(cheap[i]?.exits);
    expect(row.variation).toBe('ipiPerTargetNs=125');
  }
});

test('dirty-only sweeps only what was touched since, and leaves no region unoptimized that a whole sweep would not', async () => {
  const FEW = [...SMALL, ...QUARTER, '--policy', 'first-exit', '--delays', '10s'];
  const of = async (strategy: string) =>
    (await churn('busy-hour', ...FEW, '--strategy', strategy)).results[0];
  const [whole, dirty] = await Promise.all([of('local-first'), of('dirty-only')]);
  expect(dirty?.sweeps).toBe(whole?.sweeps);
  expect(dirty?.rounds).toBeLessThan((whole?.rounds ?? 0) / 10);
  expect(dirty?.waitingRegionS).toBeLessThan(whole?.waitingRegionS ?? 0);
});

describe('a host above 2 TiB', () => {
  const host = [...SMALL, '--memory', '4TiB', '--policy', 'first-exit', '--delays', '10s'];

  test('has its windows compared: the lowest 2 TiB, or the memory of the own node', async () => {
    const { results } = await churn('mass-exit', ...host);
    const [low, node] = results as [ChurnRow, ChurnRow];
    expect(low).toMatchObject({ window: 'low', regions: 2048 });
    expect(node).toMatchObject({ window: 'node', regions: 4096, outsideRegionS: 0 });
    // The upper 2 TiB but for 8 regions of the RMP, that of its socket, over three minutes.
    expect(low.outsideRegionS).toBe((2048 - 8) * 180);
    expect(low.ownNodeShare).toBeLessThan(0.51);
    expect(node.ownNodeShare).toBeGreaterThan(0.9);
    expect(node.optimizedShare).toBeCloseTo(node.ownNodeShare / 2, 5);
    expect(node.ipis).toBe(2 * low.ipis);
  });

  test('is swept under one of them where the user says which', async () => {
    const { results } = await churn('mass-exit', ...host, '--window', 'node');
    expect(results.map(({ window }) => window)).toEqual(['node']);
  });
});

test('up to 2 TiB both windows are the same', async () => {
  const { results } = await churn(
    'mass-exit',
    ...SMALL,
    '--policy',
    'first-exit',
    '--delays',
    '10s',
    '--window',
    'low,node',
  );
  const [low, node] = results.map(({ window: _, ...row }) => row);
  expect(node).toEqual(low);
});

describe('guests without room', () => {
  test('that the timeline names are an error that says when and why', async () => {
    const file = scratchFile(
      'noroom.yaml',
      `memory: 64GiB
timeline:
  - {at: 5s, launch: {guest: a, size: 40GiB}}
  - {at: 95s, launch: {guest: b, size: 40GiB}}
`,
    );
    const { exitCode, stdout, stderr } = await cli(['churn', file]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(
      /noroom\.yaml:4:23: timeline\[1\]\.launch: expected room for guest b, 40 GiB in one piece aligned to 4k at 95s, found 23\.7 GiB at most/,
    );
  });

  test('that come by themselves are turned away, counted, and told of', async () => {
    const file = scratchFile(
      'crowded.yaml',
      `memory: 64GiB
duration: 1min
arrivals:
  - {guests: big, timing: regular, every: 10s, lifetime: 5min, size: 20GiB}
`,
    );
    const { results, events } = await churn(file, ...SMALL);
    expect(results[0]).toMatchObject({ launches: 3, turnedAway: 3, exits: 0, sweeps: 0 });
    expect(
      events.filter(({ event }) => event === 'turned-away').map(({ guest, atNs }) => [guest, atNs]),
    ).toEqual([
      ['big-4', 30e9],
      ['big-5', 40e9],
      ['big-6', 50e9],
    ]);
    const { stdout } = await cli(['churn', file, ...SMALL]);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      '3 arrivals were turned away for lack of room, the first at 30.0 s: expected room for guest big-4, 20 GiB in one piece aligned to 4k, found 3.7 GiB at most.',
    );
  });
});

test('fragmented guests that stay keep regions assigned, contiguous ones of the same size do not', async () => {
  const assigned = async (placement: string) => {
    const file = scratchFile(
      `${placement}.yaml`,
      `memory: 256GiB
timeline:
  - {at: 10s, launch: {guest: small, size: 256MiB, placement: ${placement}}}
  - {at: 20s, launch: {guest: large, size: 64GiB, placement: ${placement}}}
  - {at: 30s, terminate: large}
`,
    );
    return (await churn(file, ...SMALL)).events.at(-1)?.assignedRegions ?? 0;
  };
  // Firmware and the regions of the RMP are always assigned: two of 256.
  const [fragmented, contiguous] = await Promise.all([assigned('fragmented'), assigned('contiguous')]);
  expect(contiguous).toBe(2 + 1);
  expect(fragmented).toBeGreaterThan(45);
});

const WRONG = `memory: 64GiB
timeline:
  - {at: -5s, launch: {guest: a, size: 1GiB}}
  - {at: 10s, terminate: b}
  - {at: 20s, launch: {guest: b, size: 100GiB}}
  - {at: 20s, terminate: b}
  - {at: 10, free: all}
  - {at: 30s, terminat: b}
  - {at: 30s}
  - {at: 31s, terminate: b, free: all}
arrivals:
  - {guests: web, every: 0s, lifetime: 1s, size: 1GiB}
  - {guests: web, every: 1s, lifetime: 0s, size: [1GiB, 3000000k], mapping: [4k, 1g], from: 10s, until: 5s}
  - {guests: job, every: 1s, lifetime: 1s, size: 1GiB, count: 0}
private:
  - {guest: web-7, size: 1GiB}
`;

test('every problem of a file is named at its place, and nothing is run', async () => {
  const { exitCode, stdout, stderr } = await cli(['churn', scratchFile('wrong.yaml', WRONG)]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  const messages = [
    '3:10: timeline[0].at: expected a duration such as 10s, 1.5ms or 5min, found "-5s"',
    '4:26: timeline[1].terminate: expected web-7, running at 10s, found "b", which is launched only at 20s',
    '5:40: timeline[2].launch.size: expected at most the memory of the host, 64 GiB, found 100 GiB',
    '6:26: timeline[3].terminate: expected web-7, running at 20s, found "b", which is launched then, and exits come before launches of the same time',
    '7:10: timeline[4].at: expected a time with its unit, such as 90s or 5min, found 10',
    '8:15: timeline[5].terminat: expected one of the keys at, launch, terminate or free, found "terminat"',
    '9:5: timeline[6]: expected one of launch, terminate or free at a time, found none',
    '10:5: timeline[7]: expected one of launch, terminate or free at a time, found terminate and free',
    '10:26: timeline[7].terminate: expected a guest that runs at 31s (there is none), found "b", which is gone by then',
    '12:26: arrivals[0].every: expected more than 0s, found 0s',
    '13:14: arrivals[1].guests: expected a name that no other stream of guests has, found "web" again',
    '13:40: arrivals[1].lifetime: expected more than 0s, found 0s',
    '13:50: arrivals[1].size: expected a multiple of 1 GiB for mapping 1g, found 3000000 KiB',
    '13:105: arrivals[1].until: expected a time after from, 10s, found 5s',
    '14:63: arrivals[2].count: expected a number of guests from 1 to 100000, found 0',
    '16:13: private[0].guest: expected a name that no guest of the stream web can have, found "web-7"',
  ];
  for (const message of messages) expect(stderr).toContain(`wrong.yaml:${message}`);
  expect(stderr).toContain('Did you mean terminate?');
  expect(stderr.match(/^error: /gm)).toHaveLength(messages.length);
});

test.each([
  [['guest-exit'], 'The steps of guest-exit have no times: rmpopt-bench guest-exit runs it.'],
  [['busy-hor'], 'Did you mean busy-hour?'],
  [['busy-hour', '--delay', '10'], 'did you mean 10s?'],
  [
    ['busy-hour', '--policy', 'last'],
    'expected last-exit, first-exit, max-wait, immediate, after-conversion or all, found "last"',
  ],
  [['busy-hour', '--window', 'high'], 'expected low or node, found "high"'],
  [['busy-hour', '--duration', '0s'], 'expected more than 0s'],
  [['busy-hour', '--duration', '2d'], 'expected at most 1d'],
  [['busy-hour', '--mapping', '4k,2m'], 'expected one mapping, found 4k and 2m'],
  [['busy-hour', '--batch', '4'], 'expected strategy batched, found local-first'],
])('churn %j is refused', async (args, message) => {
  const { exitCode, stdout, stderr } = await cli(['churn', ...args]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('a churn scenario given to run is answered with the command it is for', async () => {
  const { exitCode, stderr } = await cli(['busy-hour']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('rmpopt-bench churn busy-hour');
});

test('a shown churn scenario is a file that gives the same results', async () => {
  const { stdout } = await cli(['show', 'mass-exit']);
  const file = scratchFile('mass-exit.yaml', stdout);
  const rows = async (reference: string) =>
    (await cli(['churn', reference, ...SMALL, '--delays', '10s', '--csv'])).stdout;
  expect(await rows(file)).toBe(await rows('mass-exit'));
});

test('the report of a small host is as it should be', async () => {
  const { stderr } = await cliOnce(['churn', ...NEVER_PAUSING, '--json']);
  expect(stderr).toBe('');
  const stdout = await rendered(await churnOnce(...NEVER_PAUSING), plainLayout(100));
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  await expect(stdout).toMatchFileSnapshot('../golden/churn.txt');
});

describe('what a reader should know of costs and memory is told', () => {
  const SHORT = ['mass-exit', ...SMALL, '--policy', 'last-exit', '--delays', '10s'];
  const warned = async (...args: string[]) =>
    (await churn(...SHORT, ...args)).warnings.map(({ message }) => message);

  test('of costs that are not plausible', async () => {
    expect(await warned('--set', 'ipiPerTargetNs=100000')).toEqual([
      'ipiPerTargetNs=100000 is outside what is plausible for this machine, 3 to 125',
    ]);
  });

  test('of costs that play no part in this strategy, or in none', async () => {
    const withoutPart = (name: string) => `${name} changes nothing in the time of these sweeps`;
    const set = ['--set', 'rmpupdateNs=500,jitterSigma=0.2,resultQueueScope=machine'];
    const always = [withoutPart('jitterSigma')];
    expect(await warned(...set)).toEqual([...always, withoutPart('resultQueueScope')]);
    expect(await warned(...SMALL, ...set, '--strategy', 'batched')).toEqual(always);
  });

  test('of a delay of the machine that another takes the place of', async () => {
    expect(await warned('--set', 'delayAfterExitS=5')).toEqual([]);
    expect(await warned('--set', 'delayAfterExitS=5', '--delay', '3s')).toEqual([
      'delayAfterExitS changes nothing beside --delay',
    ]);
  });

  test('of memory that no window reaches', async () => {
    expect(await warned('--memory', '4TiB', '--window', 'low')).toEqual([
      'RMPOPT covers 2 TiB: the upper 2 TiB of 4 TiB are never optimized and not part of any sweep',
    ]);
    expect(await warned('--memory', '4TiB', '--window', 'node')).toEqual([]);
  });
});
