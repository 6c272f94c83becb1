import { assertNever, InputError, mismatchText } from '../errors.js';
import type { Guest, PrivateMemory as PrivateEntry } from '../scenario/scenario.js';
import { durationText } from '../units.js';
import type { HostEvent } from './host-events.js';
import { type MemoryChange, PrivateMemory } from './private-memory.js';
import type { SharedMemory } from './shared-memory.js';
import type { SweepingHost } from './sweeping-host.js';

/** Something that happened to private memory. */
export interface RecordedEvent {
  readonly atNs: number;
  readonly event: 'assign' | 'launch' | 'turned-away' | 'exit' | 'free';
  /** What was assigned, launched or turned away; the name of a guest that left; `null` when all is freed. */
  readonly subject: PrivateEntry | string | null;
  /** Guests that left. */
  readonly exits: number;
  /** Regions in which pages changed hands. */
  readonly regions: number;
  readonly rmpUpdates: number;
  /** Afterwards: guests that run, and regions with an assigned page. */
  readonly guests: number;
  readonly pinnedRegions: number;
  /** Why a guest was turned away; else empty. */
  readonly reason: string;
}

const NO_CHANGE: MemoryChange = { regions: new Set(), rmpUpdates: 0 };

/** The history of private memory, lived through by hosts that differ in how and when they are swept. */
export class HostHistory {
  readonly #memory: PrivateMemory;
  readonly #shared: SharedMemory;
  readonly #hosts: readonly SweepingHost[];
  readonly #isPinned: Uint8Array;
  readonly #recorded: RecordedEvent[] = [];
  #pinnedRegions = 0;

  /**
   * @param hosts just booted, on the same memory
   * @param seed seed of random placements
   */
  constructor(shared: SharedMemory, hosts: readonly SweepingHost[], seed: number) {
    this.#shared = shared;
    this.#hosts = hosts;
    this.#memory = new PrivateMemory(shared, seed);
    this.#isPinned = new Uint8Array(shared.rmp.regions);
    this.#countPinned(this.#isPinned.keys());
  }

  /**
   * Goes through what is private from the start and what happens later, up to the end; yields between two events.
   * @throws InputError when there is no room for a guest that the scenario names, or a sweep would take longer than can be counted
   */
  *live(
    privateMemory: readonly PrivateEntry[],
    events: readonly HostEvent[],
    durationNs: number,
  ): Generator<void, RecordedEvent[]> {
    for (const entry of privateMemory) {
      if (entry.kind === 'guest') this.#launch({ atNs: 0, guest: entry, isArrival: false });
      else this.#record(0, { event: 'assign', subject: entry }, this.#memory.assignInEachRegion(entry));
    }
    for (const event of events) {
      for (const host of this.#hosts) host.advanceTo(event.atNs);
      this.#happen(event);
      yield;
    }
    for (const host of this.#hosts) {
      host.advanceTo(durationNs);
      yield;
    }
    return this.#recorded;
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
        this.#record(
          atNs,
          { event: 'exit', subject: event.name, exits: 1 },
          this.#memory.terminate(event.name),
        );
        break;
      case 'free-all': {
        const exits = this.#memory.guests;
        this.#record(atNs, { event: 'free', subject: null, exits }, this.#memory.freeAll());
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
      this.#record(atNs, { event: 'turned-away', subject: guest, reason }, NO_CHANGE);
      return;
    }
    this.#record(atNs, { event: 'launch', subject: guest }, change);
  }

  /** Tells the hosts of a change and puts it on record. */
  #record(
    atNs: number,
    what: Pick<RecordedEvent, 'event' | 'subject'> & Partial<Pick<RecordedEvent, 'exits' | 'reason'>>,
    change: MemoryChange,
  ): void {
    const { exits = 0, reason = '', event, subject } = what;
    const isAssigning = event === 'assign' || event === 'launch';
    const { guestsRunning } = this.#shared;
    for (const host of this.#hosts) {
      host.notice(change, atNs, { isAssigning, guestsRunning });
      if (exits > 0) host.noticeExits(exits, atNs);
    }
    this.#countPinned(change.regions);
    this.#recorded.push({
      ...{ atNs, event, subject, exits, reason },
      regions: change.regions.size,
      rmpUpdates: change.rmpUpdates,
      guests: this.#memory.guests,
      pinnedRegions: this.#pinnedRegions,
    });
  }

  #countPinned(regions: Iterable<number>): void {
    for (const region of regions) {
      const isPinned = this.#shared.rmp.firstAssignedPage(region) === null ? 0 : 1;
      this.#pinnedRegions += isPinned - (this.#isPinned[region] ?? 0);
      this.#isPinned[region] = isPinned;
    }
  }
}
