import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HostEvent } from '../../src/guests/host-events.js';
import { HostHistory, type RecordedEvent } from '../../src/guests/host-history.js';
import { SharedMemory } from '../../src/guests/shared-memory.js';
import { SWEEP_POLICIES, SWEEP_POLICY_NAMES } from '../../src/guests/sweep-policy.js';
import { SweepingHost } from '../../src/guests/sweeping-host.js';
import type { MachineConfig } from '../../src/machine/config.js';
import { PAGES_PER_BLOCK, PAGES_PER_REGION } from '../../src/machine/memory.js';
import { pagesPerEntry, type RmpUpdate, type RmpUpdateOutcome } from '../../src/machine/rmp.js';
import { PLACEMENTS } from '../../src/scenario/scenario.js';
import { chooseSweep, STRATEGY_NAMES, type StrategyName } from '../../src/sweep/strategies.js';
import { NOWHERE } from '../support/guests.js';
import { machineConfig } from '../support/machines.js';
import { toEnd } from '../support/to-end.js';
import { type ChurnEvent, type Conversion, liveThrough, type PageRun } from './churn-reference.js';

const TICK_NS = 1_000_000;
const REGIONS = 4;

/** Costs of whole ticks, so that whatever happens does so at a tick. */
const cost = (ticks: number) => fc.integer({ min: 0, max: ticks }).map((count) => count * TICK_NS);
const values = fc.record({
  rmpoptFixedNs: cost(2),
  resultHitNs: cost(2),
  resultServiceNs: cost(1),
  ipiBaseNs: cost(3),
  ipiPerTargetNs: cost(1),
  guestExitNs: cost(1),
  condReschedNs: cost(1),
  clockReadNs: cost(1),
  disturbance: fc.constantFrom(1, 2),
  resultShared: fc.constantFrom('machine' as const, 'l3' as const, 'none' as const),
  failureShared: fc.boolean(),
  // A free region has 512 entries: long sweeps, during which most of the pages come back that a scan would have met.
  entryScanLocalNs: fc.oneof(
    { weight: 20, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.constant(TICK_NS) },
  ),
  entryScanRemoteNs: fc.constant(0),
  entryScanWarmNs: fc.constant(0),
  groupServiceNs: fc.constant(0),
  ipiBurstNs: fc.constant(0),
  serialCallNs: cost(1),
});

const ticks = (most: number) => fc.integer({ min: 0, max: most }).map((count) => count * TICK_NS);
const guest = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  mapping: fc.constantFrom('4k' as const, '2m' as const),
  placement: fc.constantFrom(...PLACEMENTS),
  entries: fc.integer({ min: 1, max: 12 }),
});

/** What an entry costs that comes back. Pages of both sizes take whole ticks only where a flush takes nothing. */
const conversion = fc.record({
  rmpupdateNs: cost(1),
  flush: fc.constantFrom('none' as const, 'none' as const, '4k' as const, '2m' as const),
});
type DrawnConversion = typeof conversion extends fc.Arbitrary<infer C> ? C : never;

function conversionCosts({ rmpupdateNs, flush }: DrawnConversion) {
  return { rmpupdateNs, flushPerPageNs: { none: 0, '4k': TICK_NS, '2m': TICK_NS / 512 }[flush] };
}
type DrawnGuest = typeof guest extends fc.Arbitrary<infer G> ? G : never;
type DrawnEvent = { readonly atNs: number } & (
  | { readonly kind: 'launch'; readonly guest: DrawnGuest }
  | { readonly kind: 'exit'; readonly name: string }
  | { readonly kind: 'free-all' }
);

const visit = fc
  .record({ atNs: ticks(100), guest, lifeNs: ticks(60) })
  .map(({ atNs, guest: visitor, lifeNs }): DrawnEvent[] => [
    { kind: 'launch', atNs, guest: visitor },
    { kind: 'exit', atNs: atNs + TICK_NS + lifeNs, name: visitor.name },
  ]);
const freeAll = ticks(150).map((atNs): DrawnEvent[] => [{ kind: 'free-all', atNs }]);
const events = fc
  .array(fc.oneof({ weight: 12, arbitrary: visit }, { weight: 1, arbitrary: freeAll }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((lists) => lists.flat());

const ENTRY_BYTES = { '4k': 4096, '2m': 512 * 4096 } as const;

/** What was drawn as events of a host; a name launched while it runs is another guest. */
function toHostEvents(drawn: readonly DrawnEvent[], { flush }: DrawnConversion): HostEvent[] {
  const exitsFirst = ({ kind }: DrawnEvent) => (kind === 'launch' ? 1 : 0);
  const running = new Set<string>();
  return drawn
    .toSorted((a, b) => a.atNs - b.atNs || exitsFirst(a) - exitsFirst(b))
    .flatMap((one): HostEvent[] => {
      if (one.kind === 'free-all') running.clear();
      if (one.kind === 'exit') running.delete(one.name);
      if (one.kind !== 'launch') return [one];
      const { name, entries, placement } = one.guest;
      const mapping = flush === 'none' ? one.guest.mapping : flush;
      if (running.has(name)) return [];
      running.add(name);
      const sizeBytes = entries * ENTRY_BYTES[mapping];
      const launched = { kind: 'guest' as const, name, sizeBytes, mapping, placement, source: NOWHERE };
      return [{ kind: 'launch', atNs: one.atNs, guest: launched, isArrival: true, source: NOWHERE }];
    });
}

/** Keeps every RMPUPDATE, for somebody else to repeat. */
class TapedMemory extends SharedMemory {
  readonly tape: { readonly update: RmpUpdate; readonly updated: number }[] = [];

  override rmpupdate(update: RmpUpdate): RmpUpdateOutcome {
    const outcome = super.rmpupdate(update);
    this.tape.push({ update, updated: outcome.updated });
    return outcome;
  }
}

/** What the product placed, page run by page run, and what guests that leave give back in the order of their files. */
function toReferenceEvents(history: readonly RecordedEvent[], { tape }: TapedMemory): ChurnEvent[] {
  const assigned = tape.filter(({ update }) => update.owner !== null);
  const files = new Map<string, PageRun[]>();
  let next = 0;
  return history.flatMap(({ atNs, event: what, subject, exits, rmpUpdates, guests }): ChurnEvent[] => {
    const guestsRunning = guests > 0;
    if (what === 'exit' || what === 'free') {
      const leaving = what === 'free' ? [...files.keys()] : [String(subject)];
      const conversions = leaving.map((name): Conversion => ({ pages: files.get(name) ?? [], exits: 1 }));
      for (const name of leaving) files.delete(name);
      return [{ atNs, kind: 'leave', pages: [], conversions, exits, guestsRunning }];
    }
    if (what !== 'launch' || subject === null || typeof subject === 'string') return [];
    const pages: RmpUpdate[] = [];
    for (let left = rmpUpdates; left > 0; next++) {
      const { update, updated } = assigned[next] ?? { updated: Number.NaN };
      if (update === undefined) throw new Error('an RMPUPDATE nobody has executed');
      pages.push({ ...update, pages: updated * pagesPerEntry(update.entrySize) });
      left -= updated;
    }
    if (subject.kind === 'guest') {
      files.set(subject.name, subject.placement === 'scattered' ? dealtInTurn(pages) : pages);
    }
    return [{ atNs, kind: 'assign', pages, exits, guestsRunning }];
  });
}

/** The file of a scattered guest: a page to each region in turn, to those first that get most. */
function dealtInTurn(runs: readonly PageRun[]): PageRun[] {
  const ofRegion = Array.from({ length: REGIONS }, (_, region) =>
    runs
      .filter(({ startPage }) => Math.floor(startPage / PAGES_PER_REGION) === region)
      .flatMap((run) => entriesOf([run])),
  ).sort((a, b) => b.length - a.length);
  const file: PageRun[] = [];
  while (ofRegion.some((pages) => pages.length > 0)) {
    for (const pages of ofRegion) file.push(...pages.splice(0, 1));
  }
  return file;
}

const PREASSIGNED = [{ holder: 'firmware' as const, startPage: 0, pages: PAGES_PER_BLOCK }];

const world = fc.record({
  topology: fc.constantFrom('1x1x2x1', '2x1x1x2', '1x2x2x1', '1x1x1x1'),
  values,
  seed: fc.integer({ min: 1, max: 100 }),
  drawn: events,
  conversion,
  policy: fc.constantFrom(...SWEEP_POLICY_NAMES),
  delayNs: fc.oneof(ticks(10), ticks(40)),
  maxWaitNs: ticks(60),
  durationNs: fc.integer({ min: 100, max: 200 }).map((count) => count * TICK_NS),
  threads: fc.constantFrom('primary' as const, 'all' as const),
});

type World = typeof world extends fc.Arbitrary<infer W> ? W : never;

function liveProduct(
  config: MachineConfig,
  { policy, delayNs, maxWaitNs, durationNs, threads, drawn, conversion: costs, seed }: World,
  strategy: StrategyName,
  {
    onBoot = () => {},
    onEvent = () => {},
  }: { [W in 'onBoot' | 'onEvent']?: (host: SweepingHost) => void } = {},
) {
  const memory = new TapedMemory(REGIONS, PREASSIGNED);
  const sweep = chooseSweep(strategy, threads, null);
  const delay = { delayNs, maxWaitNs };
  const regime = {
    policy: SWEEP_POLICIES[policy],
    delay,
    window: 'low' as const,
    sweep,
    keepsHistograms: true,
  };
  const host = new SweepingHost(config, memory, regime, durationNs);
  onBoot(host);
  const notice = host.notice.bind(host);
  host.notice = (...change) => {
    notice(...change);
    onEvent(host);
  };
  const inTime = toHostEvents(drawn, costs).filter(({ atNs }) => atNs < durationNs);
  const live = new HostHistory(memory, [host], conversionCosts(costs), seed).live([], inTime, durationNs);
  const history = toEnd(live);
  const record = host.close();
  onEvent(host);
  return { record, history, events: toReferenceEvents(history, memory) };
}

function configOf({
  topology,
  values: own,
}: {
  topology: string;
  values: Parameters<typeof machineConfig>[0] extends infer _ ? object : never;
}) {
  return machineConfig({ topology, regions: REGIONS, preassigned: PREASSIGNED, values: own });
}

test('over random histories, every account is that of somebody who looks at all regions and cores at every tick', () => {
  fc.assert(
    fc.property(world, fc.constantFrom('local-first' as const, 'broadcast' as const), (drawn, strategy) => {
      const config = configOf(drawn);
      const { record, history, events } = liveProduct(config, drawn, strategy);
      const { policy, delayNs, maxWaitNs, durationNs, threads } = drawn;
      const account = liveThrough({
        host: {
          topology: config.topology,
          regions: REGIONS,
          preassigned: PREASSIGNED,
          values: config.values,
        },
        ...{ strategy, threads, window: 'low', durationNs, tickNs: TICK_NS, events },
        ...conversionCosts(drawn.conversion),
        policy: { name: policy, delayNs, maxWaitNs: policy === 'max-wait' ? maxWaitNs : null },
      });
      expect(record.sweeps).toEqual(account.sweeps);
      const { rounds, ipis, issued, optimized, guestIpis, guestInRmpoptNs } = account;
      expect(record.rounds).toMatchObject({ rounds, ipis, issued, optimized, guestIpis, guestInRmpoptNs });
      expect({
        freeRegionS: record.exposure.freeUs / 1e6,
        waitingRegionS: record.exposure.waitingUs / 1e6,
        missedRegionS: record.exposure.missedUs / 1e6,
        outsideRegionS: record.exposure.outsideUs / 1e6,
      }).toEqual({
        freeRegionS: expect.closeTo(account.freeRegionS, 9),
        waitingRegionS: expect.closeTo(account.waitingRegionS, 9),
        missedRegionS: expect.closeTo(account.missedRegionS, 9),
        outsideRegionS: 0,
      });
      expect(history.reduce((sum, { conversionNs }) => sum + (conversionNs ?? 0), 0)).toBe(
        account.conversionNs,
      );
      expect(record.unswept?.exits ?? 0).toBe(account.exitsUnswept);
      expect(record.unswept?.firstExitNs ?? null).toBe(account.unsweptSinceNs);
      const postponed = [...record.sweeps, record.unswept].reduce(
        (sum, one) => sum + (one?.postponements ?? 0),
        0,
      );
      expect(postponed).toBe(account.postponements);
    }),
    { numRuns: 120 },
  );
});

test('under every strategy, no core ever has a region optimized that holds a private page, and each free one is once its guests are converted and swept', () => {
  fc.assert(
    fc.property(world, fc.constantFrom(...STRATEGY_NAMES), (drawn, strategy) => {
      const config = configOf(drawn);
      const { cores } = config.topology;
      const optimizedOn = ({ machine }: SweepingHost, region: number) =>
        machine.tables.optimizedCores(region, 0, cores);
      /** Which rounds have given a bit to a core: sweep, start in it, region. */
      const given: { readonly sweep: number; readonly startPs: number; readonly region: number }[] = [];
      let last: SweepingHost | null = null;
      const { record, events } = liveProduct(config, drawn, strategy, {
        onBoot: ({ machine }) => {
          let [sweep, startPs] = [-1, 0];
          const [begin, execute] = [machine.beginPass.bind(machine), machine.execute.bind(machine)];
          const set = machine.tables.set.bind(machine.tables);
          machine.beginPass = () => {
            sweep++;
            begin();
          };
          machine.execute = (...round) => {
            startPs = round[1];
            return execute(...round);
          };
          machine.tables.set = (bits, region) => {
            if (bits.words.length > 0) given.push({ sweep, startPs, region });
            set(bits, region);
          };
        },
        onEvent: (host) => {
          last = host;
          for (let region = 0; region < REGIONS; region++) {
            if (host.machine.rmp.firstAssignedPage(region) !== null)
              expect(optimizedOn(host, region)).toBe(0);
          }
        },
      });
      for (const { sweep, startPs, region } of given) {
        const atNs = (record.sweeps[sweep]?.startNs ?? Number.NaN) + startPs / 1000;
        expect(isPrivate(region, atNs, events, conversionCosts(drawn.conversion))).toBe(false);
      }
      const isMissed = record.sweeps.some(({ missedRegions }) => missedRegions > 0);
      if (record.unswept !== null || last === null || isMissed) return;
      for (let region = 0; region < REGIONS; region++) {
        const isFree = (last as SweepingHost).machine.rmp.firstAssignedPage(region) === null;
        expect(optimizedOn(last, region)).toBe(isFree ? cores : 0);
      }
    }),
    { numRuns: 80 },
  );
});

/** Whether a region holds a page at a moment of a guest that runs, or of one that has ended and has not given it back. */
function isPrivate(
  region: number,
  atNs: number,
  events: readonly ChurnEvent[],
  { rmpupdateNs, flushPerPageNs }: ReturnType<typeof conversionCosts>,
): boolean {
  const held = new Set<number>();
  for (const event of events.filter((one) => one.atNs <= atNs)) {
    if (event.kind === 'assign') for (const page of entriesOf(event.pages)) held.add(page.startPage);
    for (const { pages } of event.conversions ?? []) {
      let backNs = event.atNs;
      for (const { startPage, pages: entryPages } of entriesOf(pages)) {
        backNs += rmpupdateNs + entryPages * flushPerPageNs;
        if (backNs <= atNs) held.delete(startPage);
      }
    }
  }
  return [...held].some((page) => Math.floor(page / PAGES_PER_REGION) === region);
}

function entriesOf(runs: readonly PageRun[]): PageRun[] {
  return runs.flatMap(({ startPage, pages, entrySize }) => {
    const entryPages = pagesPerEntry(entrySize);
    return Array.from({ length: pages / entryPages }, (_, entry) => {
      return { startPage: startPage + entry * entryPages, pages: entryPages, entrySize };
    });
  });
}
