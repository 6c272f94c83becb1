import { assertNever, InputError, mismatchText } from '../errors.js';
import type { Guest, PrivateMemory as PrivateEntry } from '../scenario/scenario.js';
import { durationText } from '../units.js';
import { Conversion, type ConversionCosts } from './conversion.js';
import type { HostEvent } from './host-events.js';
import { changeOf, giveBackIn, type Holding, type MemoryChange, PrivateMemory } from './private-memory.js';
import type { SharedMemory } from './shared-memory.js';
import type { SweepingHost } from './sweeping-host.js';

/** Something that happened to private memory. */
export interface RecordedEvent {
  readonly atNs: number;
  readonly event: 'assign' | 'launch' | 'turned-away' | 'exit' | 'free' | 'converted';
  /** What was assigned, launched or turned away; the name of a guest that left; `null` when all is freed. */
  readonly subject: PrivateEntry | string | null;
  /** Guests that left. */
  readonly exits: number;
  /** Regions in which pages changed hands. */
  readonly regions: number;
  readonly rmpUpdates: number;
  /** CPU time that it takes to give the pages back; `null` where none are. */
  readonly conversionNs: number | null;
  /** Afterwards: guests that run, guests that have ended and still hold pages, and regions with an assigned page. */
  readonly guests: number;
  readonly converting: number;
  readonly assignedRegions: number;
  /** Why a guest was turned away; else empty. */
  readonly reason: string;
}

/** How many regions are assigned from a moment on. */
export interface AssignedPoint {
  readonly atNs: number;
  readonly assignedRegions: number;
}

const NO_CHANGE: MemoryChange = { regions: new Set(), rmpUpdates: 0, pages: 0 };

type Happening = Pick<RecordedEvent, 'atNs' | 'event' | 'subject'> &
  Partial<Pick<RecordedEvent, 'exits' | 'conversionNs' | 'reason'>>;

/** The history of private memory, lived through by hosts that differ in how and when they are swept. */
export class HostHistory {
  readonly #memory: PrivateMemory;
  readonly #shared: SharedMemory;
  readonly #hosts: readonly SweepingHost[];
  readonly #costs: ConversionCosts;
  readonly #isAssigned: Uint8Array;
  readonly #recorded: RecordedEvent[] = [];
  readonly #curve: AssignedPoint[] = [];
  #assignedRegions = 0;

  /**
   * @param hosts just booted, on the same memory
   * @param seed seed of random placements
   */
  constructor(shared: SharedMemory, hosts: readonly SweepingHost[], costs: ConversionCosts, seed: number) {
    this.#shared = shared;
    this.#hosts = hosts;
    this.#costs = costs;
    this.#memory = new PrivateMemory(shared, seed);
    this.#isAssigned = new Uint8Array(shared.rmp.regions);
    this.#countAssigned(this.#isAssigned.keys(), 0);
  }

  /**
   * Goes through what is private from the start and what happens later, up to the end. Between two events it yields the share of the
   * time that is done.
   * @throws InputError when there is no room for a guest that the scenario names, or a sweep would take longer than can be counted
   */
  *live(
    privateMemory: readonly PrivateEntry[],
    events: readonly HostEvent[],
    durationNs: number,
  ): Generator<number, RecordedEvent[]> {
    for (const entry of privateMemory) {
      if (entry.kind === 'guest') this.#launch({ atNs: 0, guest: entry, isArrival: false });
      else {
        const change = this.#memory.assignInEachRegion(entry);
        this.#assigned({ atNs: 0, event: 'assign', subject: entry }, change);
      }
    }
    for (const event of events) {
      yield* this.#advanceTo(event.atNs, durationNs);
      this.#happen(event);
      yield event.atNs / durationNs;
    }
    yield* this.#advanceTo(durationNs, durationNs);
    this.#finishSweeps();
    return this.#recorded;
  }

  /** Takes the hosts, and what is coming back, to a moment. */
  *#advanceTo(untilNs: number, durationNs: number): Generator<number, void> {
    for (;;) {
      const atNs = Math.min(untilNs, this.#shared.conversions.nextNs ?? Number.POSITIVE_INFINITY);
      for (const host of this.#hosts) host.advanceTo(atNs);
      if (!this.#takeBack(atNs)) return;
      yield atNs / durationNs;
    }
  }

  /** What runs when the watch ends runs to its end, and so do the conversions that it meets. */
  #finishSweeps(): void {
    while (this.#hosts.some((host) => host.isSweeping)) {
      const atNs = this.#shared.conversions.nextNs ?? Number.POSITIVE_INFINITY;
      for (const host of this.#hosts) host.finishUntil(atNs);
      this.#takeBack(atNs);
    }
  }

  /** @returns whether anything has come back by now */
  #takeBack(byNs: number): boolean {
    const { conversions } = this.#shared;
    let isAny = false;
    for (let atNs = conversions.nextNs; atNs !== null && atNs <= byNs; atNs = conversions.nextNs) {
      isAny = true;
      const { conversion, region, isLast } = conversions.take();
      if (region !== null) {
        giveBackIn(this.#shared, conversion.holding, region);
        if (this.#shared.rmp.firstAssignedPage(region) === null) this.#freed(region, atNs);
      }
      if (isLast) this.#converted(conversion);
    }
    return isAny;
  }

  #freed(region: number, atNs: number): void {
    const regions = new Set([region]);
    for (const host of this.#hosts) host.notice(regions, atNs, false);
    this.#countAssigned(regions, atNs);
  }

  #converted({ holding, exitNs, endNs, elapsedNs }: Conversion): void {
    if (holding.isGuest) for (const host of this.#hosts) host.noticeConversion(exitNs, endNs);
    if (elapsedNs === 0) return;
    const subject = holding.isGuest ? holding.owner.name : null;
    this.#record({ atNs: endNs, event: 'converted', subject }, changeOf([holding]));
  }

  #happen(event: HostEvent): void {
    const { atNs } = event;
    switch (event.kind) {
      case 'launch':
        this.#launch(event);
        break;
      case 'exit':
        // A guest may have been turned away, or have left when all did.
        if (!this.#memory.isRunning(event.name)) break;
        this.#leave({ atNs, event: 'exit', subject: event.name, exits: 1 }, [this.#memory.leave(event.name)]);
        break;
      case 'free-all': {
        const exits = this.#memory.guests;
        this.#leave({ atNs, event: 'free', subject: null, exits }, this.#memory.leaveAll());
        break;
      }
      default:
        assertNever(event);
    }
  }

  #launch({ atNs, guest, isArrival }: { atNs: number; guest: Guest; isArrival: boolean }): void {
    let change: MemoryChange;
    try {
      change = this.#memory.launch(guest);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const problems = error.problems.map((problem) => ({
        ...problem,
        expected: `${problem.expected} at ${durationText(atNs)}`,
      }));
      if (!isArrival) throw new InputError(problems);
      const reason = error.problems.map(mismatchText).join('; ');
      this.#record({ atNs, event: 'turned-away', subject: guest, reason }, NO_CHANGE);
      return;
    }
    this.#assigned({ atNs, event: 'launch', subject: guest }, change);
  }

  #assigned(what: Happening, change: MemoryChange): void {
    const { regions } = change;
    this.#shared.conversions.noteAssigned(regions);
    // Of a region that is assigned anyway, hosts learn when a sweep looks at it.
    const firstOf = new Set([...regions].filter((region) => this.#isAssigned[region] === 0));
    for (const host of this.#hosts) {
      host.notice(firstOf, what.atNs, true);
      host.forgetMisses(regions);
    }
    this.#countAssigned(firstOf, what.atNs);
    this.#record(what, change);
  }

  #leave(what: Happening & { readonly exits: number }, holdings: readonly Holding[]): void {
    const { atNs, exits } = what;
    const conversions = holdings.map((holding) => new Conversion(holding, atNs, this.#costs));
    for (const conversion of conversions) this.#shared.conversions.start(conversion);
    if (exits > 0) for (const host of this.#hosts) host.noticeExits(exits, atNs);
    // What takes no time has happened.
    this.#takeBack(atNs);
    const conversionNs = conversions.reduce((sum, { elapsedNs }) => sum + elapsedNs, 0);
    this.#record({ ...what, conversionNs }, changeOf(holdings));
  }

  #record(what: Happening, { regions, rmpUpdates }: MemoryChange): void {
    this.#recorded.push({
      ...{ exits: 0, conversionNs: null, reason: '', ...what },
      ...{ regions: regions.size, rmpUpdates },
      guests: this.#memory.guests,
      converting: this.#shared.conversions.guests,
      assignedRegions: this.#assignedRegions,
    });
  }

  /** How many regions were assigned when. */
  get curve(): readonly AssignedPoint[] {
    return this.#curve;
  }

  #countAssigned(regions: Iterable<number>, atNs: number): void {
    for (const region of regions) {
      const isAssigned = this.#shared.rmp.firstAssignedPage(region) === null ? 0 : 1;
      this.#assignedRegions += isAssigned - (this.#isAssigned[region] ?? 0);
      this.#isAssigned[region] = isAssigned;
    }
    if (this.#curve.at(-1)?.assignedRegions === this.#assignedRegions) return;
    if (this.#curve.at(-1)?.atNs === atNs) this.#curve.pop();
    this.#curve.push({ atNs, assignedRegions: this.#assignedRegions });
  }
}
