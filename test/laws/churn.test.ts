import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HostEvent } from '../../src/guests/host-events.js';
import { HostHistory, type RecordedEvent } from '../../src/guests/host-history.js';
import { SharedMemory } from '../../src/guests/shared-memory.js';
import { SWEEP_POLICIES, SWEEP_POLICY_NAMES } from '../../src/guests/sweep-policy.js';
import { SweepingHost } from '../../src/guests/sweeping-host.js';
import type { MachineConfig } from '../../src/machine/config.js';
import { PAGES_PER_BLOCK } from '../../src/machine/memory.js';
import { pagesPerEntry, type RmpUpdate, type RmpUpdateOutcome } from '../../src/machine/rmp.js';
import { PLACEMENTS } from '../../src/scenario/scenario.js';
import { chooseSweep, STRATEGY_NAMES, type StrategyName } from '../../src/sweep/strategies.js';
import { NOWHERE } from '../support/guests.js';
import { machineConfig } from '../support/machines.js';
import { toEnd } from '../support/to-end.js';
import { type ChurnEvent, liveThrough } from './churn-reference.js';

const TICK_NS = 1_000_000;
const REGIONS = 4;
const MIB = 2 ** 20;

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
  entryScanLocalNs: fc.constant(0),
  entryScanRemoteNs: fc.constant(0),
  entryScanWarmNs: fc.constant(0),
  groupServiceNs: fc.constant(0),
  ipiBurstNs: fc.constant(0),
  serialCallNs: cost(1),
});

const ticks = (most: number) => fc.integer({ min: 0, max: most }).map((count) => count * TICK_NS);
const guest = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd'),
  mapping: fc.constantFrom('4k' as const, '2m' as const),
  placement: fc.constantFrom(...PLACEMENTS),
  size: fc.integer({ min: 1, max: 3 }),
});
const event = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('launch' as const), atNs: ticks(150), guest }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('exit' as const),
      atNs: ticks(150),
      name: fc.constantFrom('a', 'b', 'c', 'd'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('free-all' as const), atNs: ticks(150) }) },
);

const UNIT_BYTES = { '4k': MIB, '2m': 64 * MIB } as const;

type DrawnEvent = typeof event extends fc.Arbitrary<infer E> ? E : never;

/** What was drawn as events of a host; a name launched while it runs is another guest. */
function toHostEvents(drawn: readonly DrawnEvent[]): HostEvent[] {
  const exitsFirst = ({ kind }: DrawnEvent) => (kind === 'launch' ? 1 : 0);
  const running = new Set<string>();
  return drawn
    .toSorted((a, b) => a.atNs - b.atNs || exitsFirst(a) - exitsFirst(b))
    .flatMap((one): HostEvent[] => {
      if (one.kind === 'free-all') running.clear();
      if (one.kind === 'exit') running.delete(one.name);
      if (one.kind !== 'launch') return [one];
      const { name, size, ...rest } = one.guest;
      if (running.has(name)) return [];
      running.add(name);
      const sizeBytes = size * UNIT_BYTES[rest.mapping];
      const launched = { kind: 'guest' as const, name, sizeBytes, ...rest, source: NOWHERE };
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

/** What the product did, page run by page run, for the reference. */
function toReferenceEvents(history: readonly RecordedEvent[], { tape }: TapedMemory): ChurnEvent[] {
  let next = 0;
  return history.map(({ atNs, event: what, exits, rmpUpdates, guests }) => {
    const pages: RmpUpdate[] = [];
    for (let left = rmpUpdates; left > 0; next++) {
      const { update, updated } = tape[next] ?? { updated: Number.NaN };
      if (update === undefined) throw new Error('an RMPUPDATE nobody has executed');
      pages.push({ ...update, pages: updated * pagesPerEntry(update.entrySize) });
      left -= updated;
    }
    const kind = what === 'launch' || what === 'assign' ? 'assign' : 'give-back';
    return { atNs, kind, pages, exits, guestsRunning: guests > 0 };
  });
}

const PREASSIGNED = [{ holder: 'firmware' as const, startPage: 0, pages: PAGES_PER_BLOCK }];

const world = fc.record({
  topology: fc.constantFrom('1x1x2x1', '2x1x1x2', '1x2x2x1', '1x1x1x1'),
  values,
  seed: fc.integer({ min: 1, max: 100 }),
  events: fc.array(event, { minLength: 1, maxLength: 14 }).map(toHostEvents),
  policy: fc.constantFrom(...SWEEP_POLICY_NAMES),
  delayNs: ticks(40),
  maxWaitNs: ticks(60),
  durationNs: fc.integer({ min: 100, max: 200 }).map((count) => count * TICK_NS),
  threads: fc.constantFrom('primary' as const, 'all' as const),
});

type World = typeof world extends fc.Arbitrary<infer W> ? W : never;

function liveProduct(
  config: MachineConfig,
  { policy, delayNs, maxWaitNs, durationNs, threads, events, seed }: World,
  strategy: StrategyName,
  onEvent: (host: SweepingHost) => void = () => {},
) {
  const memory = new TapedMemory(REGIONS, PREASSIGNED);
  const sweep = chooseSweep(strategy, threads, null);
  const delay = { delayNs, maxWaitNs };
  const regime = { policy: SWEEP_POLICIES[policy], delay, window: 'low' as const, sweep, keepsCensus: true };
  const host = new SweepingHost(config, memory.rmp, regime, durationNs);
  const notice = host.notice.bind(host);
  host.notice = (...change) => {
    notice(...change);
    onEvent(host);
  };
  const inTime = events.filter(({ atNs }) => atNs < durationNs);
  const history = toEnd(new HostHistory(memory, [host], seed).live([], inTime, durationNs));
  const record = host.close();
  onEvent(host);
  return { record, events: toReferenceEvents(history, memory) };
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
      const { record, events } = liveProduct(config, drawn, strategy);
      const { policy, delayNs, maxWaitNs, durationNs, threads } = drawn;
      const account = liveThrough({
        host: {
          topology: config.topology,
          regions: REGIONS,
          preassigned: PREASSIGNED,
          values: config.values,
        },
        ...{ strategy, threads, window: 'low', durationNs, tickNs: TICK_NS, events },
        policy: { name: policy, delayNs, maxWaitNs: policy === 'max-wait' ? maxWaitNs : null },
      });
      expect(record.sweeps).toEqual(account.sweeps);
      const { rounds, ipis, instructions, optimized, guestIpis, guestBusyNs } = account;
      expect(record.rounds).toMatchObject({ rounds, ipis, instructions, optimized, guestIpis, guestBusyNs });
      expect({
        freeRegionS: record.exposure.freeUs / 1e6,
        waitingRegionS: record.exposure.waitingUs / 1e6,
        outsideRegionS: record.exposure.outsideUs / 1e6,
      }).toEqual({
        freeRegionS: expect.closeTo(account.freeRegionS, 9),
        waitingRegionS: expect.closeTo(account.waitingRegionS, 9),
        outsideRegionS: 0,
      });
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

test('under every strategy, no core has a region optimized that holds a private page, and each free one is once all exits are swept', () => {
  fc.assert(
    fc.property(world, fc.constantFrom(...STRATEGY_NAMES), (drawn, strategy) => {
      const config = configOf(drawn);
      const { cores } = config.topology;
      const optimizedOn = ({ machine }: SweepingHost, region: number) =>
        machine.tables.optimizedCores(region, 0, cores);
      let last: SweepingHost | null = null;
      const { record } = liveProduct(config, drawn, strategy, (host) => {
        last = host;
        for (let region = 0; region < REGIONS; region++) {
          if (host.machine.rmp.firstAssignedPage(region) !== null) expect(optimizedOn(host, region)).toBe(0);
        }
      });
      if (record.unswept !== null || last === null) return;
      for (let region = 0; region < REGIONS; region++) {
        const isFree = (last as SweepingHost).machine.rmp.firstAssignedPage(region) === null;
        expect(optimizedOn(last, region)).toBe(isFree ? cores : 0);
      }
    }),
    { numRuns: 80 },
  );
});
